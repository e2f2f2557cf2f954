package io.kantoku.loadbalancer.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of a HAProxy configuration as the words that HAProxy sees, without comment and quotes.
 *
 * <p>Quoting follows section 2.2 of the HAProxy configuration manual: blanks separate words, a backslash takes the next
 * character literally, single quotes take everything literally, double quotes all but a backslash (and variables, which are
 * not expanded here), and an unquoted {@code #} begins a comment.
 */
public record Words(List<String> list) {
    public Words {
        list = List.copyOf(list);
    }

    public static Words of(String... words) {
        return new Words(List.of(words));
    }

    public static Words parse(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == '\'') {
                if (c == '\'') {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\\' && i + 1 < line.length() && escapes(line.charAt(i + 1), quote)) {
                i = unescape(line, i + 1, word);
                inWord = true;
            } else if (c == '"') {
                quote = quote == '"' ? 0 : '"';
                inWord = true;
            } else if (quote == '"') {
                word.append(c);
            } else if (c == '\'') {
                quote = '\'';
                inWord = true;
            } else if (c == '#') {
                break;
            } else if (isBlank(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return new Words(words);
    }

    private static boolean escapes(char c, char quote) {
        return quote == '"' ? c == '\\' || c == '"' || c == '$' || c == '\'' : "\\ #'\"rntx".indexOf(c) >= 0;
    }

    /** Appends the character escaped at {@code at} and returns the index of its last character. */
    private static int unescape(String line, int at, StringBuilder word) {
        char c = line.charAt(at);
        switch (c) {
            case 'r' -> word.append('\r');
            case 'n' -> word.append('\n');
            case 't' -> word.append('\t');
            case 'x' -> {
                if (at + 2 < line.length() && hex(line.charAt(at + 1)) >= 0 && hex(line.charAt(at + 2)) >= 0) {
                    word.append((char) (hex(line.charAt(at + 1)) * 16 + hex(line.charAt(at + 2))));
                    return at + 2;
                }
                word.append('x');
            }
            default -> word.append(c);
        }
        return at;
    }

    private static int hex(char c) {
        return Character.digit(c, 16);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0x0b || c == '\f';
    }

    /** One word so that it is read back as it is, whatever it holds. */
    public static String quote(String word) {
        if (word.isEmpty()) {
            return "''";
        }
        boolean plain = true;
        boolean control = false;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            control |= c < ' ';
            plain &= c > ' ' && c != '\\' && c != '"' && c != '\'' && c != '#';
        }
        if (plain) {
            return word;
        }
        if (word.indexOf(0) >= 0) {
            throw DataPlaneException.badRequest("a value holds a NUL character, which no configuration can hold");
        }
        if (!control && word.indexOf('\'') < 0) {
            return "'" + word + "'";
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case ' ', '\\', '"', '\'', '#' -> out.append('\\').append(c);
                default -> {
                    if (c < ' ') {
                        out.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }

    /** The line, each word quoted where it must be. */
    public String print() {
        StringBuilder out = new StringBuilder();
        for (String word : list) {
            out.append(out.isEmpty() ? "" : " ").append(quote(word));
        }
        return out.toString();
    }

    public boolean startsWith(String... prefix) {
        return list.size() >= prefix.length && list.subList(0, prefix.length).equals(List.of(prefix));
    }

    public int size() {
        return list.size();
    }

    /** The word at an index, {@code ""} past the end. */
    public String at(int index) {
        return index < list.size() ? list.get(index) : "";
    }

    public Words from(int index) {
        return new Words(list.subList(Math.min(index, list.size()), list.size()));
    }

    /** The word after the first of that name, {@code ""} when there is none. */
    public String after(String keyword) {
        int at = list.indexOf(keyword);
        return at < 0 ? "" : at(at + 1);
    }
}
