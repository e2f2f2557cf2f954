package io.kantoku.loadbalancer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ObjectKindTest {
    private final HaproxyConfig empty = HaproxyConfig.parse("global\n");
    private final HaproxyConfig withFrontend =
            Kinds.FRONTENDS.add(empty, Parent.NONE, Frontend.tcp("domain-c8:4c1f-ns1-web", "tag"));
    private final Parent frontend = Parent.frontend("domain-c8:4c1f-ns1-web");

    @Test
    void readsBackWhatItHasWritten() {
        Server server = new Server(
                "s",
                "10.0.0.1",
                80,
                Flag.ENABLED,
                100,
                "none",
                Flag.ENABLED,
                Flag.ENABLED,
                5,
                2000,
                500,
                1000,
                2,
                3,
                8080,
                "shutdown-sessions",
                Flag.ENABLED,
                Flag.ENABLED,
                Flag.ENABLED,
                "/ca.pem",
                "/c.pem",
                "str(a b)",
                "ck",
                Map.of("on-error", TextNode.valueOf("mark-down"), "slowstart", IntNode.valueOf(500)));
        Bind bind = new Bind(
                "b", "fd00::1", 443, 445, true, "/c #1.pem", "/ca.pem", "required", "h2", true, true, true, Map.of());
        HaproxyConfig config = Kinds.BACKENDS.add(withFrontend, Parent.NONE, Backend.tcp("be", "tag"));
        config = Kinds.SERVERS.add(config, Parent.backend("be"), server);
        config = Kinds.BINDS.add(config, frontend, bind);
        config = HaproxyConfig.parse(config.print());

        assertThat(Kinds.SERVERS.get(config, Parent.backend("be"), "s")).isEqualTo(server);
        assertThat(Kinds.BINDS.get(config, frontend, "b")).isEqualTo(bind);
        assertThat(Kinds.BACKENDS.get(config, Parent.NONE, "be")).isEqualTo(Backend.tcp("be", "tag"));
        assertThat(config.print()).contains("bind [fd00::1]:443-445 name b ssl crt '/c #1.pem'");
    }

    @Test
    void keepsRulesInOrder() {
        HaproxyConfig config = withFrontend;
        config = Kinds.BACKEND_SWITCHING_RULES.add(config, frontend, Rule.forPort(0, "c", 443));
        config = Kinds.BACKEND_SWITCHING_RULES.add(config, frontend, Rule.forPort(0, "a", 80));
        config = Kinds.BACKEND_SWITCHING_RULES.add(config, frontend, Rule.forPort(1, "b", 81));

        assertThat(Kinds.BACKEND_SWITCHING_RULES.list(config, frontend))
                .containsExactly(Rule.forPort(0, "a", 80), Rule.forPort(1, "b", 81), Rule.forPort(2, "c", 443));
        HaproxyConfig three = config;
        assertRefused(
                Code.BAD_REQUEST, () -> Kinds.BACKEND_SWITCHING_RULES.add(three, frontend, Rule.forPort(4, "d", 1)));
        assertRefused(Code.NOT_FOUND, () -> Kinds.BACKEND_SWITCHING_RULES.remove(three, frontend, "3"));
        config = Kinds.BACKEND_SWITCHING_RULES.remove(config, frontend, "0");
        assertThat(Kinds.BACKEND_SWITCHING_RULES.get(config, frontend, "0").text("name"))
                .isEqualTo("b");
    }

    @Test
    void knowsLogTargetsAndTcpRules() {
        Rule target = rule(Kinds.LOG_TARGETS, """
                {"index":0,"address":"127.0.0.1:514","length":1024,"format":"rfc5424","facility":"local0","level":"info","minlevel":"err"}
                """);
        Rule delay = rule(Kinds.TCP_REQUEST_RULES, "{\"index\":0,\"type\":\"inspect-delay\",\"timeout\":5000}");
        Rule reject = rule(Kinds.TCP_REQUEST_RULES, """
                {"index":1,"type":"connection","action":"reject","cond":"unless","cond_test":"{ src 10.0.0.0/8 }"}
                """);
        HaproxyConfig config = Kinds.LOG_TARGETS.add(withFrontend, frontend, target);
        config = Kinds.TCP_REQUEST_RULES.add(config, frontend, delay);
        config = Kinds.TCP_REQUEST_RULES.add(config, frontend, reject);

        assertThat(Kinds.LOG_TARGETS.list(config, frontend)).containsExactly(target);
        assertThat(Kinds.TCP_REQUEST_RULES.list(config, frontend)).containsExactly(delay, reject);
    }

    @Test
    void tellsWhatIsMissingAndWhatIsThere() {
        assertRefused(
                Code.CONFLICT,
                () -> Kinds.FRONTENDS.add(withFrontend, Parent.NONE, Frontend.tcp(frontend.name(), "t")));
        assertRefused(Code.NOT_FOUND, () -> Kinds.FRONTENDS.get(withFrontend, Parent.NONE, "other"));
        assertRefused(
                Code.BAD_REQUEST,
                () -> Kinds.BINDS.add(withFrontend, Parent.frontend("other"), Bind.of("b", "127.0.0.1", 80)));
        assertThat(Kinds.BINDS.list(withFrontend, Parent.frontend("other"))).isEmpty();
    }

    @Test
    void refusesWhatTheSchemaDoesNotAllow() {
        assertThat(invalid("{}", Frontend.class)).isEqualTo(602);
        assertThat(invalid("{\"name\":\"a b\"}", Frontend.class)).isEqualTo(605);
        assertThat(invalid("{\"name\":\"a\",\"mode\":\"udp\"}", Frontend.class)).isEqualTo(606);
        assertThat(invalid("{\"name\":\"a\",\"address\":\"x\",\"check\":\"yes\"}", Server.class))
                .isEqualTo(606);
        assertThat(invalid("{\"name\":\"a\",\"port\":70000}", Bind.class)).isEqualTo(608);
        assertThat(invalid("{\"name\":\"a\",\"port\":\"x\"}", Bind.class)).isEqualTo(400);
        assertThat(invalid("{\"name\":", Bind.class)).isEqualTo(400);
    }

    @Test
    void passesOverMembersThatItDoesNotKnow() {
        Frontend frontend = ApiJson.read(
                "{\"name\":\"a\",\"some_new\":{\"x\":1},\"client_timeout\":5}".getBytes(StandardCharsets.UTF_8),
                Frontend.class);

        assertThat(frontend.clientTimeout()).isEqualTo(5);
        assertThat(new String(ApiJson.bytes(frontend), StandardCharsets.UTF_8))
                .isEqualTo("{\"client_timeout\":5,\"name\":\"a\"}");
    }

    @Test
    void noAcceptedValueReachesPastItsLine() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String characters = "ab.:-_ {}#'\"\\$\u00e9;,\n\tfrontend";
        for (int i = 0; i < 3_000; i++) {
            String name = text(random, characters);
            Frontend hostile = new Frontend(
                    name,
                    "tcp",
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    text(random, characters),
                    text(random, characters),
                    Map.of("description", TextNode.valueOf(text(random, characters))));
            Rule rule;
            try {
                hostile.validate();
                rule = Kinds.BACKEND_SWITCHING_RULES.accept(ApiJson.object()
                        .put("name", text(random, characters))
                        .put("cond", "if")
                        .put("cond_test", text(random, characters)));
            } catch (DataPlaneException e) {
                continue;
            }
            HaproxyConfig config = Kinds.FRONTENDS.add(withFrontend, Parent.NONE, hostile);
            config = Kinds.BACKEND_SWITCHING_RULES.add(config, Parent.frontend(name), rule);
            HaproxyConfig read = HaproxyConfig.parse(config.print());

            assertThat(Kinds.FRONTENDS.list(read, Parent.NONE))
                    .as("seed %d", seed)
                    .containsExactly(Frontend.tcp(frontend.name(), "tag"), hostile);
            assertThat(Kinds.BACKEND_SWITCHING_RULES.list(read, Parent.frontend(name)))
                    .as("seed %d", seed)
                    .hasSize(1)
                    .first()
                    .satisfies(r -> assertThat(Words.parse(r.text("name")).list())
                            .isEqualTo(Words.parse(Words.oneWord(rule.text("name")))
                                    .list()));
        }
    }

    private static String text(Random random, String characters) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(1, 10); length > 0; length--) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }

    private static Rule rule(LineKind<Rule> kind, String json) {
        return kind.accept(ApiJson.parse(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static <T extends ApiObject> int invalid(String json, Class<T> type) {
        try {
            ApiJson.read(json.getBytes(StandardCharsets.UTF_8), type).validate();
            return 0;
        } catch (DataPlaneException e) {
            return e.bodyCode();
        }
    }

    private static void assertRefused(Code code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DataPlaneException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void readsTheSectionsThatThereIsOneOf() {
        HaproxyConfig config = HaproxyConfig.parse(
                "global\n  stats socket /s level admin mode 600\n  custom x\ndefaults\n  mode tcp\n  timeout tunnel 1h\n");
        Global global = Singletons.global(config);
        Defaults defaults = Singletons.defaults(config);

        assertThat(global.runtimeApis()).hasSize(1);
        assertThat(defaults.tunnelTimeout()).isEqualTo(3_600_000);
        HaproxyConfig same = Singletons.withDefaults(Singletons.withGlobal(config, global), defaults);
        assertThat(same.print())
                .contains("  custom x\n", "  stats socket /s level admin mode 600\n", "timeout tunnel 3600000");
        assertThat(List.of(Singletons.global(same), Singletons.defaults(same))).containsExactly(global, defaults);
    }
}
