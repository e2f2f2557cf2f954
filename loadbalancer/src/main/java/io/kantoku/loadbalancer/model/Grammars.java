package io.kantoku.loadbalancer.model;

/**
 * The rules, checks and log targets of the API and how HAProxy has them in a line, as the specifications of the Data Plane API (v2.1.0,
 * v2.9, v3.0) and the configuration manual of HAProxy 2.6 say.
 */
final class Grammars {
    private static final String CONDITION = "cond = if unless\n";
    private static final String CONTENT =
            "[content-type {return_content_type~}] [{return_content_format} {return_content~}]"
                    + " [return_hdrs: hdr {name} {fmt~}]";
    private static final String CONTENT_VALUES = """
            return_content_format = default-errorfiles errorfile errorfiles file lf-file string lf-string
            return_status_code = 200..599
            deny_status = 200..599
            """;

    static final LineGrammar ACL = LineGrammar.of("acl", """
            | {acl_name} {criterion} {value*}
            * | {acl_name} {criterion}
            """);

    static final LineGrammar BACKEND_SWITCHING = LineGrammar.of("use_backend", CONDITION + "| {name}");
    static final LineGrammar SERVER_SWITCHING = LineGrammar.of("use-server", CONDITION + "| {target_server}");

    static final LineGrammar STICK = LineGrammar.of("stick", CONDITION + """
            type = match on store-request store-response
            | {type} {pattern} [table {table}]
            """);

    static final LineGrammar CAPTURE = LineGrammar.of("declare capture", """
            type = request response
            | {type} len {length#}
            """);

    static final LineGrammar FILTER = LineGrammar.of("filter", """
            type=trace       | trace [name {trace_name}] [trace_rnd_parsing=random-parsing] [trace_rnd_forwarding=random-forwarding] \
            [trace_hexdump=hexdump]
            type=compression | compression
            type=spoe        | spoe [engine {spoe_engine}] config {spoe_config}
            type=cache       | cache {cache_name}
            type=fcgi-app    | fcgi-app {app_name}
            type=bwlim-in    | bwlim-in {bandwidth_limit_name} default-limit {default_limit#} default-period {default_period%} \
            [min-size {min_size#}]
            type=bwlim-in    | bwlim-in {bandwidth_limit_name} limit {limit#} key {key*} [table {table}] [min-size {min_size#}]
            type=bwlim-out   | bwlim-out {bandwidth_limit_name} default-limit {default_limit#} default-period {default_period%} \
            [min-size {min_size#}]
            type=bwlim-out   | bwlim-out {bandwidth_limit_name} limit {limit#} key {key*} [table {table}] [min-size {min_size#}]
            *                | {type*}
            """);

    static final LineGrammar LOG_TARGET = LineGrammar.of("log", """
            nolog=true  | ^no log
            global=true | global
            | {address} [len {length#}] [format {format}] [sample {sample_range}:{sample_size#}] {facility} [{level} [{minlevel}]]
            * | {address*}
            """);

    /** Which counters follow a connection: three, each with a name of its own. */
    private static final String TRACK = """
            action=track-sc0 | {type} track-sc0 {track_key*} [table {track_table}]
            action=track-sc1 | {type} track-sc1 {track_key*} [table {track_table}]
            action=track-sc2 | {type} track-sc2 {track_key*} [table {track_table}]
            """;

    /** As many as there are, with one name and a number, in version 3; what it was called before is understood. */
    private static final String TRACK_NUMBERED =
            "action=track-sc | {type} track-sc{track_stick_counter#} {track_key*} [table {track_table}]\n";

    private static final String VARIABLES = """
            action=set-var       | {type} set-var({var_scope}.{var_name}) {expr*}
            action=set-var-fmt   | {type} set-var-fmt({var_scope}.{var_name}) {expr*}
            action=unset-var     | {type} unset-var({var_scope}.{var_name})
            """;

