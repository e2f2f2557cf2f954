package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a check over HTTP: {@code http-check expect status 200}. */
public record HttpCheckRule(
        @Nullable Integer index,
        String type,
        @Nullable String addr,
        @Nullable Integer port,
        @Nullable Boolean ssl,
        @Nullable String method,
        @Nullable String uri,
        @Nullable String version,
        @Nullable String body,
        @JsonProperty("exclamation_mark") @Nullable Boolean exclamationMark,
        @Nullable String match,
        @Nullable String pattern,
        @JsonProperty("check_comment") @Nullable String checkComment)
        implements IndexedObject {
    private static final List<String> TYPES =
            List.of("comment", "connect", "disable-on-404", "expect", "send", "send-state");

    static HttpCheckRule read(int index, Words words) {
        String type = words.at(1);
        Words rest = words.from(2);
        boolean expect = type.equals("expect");
        boolean not = expect && rest.at(0).equals("!");
        int at = not ? 1 : 0;
        return new HttpCheckRule(
                index,
                type,
                Parameters.text(rest, "addr"),
                Parameters.integer(rest, "port"),
                Parameters.there(rest, "ssl"),
                Parameters.text(rest, "meth"),
                Parameters.text(rest, "uri"),
                Parameters.text(rest, "ver"),
                Parameters.text(rest, "body"),
                not ? true : null,
                expect ? rest.at(at) : null,
                expect ? rest.at(at + 1) : null,
                type.equals("comment") ? rest.at(0) : Parameters.text(rest, "comment"));
    }

    Words write() {
        List<String> words = new ArrayList<>(List.of("http-check", type));
        switch (type) {
            case "connect" ->
                words.addAll(new Parameters()
                        .add("port", port)
                        .add("addr", addr)
                        .flag("ssl", ssl)
                        .words()
                        .list());
            case "send" ->
                words.addAll(new Parameters()
                        .add("meth", method)
                        .add("uri", uri)
                        .add("ver", version)
                        .add("body", body)
                        .words()
                        .list());
            case "expect" -> {
                if (Boolean.TRUE.equals(exclamationMark)) {
                    words.add("!");
                }
                words.add(match == null ? "" : match);
                words.add(pattern == null ? "" : pattern);
            }
            case "comment" -> words.add(checkComment == null ? "" : checkComment);
            default -> {} // has no arguments
        }
        if (checkComment != null && !type.equals("comment")) {
            words.add("comment");
            words.add(checkComment);
        }
        return new Words(words);
    }

    @Override
    public void validate() {
        Names.checkPresent("type", type);
        Names.checkOneOf("type", type, TYPES);
        Names.checkRange("port", port, 1, 65535);
        if (type.equals("expect")) {
            Names.checkPresent("match", match);
            Names.checkPresent("pattern", pattern);
        }
        if (type.equals("comment")) {
            Names.checkPresent("check_comment", checkComment);
        }
    }
}
