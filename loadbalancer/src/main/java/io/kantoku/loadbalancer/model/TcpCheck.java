package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a check over TCP: {@code tcp-check connect port 80}. */
public record TcpCheck(
        @Nullable Integer index,
        String action,
        @Nullable String addr,
        @Nullable Integer port,
        @JsonProperty("default") @Nullable Boolean byDefault,
        @Nullable Boolean ssl,
        @Nullable String sni,
        @Nullable String alpn,
        @Nullable Boolean linger,
        @Nullable String data,
        @JsonProperty("hex_string") @Nullable String hexString,
        @JsonProperty("min_recv") @Nullable Integer minRecv,
        @JsonProperty("exclamation_mark") @Nullable Boolean exclamationMark,
        @Nullable String match,
        @Nullable String pattern,
        @JsonProperty("check_comment") @Nullable String checkComment)
        implements IndexedObject {
    private static final List<String> ACTIONS = List.of("comment", "connect", "expect", "send", "send-binary");

    static TcpCheck read(int index, Words words) {
        String action = words.at(1);
        Words rest = words.from(2);
        boolean expect = action.equals("expect");
        int at = rest.list().indexOf("min-recv") == 0 ? 2 : 0;
        boolean not = expect && rest.at(at).equals("!");
        at += not ? 1 : 0;
        return new TcpCheck(
                index,
                action,
                Parameters.text(rest, "addr"),
                Parameters.integer(rest, "port"),
                Parameters.there(rest, "default"),
                Parameters.there(rest, "ssl"),
                Parameters.text(rest, "sni"),
                Parameters.text(rest, "alpn"),
                Parameters.there(rest, "linger"),
                action.equals("send") ? rest.at(0) : null,
                action.equals("send-binary") ? rest.at(0) : null,
                Parameters.integer(rest, "min-recv"),
                not ? true : null,
                expect ? rest.at(at) : null,
                expect ? rest.at(at + 1) : null,
                action.equals("comment") ? rest.at(0) : Parameters.text(rest, "comment"));
    }

    Words write() {
        List<String> words = new ArrayList<>(List.of("tcp-check", action));
        switch (action) {
            case "connect" ->
                words.addAll(new Parameters()
                        .flag("default", byDefault)
                        .add("port", port)
                        .add("addr", addr)
                        .flag("ssl", ssl)
                        .add("sni", sni)
                        .add("alpn", alpn)
                        .flag("linger", linger)
                        .words()
                        .list());
            case "send" -> words.add(data == null ? "" : data);
            case "send-binary" -> words.add(hexString == null ? "" : hexString);
            case "expect" -> {
                words.addAll(new Parameters()
                        .add("min-recv", minRecv)
                        .flag("!", exclamationMark)
                        .words()
                        .list());
                words.add(match == null ? "" : match);
                words.add(pattern == null ? "" : pattern);
            }
            case "comment" -> words.add(checkComment == null ? "" : checkComment);
            default -> {} // validated
        }
        if (checkComment != null && !action.equals("comment")) {
            words.add("comment");
            words.add(checkComment);
        }
        return new Words(words);
    }

    @Override
    public void validate() {
        Names.checkPresent("action", action);
        Names.checkOneOf("action", action, ACTIONS);
        Names.checkRange("port", port, 1, 65535);
        switch (action) {
            case "send" -> Names.checkPresent("data", data);
            case "send-binary" -> Names.checkPresent("hex_string", hexString);
            case "expect" -> {
                Names.checkPresent("match", match);
                Names.checkPresent("pattern", pattern);
            }
            case "comment" -> Names.checkPresent("check_comment", checkComment);
            default -> Names.checkText("addr", addr);
        }
    }
}
