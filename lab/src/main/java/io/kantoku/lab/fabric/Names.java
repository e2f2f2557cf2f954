package io.kantoku.lab.fabric;

import java.util.regex.Pattern;

/** Names that are safe in the kernel's interfaces and in a shell: letters, digits, dots and dashes. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    private Names() {}

    static String name(String text, int longest) {
        if (text.length() > longest || !NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("not a name of at most " + longest
                    + " lower-case letters, digits, dots and dashes: \"" + text + "\"");
        }
        return text;
    }

    static String address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw new IllegalArgumentException("not an IPv4 address: \"" + text + "\"");
        }
        return text;
    }

    static String mac(String text) {
        if (!MAC.matcher(text).matches()) {
            throw new IllegalArgumentException("not a MAC address: \"" + text + "\"");
        }
        return text;
    }
}
