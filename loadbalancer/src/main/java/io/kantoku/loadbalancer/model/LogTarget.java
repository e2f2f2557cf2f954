package io.kantoku.loadbalancer.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a section logs to. */
public record LogTarget(
        @Nullable Integer index,
        @Nullable Boolean global,
        @Nullable Boolean nolog,
        @Nullable String address,
        @Nullable Integer length,
        @Nullable String format,
        @Nullable String facility,
        @Nullable String level,
        @Nullable String minlevel)
        implements IndexedObject {
    static LogTarget read(int index, Words words) {
        if (words.startsWith("no", "log")) {
            return new LogTarget(index, null, true, null, null, null, null, null, null);
        }
        if (words.at(1).equals("global")) {
            return new LogTarget(index, true, null, null, null, null, null, null, null);
        }
        int at = 2;
        while (List.of("len", "format", "sample").contains(words.at(at))) {
            at += 2;
        }
        return new LogTarget(
                index,
                null,
                null,
                words.at(1),
                Parameters.integer(words, "len"),
                Parameters.text(words, "format"),
                nonEmpty(words.at(at)),
                nonEmpty(words.at(at + 1)),
                nonEmpty(words.at(at + 2)));
    }

    private static @Nullable String nonEmpty(String word) {
        return word.isEmpty() ? null : word;
    }

    Words write() {
        if (Boolean.TRUE.equals(nolog)) {
            return Words.of("no", "log");
        }
        if (Boolean.TRUE.equals(global)) {
            return Words.of("log", "global");
        }
        Parameters words = new Parameters("log", address == null ? "" : address)
                .add("len", length)
                .add("format", format);
        for (String word : new @Nullable String[] {facility, level, minlevel}) {
            if (word != null) {
                words.flag(word, true);
            }
        }
        return words.words();
    }

    @Override
    public void validate() {
        if (Boolean.TRUE.equals(nolog) || Boolean.TRUE.equals(global)) {
            return;
        }
        Names.checkPresent("address", address);
        Names.checkPresent("facility", facility);
        Names.checkText("format", format);
        Names.checkText("level", level);
        Names.checkText("minlevel", minlevel);
    }
}
