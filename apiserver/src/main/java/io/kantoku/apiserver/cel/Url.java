package io.kantoku.apiserver.cel;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL as Go's {@code url.ParseRequestURI} reads one: absolute, or an absolute path.
 *
 * @param scheme in lower case, {@code ""} for a path
 * @param host with its port and, for IPv6, brackets
 * @param path as it was written
 * @param query without the question mark
 */
record Url(String scheme, String host, String path, String query) {
    private static final Pattern FORM = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://([^/?]*)(/[^?]*)?(?:\\?(.*))?");
    private static final Pattern PATH = Pattern.compile("(/[^?]*)(?:\\?(.*))?");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.%a-zA-Z]+]|[^:\\[\\]]*)(?::([0-9]*))?");
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

    /** The URL, or empty when the text is none. */
    static Optional<Url> parse(String text) {
        boolean plain = text.chars().noneMatch(c -> c < ' ' || c == 0x7f)
                && !BAD_ESCAPE.matcher(text).find();
        if (!plain) {
            return Optional.empty();
        }
        Matcher absolute = FORM.matcher(text);
        if (absolute.matches()) {
            String authority = absolute.group(2);
            String host = authority.substring(authority.lastIndexOf('@') + 1);
            boolean good = HOST.matcher(host).matches() && host.indexOf(' ') < 0;
            return good
                    ? Optional.of(new Url(
                            absolute.group(1).toLowerCase(java.util.Locale.ROOT),
                            host,
                            orEmpty(absolute.group(3)),
                            orEmpty(absolute.group(4))))
                    : Optional.empty();
        }
        Matcher path = PATH.matcher(text);
        return path.matches() ? Optional.of(new Url("", "", path.group(1), orEmpty(path.group(2)))) : Optional.empty();
    }

    private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }

    /** The host without brackets and port. */
    String hostname() {
        Matcher matcher = HOST.matcher(host);
        String name = matcher.matches() ? matcher.group(1) : host;
        return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
    }

    String port() {
        Matcher matcher = HOST.matcher(host);
        return matcher.matches() ? orEmpty(matcher.group(2)) : "";
    }

    /** The parameters of the query, each with its values. */
    Map<String, List<String>> parameters() {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String part : query.split("&", -1)) {
            if (!part.isEmpty()) {
                String[] pair = part.split("=", 2);
                parameters
                        .computeIfAbsent(decode(pair[0]), absent -> new ArrayList<>())
                        .add(pair.length == 2 ? decode(pair[1]) : "");
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
