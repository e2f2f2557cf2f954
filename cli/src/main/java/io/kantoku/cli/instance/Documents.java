package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.supervisor.DocumentStore;
import io.kantoku.vsphere.embedded.FileInventoryStorage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;

/** The documents of vCenter as files, kept as the inventory keeps its own. */
final class Documents implements DocumentStore {
    private final FileInventoryStorage files;

    Documents(Path directory) {
        files = FileInventoryStorage.open(directory);
    }

    @Override
    public Optional<JsonNode> get(String key) {
        return files.get(key);
    }

    @Override
    public void put(String key, JsonNode document) {
        files.put(key, document);
    }

    @Override
    public void delete(String key) {
        files.delete(key);
    }

    @Override
    public SortedMap<String, JsonNode> list(String prefix) {
        return files.list(prefix);
    }
}
