package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Where the embedded inventory keeps its documents.
 *
 * <p>Keys are words of {@code a-z 0-9 -} separated by slashes. Documents hold keys of clusters: an implementation keeps them
 * from other users. May be called from any thread; calls for one key are ordered by the caller. Failures to keep or read are
 * {@code INTERNAL}.
 */
public interface InventoryStorage {
    Optional<JsonNode> get(String key);

    /** Keeps the document under the key; survives a crash of the machine once this has returned, and is never kept in part. */
    void put(String key, JsonNode document);

    /** Forgets the key; survives a crash once this has returned. A key that is not there is no error. */
    void delete(String key);

    /** All documents whose keys begin with the prefix, which ends with a slash. */
    SortedMap<String, JsonNode> list(String prefix);

    /** A storage that forgets when the process ends, for tests. */
    static InventoryStorage inMemory() {
        return new MemoryInventoryStorage();
    }
}
