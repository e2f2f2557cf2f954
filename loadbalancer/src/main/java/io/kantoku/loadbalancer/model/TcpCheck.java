package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        @JsonProperty("check_comment") @Nullable String checkComment,
        @Nullable String fmt,
        @JsonProperty("hex_fmt") @Nullable String hexFmt,
        @JsonProperty("var_scope") @Nullable String varScope,
        @JsonProperty("var_name") @Nullable String varName,
        @JsonProperty("var_expr") @Nullable String varExpr)
        implements IndexedObject {
    private static final List<String> ACTIONS = List.of(
            "comment", "connect", "expect", "send", "send-binary", "send-binary-lf", "send-lf", "set-var", "unset-var");
    private static final Pattern VARIABLE = Pattern.compile("((?:un)?set-var)\\(([^.)]+)\\.([^)]+)\\)");

    static TcpCheck read(int index, Words words) {
        Matcher variable = VARIABLE.matcher(words.at(1));
        boolean ofVariable = variable.matches();
        String action = ofVariable ? variable.group(1) : words.at(1);
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
                action.equals("comment") ? rest.at(0) : Parameters.text(rest, "comment"),
                action.equals("send-lf") ? rest.at(0) : null,
                action.equals("send-binary-lf") ? rest.at(0) : null,
                ofVariable ? variable.group(2) : null,
                ofVariable ? variable.group(3) : null,
                action.equals("set-var") ? rest.print() : null);
    }

    Words write() {
        List<String> words = new ArrayList<>(List.of(
                "tcp-check", action.endsWith("set-var") ? action + "(" + varScope + "." + varName + ")" : action));
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
            case "send-lf" -> words.add(fmt == null ? "" : fmt);
            case "send-binary-lf" -> words.add(hexFmt == null ? "" : hexFmt);
            case "set-var" ->
                words.addAll(Words.parse(varExpr == null ? "" : varExpr).list());
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
            case "send-lf" -> Names.checkPresent("fmt", fmt);
            case "send-binary-lf" -> Names.checkPresent("hex_fmt", hexFmt);
            case "set-var", "unset-var" -> {
                Names.checkWord("var_scope", varScope);
                Names.checkWord("var_name", varName);
                if (action.equals("set-var")) {
                    Names.checkPresent("var_expr", varExpr);
                }
            }
            case "expect" -> {
                Names.checkPresent("match", match);
                Names.checkPresent("pattern", pattern);
            }
            case "comment" -> Names.checkPresent("check_comment", checkComment);
            default -> Names.checkText("addr", addr);
        }
    }
}