    private static final String TCP_REQUEST_FORMS = CONDITION + """
            type = connection content inspect-delay session
            priority_type = class offset
            resolve_protocol = ipv4 ipv6
            type=inspect-delay   | inspect-delay {timeout%}
            action=accept        | {type} accept
            action=reject        | {type} reject
            action=silent-drop   | {type} silent-drop
            action=expect-proxy  | {type} expect-proxy layer4
            action=expect-netscaler-cip | {type} expect-netscaler-cip layer4
            action=capture       | {type} capture {capture_sample*} len {capture_len#}
            action=do-resolve    | {type} do-resolve({resolve_var},{resolve_resolvers},{resolve_protocol}) {expr*}
            action=do-resolve    | {type} do-resolve({resolve_var},{resolve_resolvers}) {expr*}
            action=lua           | {type} lua.{lua_action} [{lua_params*}]
            action=sc-inc-gpc0   | {type} sc-inc-gpc0({sc_inc_id})
            action=sc-inc-gpc1   | {type} sc-inc-gpc1({sc_inc_id})
            action=sc-set-gpt0   | {type} sc-set-gpt0({sc_inc_id}) {gpt_value*}
            action=send-spoe-group | {type} send-spoe-group {spoe_engine_name} {spoe_group_name}
            action=set-dst       | {type} set-dst {expr*}
            action=set-dst-port  | {type} set-dst-port {expr*}
            action=set-mark      | {type} set-mark {mark_value}
            action=set-nice      | {type} set-nice {nice_value#}
            action=set-priority  | {type} set-priority-{priority_type} {expr*}
            action=set-src       | {type} set-src {expr*}
            action=set-src-port  | {type} set-src-port {expr*}
            action=set-tos       | {type} set-tos {tos_value}
            action=switch-mode   | {type} switch-mode http [proto {switch_mode_proto}]
            action=use-service   | {type} use-service {service_name}
            * | {type} {action*}
            """ + VARIABLES;

    static final LineGrammar TCP_REQUEST = LineGrammar.of("tcp-request", TCP_REQUEST_FORMS + TRACK);
    static final LineGrammar TCP_REQUEST_3 = LineGrammar.of("tcp-request", TCP_REQUEST_FORMS + TRACK_NUMBERED + TRACK);

    static final LineGrammar TCP_RESPONSE = LineGrammar.of("tcp-response", CONDITION + """
            type = content inspect-delay
            type=inspect-delay   | inspect-delay {timeout%}
            action=accept        | {type} accept
            action=close         | {type} close
            action=reject        | {type} reject
            action=silent-drop   | {type} silent-drop
            action=lua           | {type} lua.{lua_action} [{lua_params*}]
            action=sc-inc-gpc0   | {type} sc-inc-gpc0({sc_id#})
            action=sc-inc-gpc1   | {type} sc-inc-gpc1({sc_id#})
            action=sc-set-gpt0   | {type} sc-set-gpt0({sc_id#}) {sc_int#}
            action=sc-set-gpt0   | {type} sc-set-gpt0({sc_id#}) {sc_expr*}
            action=send-spoe-group | {type} send-spoe-group {spoe_engine} {spoe_group}
            action=set-mark      | {type} set-mark {mark_value}
            action=set-nice      | {type} set-nice {nice_value#}
            action=set-tos       | {type} set-tos {tos_value}
            * | {type} {action*}
            """ + VARIABLES);

    private static final String HTTP_VARIABLES = """
            type=set-var         | set-var({var_scope}.{var_name}) {var_expr*}
            type=set-var-fmt     | set-var-fmt({var_scope}.{var_name}) {var_format*}
            type=unset-var       | unset-var({var_scope}.{var_name})
            """;

    private static final String HTTP_HEADERS = """
            log_level = emerg alert crit err warning notice info debug silent
            strict_mode = on off
            type=add-header      | add-header {hdr_name~} {hdr_format~}
            type=del-header      | del-header {hdr_name~} [-m {hdr_method~}]
            type=replace-header  | replace-header {hdr_name~} {hdr_match~} {hdr_format~}
            type=replace-value   | replace-value {hdr_name~} {hdr_match~} {hdr_format~}
            type=set-header      | set-header {hdr_name~} {hdr_format~}
            type=add-acl         | add-acl({acl_file}) {acl_keyfmt}
            type=del-acl         | del-acl({acl_file}) {acl_keyfmt}
            type=set-map         | set-map({map_file}) {map_keyfmt} {map_valuefmt}
            type=del-map         | del-map({map_file}) {map_keyfmt}
            type=set-log-level   | set-log-level {log_level}
            type=strict-mode     | strict-mode {strict_mode}
            type=sc-add-gpc      | sc-add-gpc({sc_idx#},{sc_id#}) {sc_int#}
            type=sc-add-gpc      | sc-add-gpc({sc_idx#},{sc_id#}) {sc_expr*}
            type=sc-inc-gpc      | sc-inc-gpc({sc_idx#},{sc_id#})
            type=sc-inc-gpc0     | sc-inc-gpc0({sc_id#})
            type=sc-inc-gpc1     | sc-inc-gpc1({sc_id#})
            type=sc-set-gpt0     | sc-set-gpt0({sc_id#}) {sc_int#}
            type=sc-set-gpt0     | sc-set-gpt0({sc_id#}) {sc_expr*}
            """ + HTTP_VARIABLES;

