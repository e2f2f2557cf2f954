package io.kantoku.cli.plugin;

/** Makes text that came from a server or a command line harmless to the terminal that it is shown on. */
final class Printable {
    private Printable() {}

    /** One line: control characters become spaces. */
    static String line(String text) {
        return replace(text, "");
    }

    /** Lines and tabs stay; other control characters, with which a terminal could be remote-controlled, become spaces. */
    static String block(String text) {
        return replace(text.replace("\r\n", "\n"), "\n\t");
    }

    /** In double quotes, as Go's {@code %q} writes it. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        quoted.append(String.format("\\x%02x", c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    private static String replace(String text, String kept) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) && kept.indexOf(c) < 0 ? ' ' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
