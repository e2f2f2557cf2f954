package io.kantoku.loadbalancer.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code key value} pairs and flags at the end of bind and server lines. */
final class Parameters {
    private final List<String> words = new ArrayList<>();

    Parameters(String... first) {
        words.addAll(List.of(first));
    }

    Parameters add(String key, @Nullable Object value) {
        if (value != null) {
            words.add(key);
            words.add(value.toString());
        }
        return this;
    }

    Parameters flag(String key, @Nullable Boolean there) {
        if (Boolean.TRUE.equals(there)) {
            words.add(key);
        }
        return this;
    }

    Parameters flag(String key, @Nullable Flag there) {
        return flag(key, Flag.value(there));
    }

    Words words() {
        return new Words(words);
    }

    static @Nullable String text(Words words, String key) {
        String value = words.after(key);
        return value.isEmpty() ? null : value;
    }

    static @Nullable Integer integer(Words words, String key) {
        String value = words.after(key);
        return value.isEmpty() || !value.chars().allMatch(Character::isDigit) || value.length() > 9
                ? null
                : Integer.valueOf(value);
    }

    static @Nullable Integer millis(Words words, String key) {
        return Durations.parseMillis(words.after(key));
    }

    static @Nullable Boolean there(Words words, String key) {
        return words.list().contains(key) ? true : null;
    }
}
