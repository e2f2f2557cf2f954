package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
            bools("defer_accept", "generate_certificates", "no_ca_names", "no_tls_tickets", "quic-force-retry"),
            bools("force_sslv3", "force_tlsv10", "force_tlsv11", "force_tlsv12", "force_tlsv13"),
            bools("no_sslv3", "no_tlsv10", "no_tlsv11", "no_tlsv12", "no_tlsv13"),
            exposed(),
            bool("prefer_client_ciphers", "prefer-client-ciphers"),
            bool("strict_sni", "strict-sni"),
            bool("tfo", "tfo"),
            bool("v6only", "v6only"),
            number("accept_netscaler_cip", "accept-netscaler-cip"),
            number("gid", "gid"),
            number("maxconn", "maxconn"),
            number("nbconn", "nbconn"),
            number("nice", "nice"),
            oneOf("level", "user", "operator", "admin"),
            millis("tcp_user_timeout", "tcp-ut"),
            words(
                    "backlog",
                    "ca_ignore_err",
                    "ca_sign_file",
                    "ca_sign_pass",
                    "ca_verify_file",
                    "ciphers",
                    "ciphersuites"),
            words(
                    "crl_file",
                    "crt_ignore_err",
                    "crt_list",
                    "curves",
                    "ecdhe",
                    "group",
                    "id",
                    "interface",
                    "mode",
                    "mss"),
            words("namespace", "npn", "process", "proto", "severity_output", "shards", "ssl_max_ver", "ssl_min_ver"),
            words("thread", "tls_ticket_keys", "uid", "user")));

    private static final List<Member<Words, Parameters>> OF_ALL_SERVERS = concat(
            bool("allow_0rtt", "allow-0rtt"),
            flag("agent-check", "agent-check"),
            flags("check-send-proxy", "check-ssl", "check_via_socks4", "no_verifyhost"),
            flags("force_sslv3", "force_tlsv10", "force_tlsv11", "force_tlsv12", "force_tlsv13"),
            flags("no_sslv3", "no_tlsv10", "no_tlsv11", "no_tlsv12", "no_tlsv13"),
            flags("send_proxy_v2_ssl", "send_proxy_v2_ssl_cn"),
            either("ssl_reuse", "ssl-reuse", "no-ssl-reuse"),
            either("stick", "stick", "non-stick"),
            either("tfo", "tfo", "no-tfo"),
            either("tls_tickets", "tls-tickets", "no-tls-tickets"),
            number("agent-port", "agent-port"),
            number("error_limit", "error-limit"),
            number("max_reuse", "max-reuse"),
            number("maxqueue", "maxqueue"),
            number("minconn", "minconn"),
            number("pool_low_conn", "pool-low-conn"),
            number("pool_max_conn", "pool-max-conn"),
            millis("pool_purge_delay", "pool-purge-delay"),
            millis("tcp_ut", "tcp-ut"),
            millis("agent-inter", "agent-inter"),
            millis("slowstart", "slowstart"),
            oneOf("on-error", "fastinter", "fail-check", "sudden-death", "mark-down"),
            oneOf("on-marked-up", "shutdown-backup-sessions"),
            oneOf("observe", "layer4", "layer7"),
            oneOf("ws", "auto", "h1", "h2"),
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
                    "crl_file",
                    "log_proto",
                    "namespace",
                    "npn",
                    "proto",
                    "redir",
                    "resolve-net",
                    "resolve-prefer",
                    "ssl_max_ver",
                    "ssl_min_ver",
                    "socks4",
                    "source",
                    "track",
                    "verifyhost"),
            Stream.of(word("resolve_opts", "resolve-opts"), word("health_check_address", "addr")));

    static final Members<Words, Parameters> SERVER =
            new Members<>(concat(OF_ALL_SERVERS.stream(), words("init-addr", "resolvers")));

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

    /** Flags whose parameter has the same name, with hyphens. */
    private static Stream<Member<Words, Parameters>> flags(String... names) {
        return Arrays.stream(names).flatMap(name -> flag(name, name.replace('_', '-')));
    }

    private static Stream<Member<Words, Parameters>> bools(String... names) {
        return Arrays.stream(names).flatMap(name -> bool(name, name.replace('_', '-')));
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

    /** One of two words, or none. */
    private static Stream<Member<Words, Parameters>> either(String name, String enabled, String disabled) {
        return Stream.of(new Member<>(
                name,
                Member.FLAG,
                words -> words.list().contains(disabled)
                        ? Member.flag(false)
                        : Member.flag(Parameters.there(words, enabled)),
                (line, value) -> {
                    Boolean is = Member.isEnabled(value);
                    return is == null ? line : line.flag(is ? enabled : disabled, true);
                }));
    }

    /** {@code expose-fd listeners}. */
    private static Stream<Member<Words, Parameters>> exposed() {
        return Stream.of(new Member<>(
                "expose_fd_listeners",
                Member.BOOLEAN,
                words -> Member.node(Parameters.there(words, "expose-fd")),
                (line, value) -> line.add("expose-fd", value != null && value.booleanValue() ? "listeners" : null)));
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