    private static final String HTTP_BOTH =
            CONDITION + CONTENT_VALUES + HTTP_HEADERS + """
            mark_value = /(0x[0-9A-Fa-f]+|[0-9]+)/
            tos_value = /(0x[0-9A-Fa-f]+|[0-9]+)/
            nice_value = -1024..1024
            redir_type = location prefix scheme
            redir_code = 301 302 303 307 308
            type=allow           | allow
            type=capture         | capture {capture_sample*} id {capture_id#}
            type=lua             | lua.{lua_action} [{lua_params*}]
            type=redirect        | redirect {redir_type} {redir_value} [code {redir_code#}] [{redir_option*}]
            type=send-spoe-group | send-spoe-group {spoe_engine} {spoe_group}
            type=set-bandwidth-limit | set-bandwidth-limit {bandwidth_limit_name} [limit {bandwidth_limit_limit~}] \
            [period {bandwidth_limit_period~}]
            type=set-mark        | set-mark {mark_value}
            type=set-nice        | set-nice {nice_value#}
            type=set-tos         | set-tos {tos_value}
            type=silent-drop     | silent-drop [rst-ttl {rst_ttl#}]
            type=wait-for-body   | wait-for-body time {wait_time%} [at-least {wait_at_least#}]
            """ + """
            type=deny, return_content_format=default-errorfiles | deny [deny_status {deny_status#}] default-errorfiles
            type=deny            | deny [deny_status {deny_status#}] CONTENT
            type=return, return_content_format=default-errorfiles | return [status {return_status_code#}] default-errorfiles
            type=return          | return [status {return_status_code#}] CONTENT
            * | {type*}
            """.replace("CONTENT", CONTENT);

    private static final String HTTP_TRACK = """
            type=track-sc0       | track-sc0 {track-sc0-key} [table {track-sc0-table}]
            type=track-sc1       | track-sc1 {track-sc1-key} [table {track-sc1-table}]
            type=track-sc2       | track-sc2 {track-sc2-key} [table {track-sc2-table}]
            """;
    private static final String HTTP_TRACK_NUMBERED =
            "type=track-sc | track-sc{track_sc_stick_counter#} {track_sc_key} [table {track_sc_table}]\n";

    private static final String HTTP_REQUEST_FORMS = HTTP_BOTH + """
            normalizer = fragment-encode fragment-strip path-merge-slashes path-strip-dot path-strip-dotdot \
            percent-decode-unreserved percent-to-uppercase query-sort-by-name
            timeout_type = server tunnel
            protocol = ipv4 ipv6
            type=auth            | auth [realm {auth_realm}]
            type=cache-use       | cache-use {cache_name}
            type=capture         | capture {capture_sample*} len {capture_len#}
            type=disable-l7-retry | disable-l7-retry
            type=do-resolve      | do-resolve({var_name},{resolvers},{protocol}) {expr*}
            type=do-resolve      | do-resolve({var_name},{resolvers}) {expr*}
            type=early-hint      | early-hint {hint_name} {hint_format}
            type=normalize-uri   | normalize-uri {normalizer} [normalizer_full=full] [normalizer_strict=strict]
            type=reject          | reject
            type=replace-path    | replace-path {path_match} {path_fmt}
            type=replace-pathq   | replace-pathq {path_match} {path_fmt}
            type=replace-uri     | replace-uri {uri-match~} {uri-fmt~}
            type=set-dst         | set-dst {expr*}
            type=set-dst-port    | set-dst-port {expr*}
            type=set-method      | set-method {method_fmt}
            type=set-path        | set-path {path_fmt}
            type=set-pathq       | set-pathq {path_fmt}
            type=set-priority-class | set-priority-class {expr*}
            type=set-priority-offset | set-priority-offset {expr*}
            type=set-query       | set-query {query-fmt~}
            type=set-src         | set-src {expr*}
            type=set-src-port    | set-src-port {expr*}
            type=set-timeout     | set-timeout {timeout_type} {timeout~}
            type=set-uri         | set-uri {uri-fmt~}
            type=use-service     | use-service {service_name~}
            type=wait-for-handshake | wait-for-handshake
            """ + """
            type=tarpit, return_content_format=default-errorfiles | tarpit [deny_status {deny_status#}] default-errorfiles
            type=tarpit          | tarpit [deny_status {deny_status#}] CONTENT
            """.replace("CONTENT", CONTENT);

