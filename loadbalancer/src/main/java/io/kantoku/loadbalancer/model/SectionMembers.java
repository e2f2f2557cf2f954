package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The further members of frontends, backends and defaults, each a line of its own (Data Plane API v2.1.0 and those of later versions
 * that HAProxy 2.6 knows).
 */
final class SectionMembers {
    private static final List<String> CONNECTION_MODES = List.of("httpclose", "http-server-close", "http-keep-alive");

    private static final List<Member<Section, Section>> OF_BOTH = concat(
            options("dontlog_normal", "http-buffer-request", "independent_streams", "nolinger"),
            options("splice_auto", "splice_request", "splice_response"),
            connectionMode(),
            forwardFor(),
            millis("http_keep_alive_timeout", "timeout", "http-keep-alive"),
            millis("http_request_timeout", "timeout", "http-request"),
            millis("tarpit_timeout", "timeout", "tarpit"),
            word("bind_process", "bind-process"),
            word("id", "id"),
            text("description", "description"));

    private static final List<Member<Section, Section>> OF_FRONTENDS = concat(
            options("http_ignore_probes", "log_separate_errors", "socket_stats", "tcp_smart_accept"),
            options("http-use-proxy-header", "idle_close_on_response"),
            millis("client_fin_timeout", "timeout", "client-fin"),
            number("backlog", "backlog"),
            text("log_format_sd", "log-format-sd"),
            text("unique_id_format", "unique-id-format"),
            text("unique_id_header", "unique-id-header"));

    private static final List<Member<Section, Section>> OF_BACKENDS = concat(
            options("abortonclose", "allbackups", "checkcache", "external_check", "http_pretend_keepalive"),
            options(
                    "log_health_checks",
                    "persist",
                    "prefer_last_server",
                    "srvtcpka",
                    "tcp_smart_connect",
                    "transparent"),
            millis("server_fin_timeout", "timeout", "server-fin"),
            number("max_keep_alive_queue", "max-keep-alive-queue"),
            word("external_check_command", "external-check", "command"),
            word("external_check_path", "external-check", "path"),
            oneOf("http_reuse", List.of("aggressive", "always", "never", "safe"), "http-reuse"));

    static final Members<Section, Section> FRONTEND = new Members<>(concat(OF_BOTH.stream(), OF_FRONTENDS.stream()));
    static final Members<Section, Section> BACKEND = new Members<>(concat(OF_BOTH.stream(), OF_BACKENDS.stream()));
    static final Members<Section, Section> DEFAULTS =
            new Members<>(concat(OF_BOTH.stream(), OF_FRONTENDS.stream(), OF_BACKENDS.stream()));

    private SectionMembers() {}

    @SafeVarargs
    @SuppressWarnings("varargs") // it is only read
    private static List<Member<Section, Section>> concat(Stream<Member<Section, Section>>... parts) {
        return Stream.of(parts).flatMap(Function.identity()).toList();
    }

    /** Members whose option has the same name, with hyphens. */
    private static Stream<Member<Section, Section>> options(String... names) {
        return Arrays.stream(names).map(name -> {
            String option = name.replace('_', '-');
            return new Member<Section, Section>(
                    name,
                    Member.FLAG,
                    section -> Member.flag(section.option(option)),
                    (section, value) -> section.setOption(Member.isEnabled(value), option));
        });
    }

    private static Stream<Member<Section, Section>> number(String name, String... path) {
        return valued(name, Member.NUMBER, section -> Member.node(section.integer(path)), path);
    }

    private static Stream<Member<Section, Section>> millis(String name, String... path) {
        return valued(name, Member.NUMBER, section -> Member.node(section.millis(path)), path);
    }

    private static Stream<Member<Section, Section>> word(String name, String... path) {
        return valued(name, Member.ONE_WORD, section -> Member.node(section.value(path)), path);
    }

    private static Stream<Member<Section, Section>> text(String name, String... path) {
        return valued(name, Member.TEXT, section -> Member.node(section.value(path)), path);
    }

    private static Stream<Member<Section, Section>> oneOf(String name, List<String> allowed, String... path) {
        return valued(name, Member.oneOf(allowed), section -> Member.node(section.value(path)), path);
    }

    private static Stream<Member<Section, Section>> valued(
            String name, Member.Check check, Function<Section, @Nullable JsonNode> read, String... path) {
        return Stream.of(new Member<>(
                name, check, read, (section, value) -> section.set(value == null ? null : value.asText(), path)));
    }

    /** One of several options that exclude each other. */
    private static Stream<Member<Section, Section>> connectionMode() {
        return Stream.of(new Member<>(
                "http_connection_mode",
                Member.oneOf(CONNECTION_MODES),
                section -> Member.node(CONNECTION_MODES.stream()
                        .filter(mode -> Boolean.TRUE.equals(section.option(mode)))
                        .findFirst()
                        .orElse(null)),
                (section, value) -> section.replaceAll(
                        line -> line.startsWith("option") && CONNECTION_MODES.contains(line.at(1)),
                        value == null ? List.of() : List.of(Words.of("option", value.asText())))));
    }

    /** {@code option forwardfor except 127.0.0.0/8 header X-Client if-none}. */
    private static Stream<Member<Section, Section>> forwardFor() {
        return Stream.of(new Member<>(
                "forwardfor",
                (name, value) -> {
                    Member.type(name, "an object", value.isObject());
                    if (!value.hasNonNull("enabled")) {
                        throw DataPlaneException.required(name + ".enabled");
                    }
                    Member.oneOf(List.of("enabled")).check(name + ".enabled", value.path("enabled"));
                    for (String word : List.of("except", "header")) {
                        if (value.hasNonNull(word)) {
                            Member.ONE_WORD.check(name + "." + word, value.path(word));
                        }
                    }
                },
                SectionMembers::readForwardFor,
                (section, value) -> section.replaceAll(
                        line -> line.startsWith("option", "forwardfor"),
                        value == null ? List.of() : List.of(writeForwardFor(value)))));
    }

    private static @Nullable JsonNode readForwardFor(Section section) {
        Words rest = section.rest("option", "forwardfor");
        if (rest == null) {
            return null;
        }
        ObjectNode object = ApiJson.object().put("enabled", "enabled");
        for (String key : List.of("except", "header")) {
            if (rest.list().contains(key)) {
                object.put(key, rest.after(key));
            }
        }
        if (rest.list().contains("if-none")) {
            object.put("ifnone", true);
        }
        return object;
    }

    private static Words writeForwardFor(JsonNode value) {
        List<String> words = new ArrayList<>(List.of("option", "forwardfor"));
        for (String key : List.of("except", "header")) {
            if (value.hasNonNull(key)) {
                words.addAll(List.of(key, value.path(key).asText()));
            }
        }
        if (value.path("ifnone").asBoolean()) {
            words.add("if-none");
        }
        return new Words(words);
    }
}
