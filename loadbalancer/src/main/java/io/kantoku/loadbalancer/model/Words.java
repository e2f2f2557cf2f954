package io.kantoku.loadbalancer.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of a HAProxy configuration as the words that HAProxy sees, without comment and quotes. Two lines are equal when HAProxy
 * sees the same words, however they are spelled.
 *
 * <p>Quoting follows section 2.2 of the HAProxy configuration manual: blanks separate words, a backslash takes the next
 * character literally, single quotes take everything literally, double quotes all but a backslash (and variables, which are
 * not expanded here), and an unquoted {@code #} begins a comment.
 */
public record Words(List<String> list, List<String> spelled) {
    /** @param spelled the words with their quotes, each of which read by itself gives the word */
    public Words {
        list = List.copyOf(list);
        spelled = List.copyOf(spelled);
    }

    public Words(List<String> list) {
        this(list, list.stream().map(Words::quote).toList());
    }

    public static Words of(String... words) {
        return new Words(List.of(words));
    }

    public static Words parse(String line) {
        List<String> words = new ArrayList<>();
        List<String> spelled = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        int start = 0;
        int end = line.length();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            start = inWord ? start : i;
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
                end = i;
                break;
            } else if (isBlank(c)) {
                if (inWord) {
                    words.add(word.toString());
                    spelled.add(line.substring(start, i));
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
            String last = line.substring(start, end);
            spelled.add(quote == 0 && !endsOpen(last) ? last : quote(word.toString()));
        }
        return new Words(words, spelled);
    }

    /** Whether a backslash at the end would take what comes next with it. */
    private static boolean endsOpen(String text) {
        int backslashes = 0;
        while (backslashes < text.length() && text.charAt(text.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /** One word of that text: as it is spelled if that is one word, quoted otherwise. */
    static String oneWord(String text) {
        Words words = parse(text);
        boolean one = words.size() == 1 && words.spelled().getFirst().equals(text);
        return one && text.chars().allMatch(c -> c >= ' ') ? text : quote(text);
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

    /** The line, each word as it is spelled. */
    public String print() {
        return String.join(" ", spelled);
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
        int from = Math.min(index, list.size());
        return new Words(list.subList(from, list.size()), spelled.subList(from, spelled.size()));
    }

    /** The word after the first of that name, {@code ""} when there is none. */
    public String after(String keyword) {
        int at = list.indexOf(keyword);
        return at < 0 ? "" : at(at + 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Words words && list.equals(words.list);
    }

    @Override
    public int hashCode() {
        return list.hashCode();
    }
}
