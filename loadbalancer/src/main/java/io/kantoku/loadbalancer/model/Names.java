package io.kantoku.loadbalancer.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the API accepts as a name. */
public final class Names {
    private static final String TEXT = "^[A-Za-z0-9-_.:]+$";
    private static final Pattern PATTERN = Pattern.compile(TEXT);
    /** HAProxy cuts lines at 2048 bytes, and a name stands up to three times in one. */
    private static final int LONGEST = 512;

    private Names() {}

    /** The name itself, when it is one. */
    public static String check(String member, @Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw DataPlaneException.required(member);
        }
        if (!PATTERN.matcher(name).matches()) {
            throw DataPlaneException.pattern(member, TEXT);
        }
        if (name.length() > LONGEST) {
            throw DataPlaneException.outOfRange(member + " length", name.length(), 1, LONGEST);
        }
        return name;
    }

    /** A name that is one word, as the API's addresses have it: {@code *:80}. */
    static String checkWord(String member, @Nullable String name) {
        String present = checkPresent(member, name);
        if (present.chars().anyMatch(Character::isWhitespace)) {
            throw DataPlaneException.pattern(member, "^[^\\s]+$");
        }
        if (present.length() > LONGEST) {
            throw DataPlaneException.outOfRange(member + " length", present.length(), 1, LONGEST);
        }
        return present;
    }

    static void checkRange(String member, @Nullable Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw DataPlaneException.outOfRange(member, value, least, most);
        }
    }

    /** One value for one word; anything but line breaks and NUL, which no client has a reason to send. */
    static void checkText(String member, @Nullable String text) {
        if (text != null && text.chars().anyMatch(c -> c < ' ')) {
            throw DataPlaneException.pattern(member, "^[^[:cntrl:]]+$");
        }
    }

    static String checkPresent(String member, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw DataPlaneException.required(member);
        }
        checkText(member, text);
        return text;
    }

    static <T> void checkOneOf(String member, @Nullable T value, java.util.List<T> allowed) {
        if (value != null && !allowed.contains(value)) {
            throw DataPlaneException.notOneOf(member, allowed);
        }
    }
}
