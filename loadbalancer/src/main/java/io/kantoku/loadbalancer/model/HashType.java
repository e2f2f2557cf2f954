package io.kantoku.loadbalancer.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a hash leads to a server: {@code hash-type consistent sdbm avalanche}. */
public record HashType(
        @Nullable String method,
        @Nullable String function,
        @Nullable String modifier) {
    /** Few clients change their server when servers come and go, which they may do while HAProxy runs. */
    public static final HashType CONSISTENT = new HashType("consistent", null, null);

    private static final List<String> METHODS = List.of("map-based", "consistent");
    private static final List<String> FUNCTIONS = List.of("sdbm", "djb2", "wt6", "crc32");

    static @Nullable HashType read(Section s) {
        Words words = s.rest("hash-type");
        if (words == null) {
            return null;
        }
        String function = FUNCTIONS.contains(words.at(1)) ? words.at(1) : null;
        String modifier = words.list().contains("avalanche") ? "avalanche" : null;
        return new HashType(words.at(0), function, modifier);
    }

    static Section write(Section s, @Nullable HashType type) {
        if (type == null ? s.rest("hash-type") == null : type.equals(read(s))) {
            return s;
        }
        return s.replaceAll(old -> old.startsWith("hash-type"), type == null ? List.of() : List.of(type.words()));
    }

    private Words words() {
        List<String> words = new ArrayList<>(List.of("hash-type"));
        for (String word : new @Nullable String[] {method, function, modifier}) {
            if (word != null) {
                words.add(word);
            }
        }
        return new Words(words);
    }

    void validate() {
        Names.checkOneOf("hash_type.method", method, METHODS);
        Names.checkOneOf("hash_type.function", function, FUNCTIONS);
        Names.checkOneOf("hash_type.modifier", modifier, List.of("avalanche"));
    }
}