    private static final String HTTP_RESPONSE_FORMS = HTTP_BOTH + """
            status = 100..999
            type=cache-store     | cache-store {cache_name}
            type=set-status      | set-status {status#} [reason {status_reason~}]
            """;

    static final LineGrammar HTTP_REQUEST = LineGrammar.of("http-request", HTTP_REQUEST_FORMS + HTTP_TRACK);
    static final LineGrammar HTTP_REQUEST_3 =
            LineGrammar.of("http-request", HTTP_REQUEST_FORMS + HTTP_TRACK_NUMBERED + HTTP_TRACK);
    static final LineGrammar HTTP_RESPONSE = LineGrammar.of("http-response", HTTP_RESPONSE_FORMS + HTTP_TRACK);
    static final LineGrammar HTTP_RESPONSE_3 =
            LineGrammar.of("http-response", HTTP_RESPONSE_FORMS + HTTP_TRACK_NUMBERED + HTTP_TRACK);

    static final LineGrammar HTTP_AFTER_RESPONSE =
            LineGrammar.of("http-after-response", CONDITION + HTTP_HEADERS + """
            status = 100..999
            type=allow           | allow
            type=capture         | capture {capture_sample*} id {capture_id#}
            type=set-status      | set-status {status#} [reason {status_reason~}]
            * | {type*}
            """);

    static final LineGrammar HTTP_ERROR =
            LineGrammar.of("http-error", CONTENT_VALUES + """
            status = 200 400 401 403 404 405 407 408 410 413 425 429 500 501 502 503 504
            type=status, return_content_format=default-errorfiles | status {status#} default-errorfiles
            type=status | status {status#} CONTENT
            * | {type*}
            """.replace("CONTENT", CONTENT));

    private static final String CONNECT = """
            port = 1..65535
            =connect     | connect [default=default] [port {port#}] [addr {addr}] [send-proxy=send-proxy] [via-socks4=via-socks4] \
            [ssl=ssl] [sni {sni}] [alpn {alpn}] [linger=linger] [proto {proto}] [comment {check_comment~}]
            =comment     | comment {check_comment~}
            =set-var     | set-var({var_scope}.{var_name}) {var_expr*}
            =set-var-fmt | set-var-fmt({var_scope}.{var_name}) {var_format*}
            =unset-var   | unset-var({var_scope}.{var_name})
            """;

    static final LineGrammar TCP_CHECK = LineGrammar.of("tcp-check", CONNECT.replace("\n=", "\naction=") + """
            action=send          | send {data~} [comment {check_comment~}]
            action=send-lf       | send-lf {fmt~} [comment {check_comment~}]
            action=send-binary   | send-binary {hex_string} [comment {check_comment~}]
            action=send-binary-lf | send-binary-lf {hex_fmt} [comment {check_comment~}]
            action=expect        | expect [min-recv {min_recv#}] [ok-status {ok_status}] [error-status {error_status}] \
            [tout-status {tout_status}] [on-success {on_success~}] [on-error {on_error~}] [status-code {status-code~}] \
            [exclamation_mark=!] {match} {pattern~} [comment {check_comment~}]
            * | {action*}
            """);

    static final LineGrammar HTTP_CHECK = LineGrammar.of("http-check", CONNECT.replace("\n=", "\ntype=") + """
            type=disable-on-404 | disable-on-404
            type=send-state     | send-state
            type=send           | send [meth {method}] [uri {uri~}] [uri-lf {uri_log_format~}] [ver {version~}] \
            [headers: hdr {name} {fmt~}] [body {body~}] [body-lf {body_log_format~}] [comment {check_comment~}]
            type=expect         | expect [min-recv {min_recv#}] [ok-status {ok_status}] [error-status {error_status}] \
            [tout-status {tout_status}] [on-success {on_success~}] [on-error {on_error~}] [status-code {status-code~}] \
            [exclamation_mark=!] {match} {pattern~} [comment {check_comment~}]
            * | {type*}
            """);

    private Grammars() {}
}
