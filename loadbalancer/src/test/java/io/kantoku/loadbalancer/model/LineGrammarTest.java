package io.kantoku.loadbalancer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules are read from their lines and written to them as HAProxy's manual has them, each value as it is spelled. */
class LineGrammarTest {
    private static final Map<String, LineKind<Rule>> KINDS = Map.ofEntries(
            Map.entry("acl", Kinds.ACLS),
            Map.entry("use_backend", Kinds.BACKEND_SWITCHING_RULES),
            Map.entry("use-server", Kinds.SERVER_SWITCHING_RULES),
            Map.entry("stick", Kinds.STICK_RULES),
            Map.entry("declare", Kinds.CAPTURES),
            Map.entry("filter", Kinds.FILTERS),
            Map.entry("log", Kinds.LOG_TARGETS),
            Map.entry("no", Kinds.LOG_TARGETS),
            Map.entry("tcp-request", Kinds.TCP_REQUEST_RULES),
            Map.entry("tcp-response", Kinds.TCP_RESPONSE_RULES),
            Map.entry("http-request", Kinds.HTTP_REQUEST_RULES),
            Map.entry("http-response", Kinds.HTTP_RESPONSE_RULES),
            Map.entry("http-after-response", Kinds.HTTP_AFTER_RESPONSE_RULES),
            Map.entry("http-error", Kinds.HTTP_ERROR_RULES),
            Map.entry("tcp-check", Kinds.TCP_CHECKS),
            Map.entry("http-check", Kinds.HTTP_CHECKS));

    private static Rule read(LineKind<Rule> kind, String line) {
        HaproxyConfig config = HaproxyConfig.parse("backend be\n  " + line + "\n");
        assertThat(kind.list(config, Parent.backend("be"))).as(line).hasSize(1);
        return kind.list(config, Parent.backend("be")).getFirst();
    }

