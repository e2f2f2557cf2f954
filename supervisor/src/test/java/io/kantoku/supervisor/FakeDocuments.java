package io.kantoku.supervisor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Documents in memory. */
public final class FakeDocuments implements DocumentStore {
    private final TreeMap<String, JsonNode> documents = new TreeMap<>();

    @Override
    public synchronized Optional<JsonNode> get(String key) {
        return Optional.ofNullable(documents.get(key));
    }

    @Override
    public synchronized void put(String key, JsonNode document) {
        documents.put(key, document.deepCopy());
    }

    @Override
    public synchronized void delete(String key) {
        documents.remove(key);
    }

    @Override
    public synchronized SortedMap<String, JsonNode> list(String prefix) {
        return new TreeMap<>(documents.subMap(prefix, prefix + Character.MAX_VALUE));
    }
}
