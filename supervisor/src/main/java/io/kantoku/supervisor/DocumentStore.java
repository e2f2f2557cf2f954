package io.kantoku.supervisor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Where the embedded vCenter keeps what is not inventory: users, enabled clusters, namespaces. Keys are words of {@code a-z 0-9 -}
 * separated by slashes; documents may hold secrets and are kept from other users of the machine.
 */
public interface DocumentStore {
    Optional<JsonNode> get(String key);

    /** Durable when this returns. */
    void put(String key, JsonNode document);

    void delete(String key);

    /** All documents whose keys begin with the prefix, which ends with a slash. */
    SortedMap<String, JsonNode> list(String prefix);
}
