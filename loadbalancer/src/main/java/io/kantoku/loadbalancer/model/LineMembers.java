package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The further members of addresses and servers, each a parameter at the end of their line (Data Plane API v2.1.0 and those of later
 * versions that HAProxy 2.6 knows).
 */
final class LineMembers {
    private static final List<String> PROXY_OPTIONS =
            List.of("ssl", "cert-cn", "ssl-cipher", "cert-sig", "cert-key", "authority", "crc32c", "unique-id");

    static final Members<Words, Parameters> BIND = new Members<>(concat(
            bool("allow_0rtt", "allow-0rtt"),
            bool("defer_accept", "defer-accept"),
            bool("prefer_client_ciphers", "prefer-client-ciphers"),
            bool("strict_sni", "strict-sni"),
            bool("tfo", "tfo"),
            bool("v6only", "v6only"),
            number("maxconn", "maxconn"),
            number("nice", "nice"),
            millis("tcp_user_timeout", "tcp-ut"),
            words(
                    "backlog",
                    "ciphers",
                    "ciphersuites",
                    "ca_verify_file",
                    "crl_file",
                    "crt_list",
                    "id",
                    "interface",
                    "mss",
                    "namespace",
                    "process",
                    "proto",
                    "ssl_max_ver",
                    "ssl_min_ver",
                    "thread")));

    private static final List<Member<Words, Parameters>> OF_ALL_SERVERS = concat(
            bool("allow_0rtt", "allow-0rtt"),
            flag("agent-check", "agent-check"),
            flag("check-send-proxy", "check-send-proxy"),
            flag("check-ssl", "check-ssl"),
            number("agent-port", "agent-port"),
            number("error_limit", "error-limit"),
            number("maxqueue", "maxqueue"),
            number("minconn", "minconn"),
            number("pool_max_conn", "pool-max-conn"),
            millis("agent-inter", "agent-inter"),
            millis("slowstart", "slowstart"),
            oneOf("on-error", "fastinter", "fail-check", "sudden-death", "mark-down"),
            oneOf("on-marked-up", "shutdown-backup-sessions"),
            oneOf("observe", "layer4", "layer7"),
            text("agent-send", "agent-send"),
            proxyOptions(),
            words(
                    "agent-addr",
                    "alpn",
                    "check-sni",
                    "check_alpn",
                    "check_proto",
                    "ciphers",
                    "ciphersuites",
                    "namespace",
                    "proto",
                    "resolve-net",
                    "resolve-prefer",
                    "ssl_max_ver",
                    "ssl_min_ver",
                    "track"),
            Stream.of(word("resolve_opts", "resolve-opts"), word("health_check_address", "addr")));

    static final Members<Words, Parameters> SERVER =
            new Members<>(concat(OF_ALL_SERVERS.stream(), tickets(), words("init-addr", "resolvers")));

    static final Members<Words, Parameters> SERVER_TEMPLATE = new Members<>(concat(
            OF_ALL_SERVERS.stream(),
            flag("maintenance", "disabled"),
            flag("send-proxy", "send-proxy"),
            flag("send-proxy-v2", "send-proxy-v2"),
            flag("ssl", "ssl"),
            number("fall", "fall"),
            number("health_check_port", "port"),
            number("rise", "rise"),
            millis("downinter", "downinter"),
            millis("fastinter", "fastinter"),
            millis("inter", "inter"),
            oneOf("on-marked-down", "shutdown-sessions"),
            oneOf("verify", "none", "required"),
            words("cookie", "sni"),
            Stream.of(word("ssl_cafile", "ca-file"), word("ssl_certificate", "crt"))));

    private LineMembers() {}

    @SafeVarargs
    @SuppressWarnings("varargs") // it is only read
    private static List<Member<Words, Parameters>> concat(Stream<Member<Words, Parameters>>... parts) {
        return Stream.of(parts).flatMap(Function.identity()).toList();
    }

    private static Stream<Member<Words, Parameters>> flag(String name, String key) {
        return Stream.of(new Member<>(
                name,
                Member.FLAG,
                words -> Member.flag(Parameters.there(words, key)),
                (line, value) -> line.flag(key, Member.isEnabled(value))));
    }

    private static Stream<Member<Words, Parameters>> bool(String name, String key) {
        return Stream.of(new Member<>(
                name,
                Member.BOOLEAN,
                words -> Member.node(Parameters.there(words, key)),
                (line, value) -> line.flag(key, value == null ? null : (Boolean) value.booleanValue())));
    }

    private static Stream<Member<Words, Parameters>> number(String name, String key) {
        return Stream.of(valued(name, Member.NUMBER, key, words -> Member.node(Parameters.integer(words, key))));
    }

    private static Stream<Member<Words, Parameters>> millis(String name, String key) {
        return Stream.of(valued(name, Member.NUMBER, key, words -> Member.node(Parameters.millis(words, key))));
    }

    private static Stream<Member<Words, Parameters>> oneOf(String key, String... allowed) {
        return Stream.of(
                valued(key, Member.oneOf(List.of(allowed)), key, words -> Member.node(Parameters.text(words, key))));
    }

    private static Stream<Member<Words, Parameters>> text(String name, String key) {
        return Stream.of(valued(name, Member.TEXT, key, words -> Member.node(Parameters.text(words, key))));
    }

    /** Members whose parameter has the same name, with hyphens. */
    private static Stream<Member<Words, Parameters>> words(String... names) {
        return Arrays.stream(names).map(name -> word(name, name.replace('_', '-')));
    }

    private static Member<Words, Parameters> word(String name, String key) {
        return valued(name, Member.ONE_WORD, key, words -> Member.node(Parameters.text(words, key)));
    }

    private static Member<Words, Parameters> valued(
            String name, Member.Check check, String key, Function<Words, @Nullable JsonNode> read) {
        return new Member<>(name, check, read, (line, value) -> line.add(key, value == null ? null : value.asText()));
    }

    /** {@code tls-tickets} or {@code no-tls-tickets}. */
    private static Stream<Member<Words, Parameters>> tickets() {
        return Stream.of(new Member<>(
                "tls_tickets",
                Member.FLAG,
                words -> words.list().contains("no-tls-tickets")
                        ? TextNode.valueOf("disabled")
                        : Member.flag(Parameters.there(words, "tls-tickets")),
                (line, value) -> {
                    Boolean enabled = Member.isEnabled(value);
                    return enabled == null ? line : line.flag(enabled ? "tls-tickets" : "no-tls-tickets", true);
                }));
    }

    /** The one member that is a list; its parameter has commas. */
    private static Stream<Member<Words, Parameters>> proxyOptions() {
        String key = "proxy-v2-options";
        return Stream.of(new Member<>(
                key,
                (name, value) -> {
                    Member.type(name, "an array", value.isArray());
                    value.forEach(one -> Member.oneOf(PROXY_OPTIONS).check(name, one));
                },
                words -> {
                    String text = Parameters.text(words, key);
                    ArrayNode list = ApiJson.object().arrayNode();
                    List.of(text == null ? new String[0] : text.split(",")).forEach(list::add);
                    return text == null ? null : list;
                },
                (line, value) -> line.add(key, value == null || value.isEmpty() ? null : joined(value))));
    }

    private static String joined(JsonNode list) {
        List<String> texts = new ArrayList<>();
        StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).forEach(texts::add);
        return String.join(",", texts);
    }
}
