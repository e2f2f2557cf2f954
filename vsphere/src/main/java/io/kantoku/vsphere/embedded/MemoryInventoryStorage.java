package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps documents in memory. */
final class MemoryInventoryStorage implements InventoryStorage {
    private final NavigableMap<String, JsonNode> documents = new ConcurrentSkipListMap<>();

    @Override
    public Optional<JsonNode> get(String key) {
        return Optional.ofNullable(documents.get(key)).map(JsonNode::deepCopy);
    }

    @Override
    public void put(String key, JsonNode document) {
        documents.put(key, document.deepCopy());
    }

    @Override
    public void delete(String key) {
        documents.remove(key);
    }

    @Override
    public SortedMap<String, JsonNode> list(String prefix) {
        SortedMap<String, JsonNode> found = new TreeMap<>();
        documents.tailMap(prefix).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue().deepCopy()));
        return found;
    }
}