    /** Reads a line, compares its object, and writes the object to a line again. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            acl local hdr(host) -i localhost one.example       | {"acl_name":"local","criterion":"hdr(host)","value":"-i localhost one.example"}
            acl x path -m beg '/a b' if                        | {"acl_name":"x","criterion":"path","value":"-m beg '/a b' if"}
            use_backend be2 unless { src 10.0.0.0/8 }          | {"name":"be2","cond":"unless","cond_test":"{ src 10.0.0.0/8 }"}
            use_backend %[req.hdr(host),lower]                 | {"name":"%[req.hdr(host),lower]"}
            use-server s1 if TRUE                              | {"target_server":"s1","cond":"if","cond_test":"TRUE"}
            stick store-request src table t if a b             | {"type":"store-request","pattern":"src","table":"t","cond":"if","cond_test":"a b"}
            declare capture request len 32                     | {"type":"request","length":32}
            filter trace name A random-parsing hexdump         | {"type":"trace","trace_name":"A","trace_rnd_parsing":true,"trace_hexdump":true}
            filter spoe engine e config /etc/spoe.cfg          | {"type":"spoe","spoe_engine":"e","spoe_config":"/etc/spoe.cfg"}
            log 127.0.0.1:514 len 80 sample 1,2-5:6 local0 info err | {"address":"127.0.0.1:514","length":80,"sample_range":"1,2-5","sample_size":6,"facility":"local0","level":"info","minlevel":"err"}
            log global                                         | {"global":true}
            no log                                             | {"nolog":true}
            tcp-request inspect-delay 5000                     | {"type":"inspect-delay","timeout":5000}
            tcp-request content do-resolve(txn.ip,dns,ipv4) hdr(Host),lower | {"type":"content","action":"do-resolve","resolve_var":"txn.ip","resolve_resolvers":"dns","resolve_protocol":"ipv4","expr":"hdr(Host),lower"}
            tcp-request connection track-sc1 src table t if a  | {"type":"connection","action":"track-sc1","track_key":"src","track_table":"t","cond":"if","cond_test":"a"}
            tcp-request content set-var(sess.a.b) int(3)       | {"type":"content","action":"set-var","var_scope":"sess","var_name":"a.b","expr":"int(3)"}
            tcp-response content unset-var(sess.a)             | {"type":"content","action":"unset-var","var_scope":"sess","var_name":"a"}
            http-request add-header X "%[src] \\"x\\"" unless { src 192.168.0.0/16 } | {"type":"add-header","hdr_name":"X","hdr_format":"\\"%[src] \\\\\\"x\\\\\\"\\"","cond":"unless","cond_test":"{ src 192.168.0.0/16 }"}
            http-request del-header X -m beg if TRUE           | {"type":"del-header","hdr_name":"X","hdr_method":"beg","cond":"if","cond_test":"TRUE"}
            http-request redirect prefix https://x code 301 drop-query append-slash if a | {"type":"redirect","redir_type":"prefix","redir_value":"https://x","redir_code":301,"redir_option":"drop-query append-slash","cond":"if","cond_test":"a"}
            http-request redirect scheme https if !a           | {"type":"redirect","redir_type":"scheme","redir_value":"https","cond":"if","cond_test":"!a"}
            http-request deny deny_status 429 if a             | {"type":"deny","deny_status":429,"cond":"if","cond_test":"a"}
            http-request return status 200 content-type text/plain string "My content" hdr A b hdr C d if { var(x) -m found } | {"type":"return","return_status_code":200,"return_content_type":"text/plain","return_content_format":"string","return_content":"\\"My content\\"","return_hdrs":[{"name":"A","fmt":"b"},{"name":"C","fmt":"d"}],"cond":"if","cond_test":"{ var(x) -m found }"}
            http-request deny default-errorfiles               | {"type":"deny","return_content_format":"default-errorfiles"}
            http-request track-sc0 src table t if TRUE         | {"type":"track-sc0","track-sc0-key":"src","track-sc0-table":"t","cond":"if","cond_test":"TRUE"}
            http-request set-map(/m) %[src] %[dst]             | {"type":"set-map","map_file":"/m","map_keyfmt":"%[src]","map_valuefmt":"%[dst]"}
            http-request normalize-uri path-strip-dotdot full  | {"type":"normalize-uri","normalizer":"path-strip-dotdot","normalizer_full":true}
            http-request lua.foo a b if TRUE                   | {"type":"lua","lua_action":"foo","lua_params":"a b","cond":"if","cond_test":"TRUE"}
            http-request auth realm admin if a                 | {"type":"auth","auth_realm":"admin","cond":"if","cond_test":"a"}
            http-request capture req.cook_cnt(x) len 10        | {"type":"capture","capture_sample":"req.cook_cnt(x)","capture_len":10}
            http-request wait-for-body time 1000 at-least 200  | {"type":"wait-for-body","wait_time":1000,"wait_at_least":200}
            http-response set-status 503 reason "slow down"    | {"type":"set-status","status":503,"status_reason":"\\"slow down\\""}
            http-response cache-store c                        | {"type":"cache-store","cache_name":"c"}
            http-after-response set-header X y                 | {"type":"set-header","hdr_name":"X","hdr_format":"y"}
            http-error status 400 content-type application/json lf-file /var/errors.file | {"type":"status","status":400,"return_content_type":"application/json","return_content_format":"lf-file","return_content":"/var/errors.file"}
            tcp-check connect port 80 ssl comment 'a b'        | {"action":"connect","port":80,"ssl":true,"check_comment":"'a b'"}
            tcp-check connect default linger                   | {"action":"connect","default":true,"linger":true}
            tcp-check send PING\\r\\n                          | {"action":"send","data":"PING\\\\r\\\\n"}
            tcp-check expect min-recv 3 ! rstring ^OK          | {"action":"expect","min_recv":3,"exclamation_mark":true,"match":"rstring","pattern":"^OK"}
            http-check send meth GET uri /x ver HTTP/1.1 hdr A b body c | {"type":"send","method":"GET","uri":"/x","version":"HTTP/1.1","headers":[{"name":"A","fmt":"b"}],"body":"c"}
            http-check disable-on-404                          | {"type":"disable-on-404"}
            """)
    void readsAndWrites(String line, String json) {
        String text = line.strip();
        LineKind<Rule> kind = KINDS.get(Words.parse(text).at(0));
        Rule rule = read(kind, text);
        ObjectNode members = (ObjectNode) ApiJson.tree(rule);
        members.remove("index");

        assertThat(members).isEqualTo(ApiJson.parse(json.getBytes(StandardCharsets.UTF_8)));
        Rule sent = kind.accept(members);
        assertThat(kind.write().apply(sent).print()).isEqualTo(text);
    }

    @Test
    void parametersAreTakenInAnyOrder() {
        assertThat(read(Kinds.TCP_CHECKS, "tcp-check connect ssl port 80").members())
                .isEqualTo(
                        read(Kinds.TCP_CHECKS, "tcp-check connect port 80 ssl").members());
    }

    @Test
    void showsAndKeepsWhatTheApiDoesNotKnow() {
        String text = "backend be\n  http-request some-new-action(a) b if TRUE # why\n  http-request deny\n";
        HaproxyConfig config = HaproxyConfig.parse(text);
        Rule kept = Kinds.HTTP_REQUEST_RULES.get(config, Parent.backend("be"), "0");

        assertThat(kept.text("type")).isEqualTo("some-new-action(a) b");
        assertThat(kept.text("cond_test")).isEqualTo("TRUE");
        assertThat(Kinds.HTTP_REQUEST_RULES
                        .remove(config, Parent.backend("be"), "1")
                        .print())
                .contains("  http-request some-new-action(a) b if TRUE # why\n");
    }

    @Test
    void numbersOfCountersAreAMemberInVersionThree() {
        Rule rule = read(Kinds.HTTP_REQUEST_RULES_3, "http-request track-sc2 src table t");
        assertThat(rule.text("type")).isEqualTo("track-sc");
        assertThat(rule.text("track_sc_stick_counter")).isEqualTo("2");
        Rule old = Kinds.HTTP_REQUEST_RULES_3.accept(
                ApiJson.object().put("type", "track-sc0").put("track-sc0-key", "src"));
        assertThat(Kinds.HTTP_REQUEST_RULES_3.write().apply(old).print()).isEqualTo("http-request track-sc0 src");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            acl          | {"acl_name":"a"}                                     | 602
            acl          | {"acl_name":"a b","criterion":"src"}                 | 605
            http-request | {}                                                   | 602
            http-request | {"type":"jump"}                                      | 606
            http-request | {"type":"add-header","hdr_name":"X"}                 | 400
            http-request | {"type":"deny","deny_status":99}                     | 609
            http-request | {"type":"deny","deny_status":"x"}                    | 400
            http-request | {"type":"redirect","redir_type":"x","redir_value":"y"} | 606
            http-request | {"type":"set-mark","mark_value":"0xZ"}               | 605
            tcp-request  | {"type":"content"}                                   | 400
            tcp-request  | {"type":"content","action":"jump"}                   | 606
            tcp-request  | {"type":"inspect-delay"}                             | 400
            tcp-request  | {"type":"connection","action":"accept","cond":"if"}  | 400
            tcp-check    | {"action":"connect","port":70000}                    | 608
            tcp-request  | {"action":"accept"}                                  | 602
            stick        | {"type":"throw","pattern":"src"}                     | 606
            """)
    void refusesWhatTheSchemaDoesNotAllow(String kind, String json, int code) {
        assertThatThrownBy(() -> KINDS.get(kind.strip()).accept(ApiJson.parse(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOfSatisfying(
                        DataPlaneException.class,
                        e -> assertThat(e.bodyCode()).as(e.getMessage()).isEqualTo(code));
    }

    @Test
    void nothingReachesPastItsLine() {
        assertThatThrownBy(() -> Kinds.HTTP_REQUEST_RULES.accept(ApiJson.object()
                        .put("type", "set-header")
                        .put("hdr_name", "X")
                        .put("hdr_format", "a\nuse_backend b")))
                .isInstanceOfSatisfying(
                        DataPlaneException.class, e -> assertThat(e.code()).isEqualTo(Code.INVALID));
    }
}
