package io.kantoku.apiserver.registry;

import org.jspecify.annotations.Nullable;

/**
 * One instance of each of the texts that objects have in common: names of kinds, namespaces and built-in objects, labels. Clusters are
 * alike, and a thousand of them would hold the same texts a thousand times.
 *
 * <p>A table that a text is in only until another one falls on its place: it cannot grow, and whoever fills it takes nothing from others
 * but memory. Any thread may use it; texts do not change, so that races are harmless.
 */
final class Shared {
    private static final int SIZE = 1 << 13;
    private static final @Nullable String[] TABLE = new String[SIZE];

    private Shared() {}

    /** An equal text, most often one that others have as well. */
    static String text(String text) {
        int place = (text.hashCode() ^ (text.hashCode() >>> 15)) & (SIZE - 1);
        String known = TABLE[place];
        if (text.equals(known)) {
            return known;
        }
        TABLE[place] = text;
        return text;
    }
}
