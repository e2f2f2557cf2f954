package io.kantoku.loadbalancer.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request by which a server is asked whether it wants connections: {@code option httpchk GET /healthz}. */
public record HttpCheck(
        @Nullable String method,
        @Nullable String uri,
        @Nullable String version) {
    static final String OPTION = "httpchk";
    static final HttpCheck PLAIN = new HttpCheck(null, null, null);

    private static final List<String> METHODS =
            List.of("HEAD", "PUT", "POST", "GET", "TRACE", "PATCH", "DELETE", "CONNECT", "OPTIONS");

    static @Nullable HttpCheck read(Section s) {
        Words words = s.rest("option", OPTION);
        if (words == null) {
            return null;
        }
        return switch (words.size()) {
            case 0 -> PLAIN;
            case 1 -> new HttpCheck(null, words.at(0), null);
            default ->
                new HttpCheck(
                        words.at(0),
                        words.at(1),
                        words.size() > 2 ? words.from(2).print() : null);
        };
    }

    static Section write(Section s, @Nullable HttpCheck check) {
        if (check == null ? s.rest("option", OPTION) == null : check.equals(read(s))) {
            return s;
        }
        return s.replaceAll(
                old -> old.startsWith("option", OPTION), check == null ? List.of() : List.of(check.words()));
    }

    private Words words() {
        List<String> words = new ArrayList<>(List.of("option", OPTION));
        if (uri != null) {
            if (method != null) {
                words.add(method);
            }
            words.add(uri);
            if (method != null && version != null) {
                words.addAll(Words.parse(version).list());
            }
        }
        return new Words(words);
    }

    void validate() {
        Names.checkOneOf("httpchk.method", method, METHODS);
        Names.checkText("httpchk.uri", uri);
        Names.checkText("httpchk.version", version);
    }
}
