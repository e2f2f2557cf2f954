package io.kantoku.apiserver.podsecurity;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A level of the standards as of a version.
 *
 * @param minor the minor of Kubernetes 1.x, {@link #LATEST} for the newest
 */
record Level(Name name, int minor) {
    static final int LATEST = Integer.MAX_VALUE;
    static final Level PRIVILEGED = new Level(Name.PRIVILEGED, LATEST);

    private static final Pattern VERSION = Pattern.compile("v1\\.(0|[1-9][0-9]{0,4})");

    /** From the most permissive on. */
    enum Name {
        PRIVILEGED,
        BASELINE,
        RESTRICTED;

        static Optional<Name> parse(String text) {
            for (Name name : values()) {
                if (name.toString().equals(text)) {
                    return Optional.of(name);
                }
            }
            return Optional.empty();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Optional<Integer> minor(String version) {
        if (version.equals("latest")) {
            return Optional.of(LATEST);
        }
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches() ? Optional.of(Integer.parseInt(matcher.group(1))) : Optional.empty();
    }

    boolean since(int version) {
        return minor >= version;
    }

    @Override
    public String toString() {
        return name + ":" + (minor == LATEST ? "latest" : "v1." + minor);
    }
}
