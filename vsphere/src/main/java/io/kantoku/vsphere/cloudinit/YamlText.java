package io.kantoku.vsphere.cloudinit;

/**
 * Strings as YAML scalars that YAML 1.1 and 1.2 readers agree on: always quoted or literal, never plain, so that nothing
 * becomes a number, a boolean, a date or a comment.
 */
final class YamlText {
    private YamlText() {}

    /** A double-quoted scalar on one line. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16).append('"');
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\0' -> out.append("\\0");
                default -> {
                    if (printable(c)) {
                        out.appendCodePoint(c);
                    } else if (c <= 0xff) {
                        out.append("\\x%02x".formatted(c));
                    } else if (c <= 0xffff) {
                        out.append("\\u%04x".formatted(c));
                    } else {
                        out.append("\\U%08x".formatted(c));
                    }
                }
            }
        });
        return out.append('"').toString();
    }

    /** A literal block where the text can be one, indented by that many spaces, otherwise a quoted scalar. */
    static String block(String text, int indent) {
        if (!literal(text)) {
            return quoted(text);
        }
        String chomping = text.endsWith("\n\n") ? "+" : text.endsWith("\n") ? "" : "-";
        String margin = " ".repeat(indent);
        StringBuilder out = new StringBuilder(text.length() + 64).append('|').append(chomping);
        String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        for (String line : body.split("\n", -1)) {
            out.append('\n');
            if (!line.isEmpty()) {
                out.append(margin).append(line);
            }
        }
        return out.toString();
    }

    /**
     * Whether a literal block gives the text back: more than one line, a first line that shows the indentation, no character that
     * would need an escape, and no line of blanks only, whose blanks some readers count as indentation.
     */
    private static boolean literal(String text) {
        return text.indexOf('\n') > 0
                && text.charAt(0) != ' '
                && text.charAt(0) != '\t'
                && text.codePoints().allMatch(c -> c == '\n' || c == '\t' || printable(c))
                && text.lines().noneMatch(line -> !line.isEmpty() && line.isBlank());
    }

    private static boolean printable(int c) {
        return (c >= 0x20 && c <= 0x7e)
                || (c >= 0xa0 && c <= 0xd7ff && c != 0x2028 && c != 0x2029)
                || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff)
                || (c >= 0x10000 && c <= 0x10ffff);
    }
}
