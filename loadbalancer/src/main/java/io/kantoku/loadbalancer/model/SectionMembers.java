package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
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
            options("dontlog_normal", "http-buffer-request", "http-use-htx", "independent_streams", "nolinger"),
            options("http_no_delay", "splice_auto", "splice_request", "splice_response", "tcpka"),
            connectionMode(),
            from(),
            line(
                    "forwardfor",
                    "option forwardfor",
                    "enabled=enabled | [except {except}] [header {header}] [ifnone=if-none]"),
            line("originalto", "option originalto", "enabled=enabled | [except {except}] [header {header}]"),
            object("compression", """
                    compression algo {algorithms+}
                    compression type {types+}
                    compression offload=offload"""),
            object("stats_options", """
                    stats_admin_cond = if unless
                    stats stats_admin=admin {stats_admin_cond} {stats_admin_cond_test*}
                    stats stats_enable=enable
                    stats stats_hide_version=hide-version
                    stats maxconn {stats_maxconn#}
                    stats stats_realm=realm {stats_realm_realm~}
                    stats refresh {stats_refresh_delay#}
                    stats show-desc {stats_show_desc*}
                    stats stats_show_legends=show-legends
                    stats stats_show_modules=show-modules
                    stats show-node {stats_show_node_name}
                    stats uri {stats_uri_prefix}
                    stats_auths: stats auth {user}:{passwd}
                    stats_http_requests: stats http-request {type} [realm {realm~}] [{cond} {cond_test*}]"""),
            object("email_alert", """
                    level = emerg alert crit err warning notice info debug
                    email-alert from {from}
                    email-alert level {level}
                    email-alert mailers {mailers}
                    email-alert myhostname {myhostname}
                    email-alert to {to}"""),
            millis("http_keep_alive_timeout", "timeout", "http-keep-alive"),
            millis("http_request_timeout", "timeout", "http-request"),
            millis("tarpit_timeout", "timeout", "tarpit"),
            word("bind_process", "bind-process"),
            number("id", "id"),
            there("disabled"),
            there("enabled"),
            text("description", "description"));

    private static final List<Member<Section, Section>> OF_FRONTENDS = concat(
            options("accept_invalid_http_request", "disable_h2_upgrade", "h1_case_adjust_bogus_client", "httpslog"),
            options("http_ignore_probes", "log_separate_errors", "socket_stats", "tcp_smart_accept"),
            options("http-use-proxy-header", "http_use_proxy_header", "idle_close_on_response"),
            commonLogFormat(),
            millis("client_fin_timeout", "timeout", "client-fin"),
            millis("clitcpka_idle", "clitcpka-idle"),
            millis("clitcpka_intvl", "clitcpka-intvl"),
            number("clitcpka_cnt", "clitcpka-cnt"),
            number("backlog", "backlog"),
            text("log_format_sd", "log-format-sd"),
            text("unique_id_format", "unique-id-format"),
            text("unique_id_header", "unique-id-header"),
            object("monitor_fail", """
                    cond = if unless
                    monitor fail {cond} {cond_test*}"""),
            word("monitor_uri", "monitor-uri"));

    private static final List<Member<Section, Section>> OF_BACKENDS = concat(
            options("abortonclose", "accept_invalid_http_response", "allbackups", "checkcache", "external_check"),
            options("h1_case_adjust_bogus_server", "http_pretend_keepalive"),
            options("log_health_checks", "persist", "prefer_last_server", "spop_check", "srvtcpka"),
            options("tcp_smart_connect", "transparent"),
            line("cookie", "cookie", """
                    type = rewrite insert prefix
                    | {name} [{type}] [indirect=indirect] [nocache=nocache] [postonly=postonly] [preserve=preserve] \
                    [httponly=httponly] [secure=secure] [maxidle {maxidle#}] [maxlife {maxlife#}] [dynamic=dynamic] \
                    [[domain: domain {value}]] [[attr: attr {value}]]"""),
            httpCheck(),
            argumentsOf("smtpchk_params", "option smtpchk", "| {hello} {domain}"),
            argumentsOf("mysql_check_params", "option mysql-check", """
                    client_version = pre-41 post-41
                    | user {username} [{client_version}]
                    """),
            argumentsOf("pgsql_check_params", "option pgsql-check", "| user {username}"),
            millis("server_fin_timeout", "timeout", "server-fin"),
            millis("srvtcpka_idle", "srvtcpka-idle"),
            millis("srvtcpka_intvl", "srvtcpka-intvl"),
            number("srvtcpka_cnt", "srvtcpka-cnt"),
            number("max_keep_alive_queue", "max-keep-alive-queue"),
            word("dynamic_cookie_key", "dynamic-cookie-key"),
            word("external_check_command", "external-check", "command"),
            word("external_check_path", "external-check", "path"),
            oneOf("http_reuse", List.of("aggressive", "always", "never", "safe"), "http-reuse"));

    /** What defaults cannot have. */
    private static final List<Member<Section, Section>> OF_PROXIES =
            line("stick_table", "stick-table", """
            type = ip ipv6 integer string binary
            srvkey = addr name
            | type {type} [len {keylen#}] [size {size$}] [expire {expire%}] [nopurge=nopurge] [peers {peers}] \
            [srvkey {srvkey}] [store {store}] [write-to {write_to}]""").toList();

    static final Members<Section, Section> FRONTEND =
            new Members<>(concat(OF_BOTH.stream(), OF_FRONTENDS.stream(), OF_PROXIES.stream()));
    static final Members<Section, Section> BACKEND =
            new Members<>(concat(OF_BOTH.stream(), OF_BACKENDS.stream(), OF_PROXIES.stream()));
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

    /** A line of one word. */
    private static Stream<Member<Section, Section>> there(String word) {
        return Stream.of(new Member<>(
                word,
                Member.BOOLEAN,
                section -> section.lines(word).isEmpty() ? null : BooleanNode.TRUE,
                (section, value) -> section.setFlag(value != null && value.booleanValue(), word)));
    }

    /** The defaults that a section builds on, in its header. */
    private static Stream<Member<Section, Section>> from() {
        return Stream.of(new Member<>(
                "from",
                (name, value) -> Names.check(name, value.asText()),
                section -> Member.node(section.from()),
                (section, value) -> section.withFrom(value == null ? null : value.asText())));
    }

    /** An object that is a line. */
    private static Stream<Member<Section, Section>> line(String name, String keyword, String table) {
        LineGrammar grammar = LineGrammar.of(keyword, table);
        return Stream.of(new Member<>(
                name,
                (member, value) -> checkLine(grammar, member, value),
                section -> lines(section, grammar).stream()
                        .reduce((first, last) -> last)
                        .map(grammar::object)
                        .orElse(null),
                (section, value) -> section.replaceAll(
                        grammar::matches,
                        value == null ? List.of() : List.of(grammar.write(LineForm.members(value))))));
    }

    private static void checkLine(LineGrammar grammar, String member, JsonNode value) {
        Member.type(member, "an object", value.isObject());
        grammar.validate(member + ".", LineForm.members(value));
    }

    private static List<Words> lines(Section section, LineGrammar grammar) {
        return section.lines().stream().filter(grammar::matches).toList();
    }

    /** The first version has one such line, later ones a list of its own, which nobody loses by not knowing this member. */
    private static Stream<Member<Section, Section>> httpCheck() {
        LineGrammar grammar = LineGrammar.of("http-check", """
                type=disable-on-404 | disable-on-404
                type=send-state     | send-state
                type=expect         | expect [exclamation_mark=!] {match} {pattern~}
                """);
        return Stream.of(keptWhenAbsent("http-check", grammar));
    }

    /** The arguments of a check, whose line is there by another member. */
    private static Stream<Member<Section, Section>> argumentsOf(String name, String keyword, String table) {
        return Stream.of(keptWhenAbsent(name, LineGrammar.of(keyword, table)));
    }

    private static Member<Section, Section> keptWhenAbsent(String name, LineGrammar grammar) {
        return new Member<>(
                name,
                (member, value) -> checkLine(grammar, member, value),
                section -> {
                    List<Words> lines = lines(section, grammar);
                    return lines.size() == 1 ? grammar.object(lines.getFirst()) : null;
                },
                (section, value) -> value == null
                        ? section
                        : section.replaceAll(grammar::matches, List.of(grammar.write(LineForm.members(value)))));
    }

    /** An object of lines. */
    private static Stream<Member<Section, Section>> object(String name, String table) {
        return Stream.of(SeveralLines.of(table).member(name));
    }

    /** {@code option httplog clf}, which is another log than {@code option httplog}. */
    private static Stream<Member<Section, Section>> commonLogFormat() {
        Words line = Words.of("option", "httplog", "clf");
        return Stream.of(new Member<>(
                "clflog",
                Member.BOOLEAN,
                section -> section.lines().contains(line) ? BooleanNode.TRUE : null,
                (section, value) -> value != null && value.booleanValue()
                        ? section.replaceAll(old -> old.startsWith("option", "httplog"), List.of(line))
                        : section));
    }
}
