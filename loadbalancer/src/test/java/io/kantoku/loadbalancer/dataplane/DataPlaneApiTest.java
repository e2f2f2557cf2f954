package io.kantoku.loadbalancer.dataplane;

import static io.kantoku.loadbalancer.dataplane.ApiHarness.BASE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.loadbalancer.dataplane.ApiHarness.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataPlaneApiTest {
    private static final String FRONTENDS = BASE + "/configuration/frontends";
    private static final String BACKENDS = BASE + "/configuration/backends";

    @TempDir
    Path directory;

    private ApiHarness api;

    @BeforeEach
    void start() throws IOException {
        api = new ApiHarness(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void wantsCredentials() {
        assertThat(api.as("").call("GET", "/v2/info").status()).isEqualTo(401);
        assertThat(api.as("admin:wrong").call("GET", "/v2/info").status()).isEqualTo(401);
        Reply unknown = api.as("other:secret").call("GET", "/v2/nothing");
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(unknown.body().path("code").asInt()).isEqualTo(401);
        assertThat(api.as("admin:secret")
                        .call("GET", "/v2/info")
                        .body()
                        .at("/api/version")
                        .asText())
                .startsWith("v2.1.0");
    }

    @Test
    void knowsItsPathsAndMethods() {
        assertThat(api.call("GET", "/v2/nothing").status()).isEqualTo(404);
        assertThat(api.call("PATCH", FRONTENDS).status()).isEqualTo(405);
        assertThat(api.call("GET", "/v2/services/haproxy/").body().toString())
                .contains("/v2/services/haproxy/configuration");
        assertThat(api.call("GET", "/v2/specification").body().at("/paths").has("/services/haproxy/reloads/{id}"))
                .isTrue();
        assertThat(api.call("GET", "/v2/health").body().path("haproxy").asText())
                .isEqualTo("up");
    }

    @Test
    void wantsExactlyOneOfVersionAndTransaction() {
        String frontend = "{\"name\":\"a\"}";
        assertThat(api.call("POST", FRONTENDS, frontend).status()).isEqualTo(400);
        assertThat(api.call("POST", FRONTENDS + "?version=0", frontend).status())
                .isEqualTo(400);
        assertThat(api.call("POST", FRONTENDS + "?version=1&transaction_id=x", frontend)
                        .status())
                .isEqualTo(400);
        assertThat(api.call("POST", FRONTENDS + "?version=9", frontend).status())
                .isEqualTo(409);
        assertThat(api.call("POST", FRONTENDS + "?version=x", frontend).status())
                .isEqualTo(422);
        assertThat(api.call("POST", FRONTENDS + "?transaction_id=x&force_reload=true", frontend)
                        .status())
                .isEqualTo(400);
        assertThat(api.call("GET", BASE + "/configuration/version").body().asInt())
                .isEqualTo(1);
    }

    @Test
    void changesOneObjectAndTellsWhenItIsInEffect() throws IOException {
        Reply added = api.call("POST", FRONTENDS + "?version=1", "{\"name\":\"a\",\"mode\":\"tcp\",\"tcplog\":true}");

        assertThat(added.status()).isEqualTo(202);
        assertThat(added.version()).isEqualTo("2");
        assertThat(added.body().toString()).isEqualTo("{\"mode\":\"tcp\",\"name\":\"a\",\"tcplog\":true}");
        assertThat(api.ended(added.reload().orElseThrow())).isEqualTo("succeeded");
        assertThat(api.engine.reloads.getLast().print()).contains("frontend a\n  mode tcp\n  option tcplog\n");
        assertThat(Files.readString(directory.resolve("haproxy.cfg")))
                .startsWith("# _version=2\n")
                .contains("frontend a");

        assertThat(api.call("POST", FRONTENDS + "?version=2&force_reload=true", "{\"name\":\"b\"}")
                        .status())
                .isEqualTo(201);
        assertThat(api.call("PUT", FRONTENDS + "/b?version=3&force_reload=true", "{\"name\":\"b\",\"maxconn\":5}")
                        .status())
                .isEqualTo(200);
        assertThat(api.call("GET", FRONTENDS + "/b").body().at("/data/maxconn").asInt())
                .isEqualTo(5);
        assertThat(api.call("DELETE", FRONTENDS + "/b?version=4&force_reload=true")
                        .status())
                .isEqualTo(204);
        assertThat(api.call("GET", FRONTENDS + "/b").status()).isEqualTo(404);
        assertThat(api.call("POST", FRONTENDS + "?version=5", "{\"name\":\"a\"}")
                        .status())
                .isEqualTo(409);
        assertThat(api.call("POST", FRONTENDS + "?version=5", "{\"name\":\"a b\"}")
                        .status())
                .isEqualTo(422);
        assertThat(api.call("GET", FRONTENDS).body().path("_version").asInt()).isEqualTo(5);
    }

    @Test
    void commitsATransactionAsOneChange() {
        Reply begun = api.call("POST", BASE + "/transactions?version=1");
        String id = begun.body().path("id").asText();
        assertThat(begun.status()).isEqualTo(201);
        assertThat(begun.body().path("status").asText()).isEqualTo("in_progress");
        String in = "transaction_id=" + id;

        assertThat(api.call("POST", BACKENDS + "?" + in, "{\"name\":\"be\",\"balance\":{\"algorithm\":\"roundrobin\"}}")
                        .status())
                .isEqualTo(202);
        Reply server = api.call(
                "POST",
                BASE + "/configuration/servers?backend=be&" + in,
                "{\"name\":\"s\",\"address\":\"10.0.0.1\",\"port\":80}");
        assertThat(server.status()).isEqualTo(202);
        assertThat(server.reload()).isEmpty();
        assertThat(api.call("GET", BACKENDS + "/be").status()).isEqualTo(404);
        assertThat(api.call("GET", BACKENDS + "/be?" + in).status()).isEqualTo(200);

        Reply committed = api.call("PUT", BASE + "/transactions/" + id);
        assertThat(committed.status()).isEqualTo(202);
        assertThat(committed.body().path("status").asText()).isEqualTo("success");
        assertThat(api.ended(committed.reload().orElseThrow())).isEqualTo("succeeded");
        assertThat(api.call("GET", BASE + "/configuration/servers/s?backend=be")
                        .body()
                        .at("/data/port")
                        .asInt())
                .isEqualTo(80);
        assertThat(api.call("PUT", BASE + "/transactions/" + id).status()).isEqualTo(400);
        assertThat(api.call("GET", BASE + "/transactions/" + id).status()).isEqualTo(404);
    }

    @Test
    void refusesATransactionThatSomebodyWasFasterThan() {
        String first = api.call("POST", BASE + "/transactions?version=1")
                .body()
                .path("id")
                .asText();
        String second = api.call("POST", BASE + "/transactions?version=1")
                .body()
                .path("id")
                .asText();
        api.call("POST", FRONTENDS + "?transaction_id=" + first, "{\"name\":\"a\"}");
        api.call("POST", FRONTENDS + "?transaction_id=" + second, "{\"name\":\"b\"}");

        assertThat(api.call("PUT", BASE + "/transactions/" + first + "?force_reload=true")
                        .status())
                .isEqualTo(200);
        assertThat(api.call("PUT", BASE + "/transactions/" + second).status()).isEqualTo(409);
        assertThat(api.call("POST", BASE + "/transactions?version=1").status()).isEqualTo(409);
        assertThat(api.call("DELETE", BASE + "/transactions/" + second).status())
                .isEqualTo(204);
        assertThat(api.call("DELETE", BASE + "/transactions/" + second).status())
                .isEqualTo(404);
    }

    @Test
    void aRefusedCommitFailsTheTransactionAndChangesNothing() {
        String id = api.call("POST", BASE + "/transactions?version=1")
                .body()
                .path("id")
                .asText();
        api.call("POST", FRONTENDS + "?transaction_id=" + id, "{\"name\":\"a\"}");
        api.call(
                "POST",
                BASE + "/configuration/binds?frontend=a&transaction_id=" + id,
                "{\"name\":\"x\",\"address\":\"203.0.113.1\",\"port\":80}");

        Reply refused = api.call("PUT", BASE + "/transactions/" + id);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("message").asText()).contains("[haproxy.cfg:7]");
        assertThat(api.call("GET", BASE + "/transactions?status=failed")
                        .body()
                        .get(0)
                        .path("id")
                        .asText())
                .isEqualTo(id);
        assertThat(api.call("GET", BASE + "/configuration/version").body().asInt())
                .isEqualTo(1);
    }

    @Test
    void takesBackWhatCannotBeLoadedUnderANewVersion() {
        api.engine.unloadable = "frontend bad";
        Reply added = api.call("POST", FRONTENDS + "?version=1", "{\"name\":\"bad\"}");

        assertThat(added.status()).isEqualTo(400);
        assertThat(added.body().path("message").asText()).contains("cannot load frontend bad");
        assertThat(api.call("GET", BASE + "/reloads").body().at("/0/status").asText())
                .isEqualTo("failed");
        assertThat(api.call("GET", FRONTENDS + "/bad").status()).isEqualTo(404);
        assertThat(api.call("GET", BASE + "/configuration/version").body().asInt())
                .isEqualTo(3);
        assertThat(api.call("POST", FRONTENDS + "?version=2", "{\"name\":\"good\"}")
                        .status())
                .isEqualTo(409);

        Reply forced = api.call("POST", FRONTENDS + "?version=3&force_reload=true", "{\"name\":\"bad\"}");
        assertThat(forced.status()).isEqualTo(400);
        assertThat(forced.body().path("message").asText()).contains("cannot load frontend bad");
    }

    @Test
    void changesThatArriveDuringAReloadShareTheNextAndAreAnsweredAfterIt() throws Exception {
        api.engine.permits.drainPermits();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> first = threads.submit(() -> add("a", 1));
            awaitRunning();
            Future<Reply> second = threads.submit(() -> add("b", 2));
            awaitVersion(3);
            Future<Reply> third = threads.submit(() -> add("c", 3));
            awaitVersion(4);
            assertThat(List.of(first.isDone(), second.isDone(), third.isDone())).containsOnly(false);
            api.engine.permits.release(1000);

            assertThat(second.get().status()).isEqualTo(202);
            assertThat(second.get().reload())
                    .isEqualTo(third.get().reload())
                    .isNotEqualTo(first.get().reload());
            assertThat(api.ended(third.get().reload().orElseThrow())).isEqualTo("succeeded");
        }
        assertThat(api.engine.reloads).hasSize(2);
        assertThat(api.call("GET", BASE + "/reloads/2020-01-01-7").status()).isEqualTo(404);
    }

    private Reply add(String name, int version) {
        return api.call("POST", FRONTENDS + "?version=" + version, "{\"name\":\"" + name + "\"}");
    }

    private void awaitVersion(long version) throws InterruptedException {
        for (int i = 0; i < 5000 && api.configuration.current().version() < version; i++) {
            Thread.sleep(1);
        }
    }

    @Test
    void readsTheFileAgainWhenSomebodyEditsIt() throws Exception {
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(file, Files.readString(file) + "\nfrontend by-hand\n  weird line # kept\n");

        assertThat(add("a", 1).status()).isEqualTo(409);
        assertThat(add("a", 2).status()).isEqualTo(202);
        assertThat(Files.readString(file)).contains("  weird line # kept\n").contains("frontend a");

        Files.writeString(file, Files.readString(file).replace("weird line", "203.0.113.7"));
        api.configuration.refresh();
        assertThat(api.call("GET", BASE + "/configuration/raw")
                        .body()
                        .path("data")
                        .asText())
                .contains("203.0.113.7");
        assertThat(add("b", 4).body().path("message").asText()).contains("203.0.113. is refused");
    }

    private void awaitRunning() {
        for (int i = 0; i < 1000 && !api.engine.permits.hasQueuedThreads(); i++) {
            Thread.onSpinWait();
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void servesTheTextAndTakesAnother() {
        String text =
                api.call("GET", BASE + "/configuration/raw").body().path("data").asText();
        assertThat(text).startsWith("# _version=1\nglobal\n");
        String other = text.replace("_version=1", "_version=99").replace("maxconn 100", "maxconn 200");

        assertThat(api.call("POST", BASE + "/configuration/raw?version=1", "\"nothing\"")
                        .status())
                .isEqualTo(400);
        assertThat(api.call(
                                "POST",
                                BASE + "/configuration/raw?version=1&force_reload=true",
                                io.kantoku.loadbalancer.model.ApiJson.bytes(other))
                        .status())
                .isEqualTo(201);
        assertThat(api.call("GET", BASE + "/configuration/global")
                        .body()
                        .at("/data/maxconn")
                        .asInt())
                .isEqualTo(200);
        assertThat(api.call("GET", BASE + "/configuration/version").body().asInt())
                .isEqualTo(2);
    }

    @Test
    void showsWhatTheEngineSays() {
        assertThat(api.call("GET", BASE + "/runtime/servers?backend=be").body().toString())
                .isEqualTo("[{\"address\":\"10.0.0.1\",\"admin_state\":\"ready\",\"id\":\"1\",\"name\":\"s1\","
                        + "\"operational_state\":\"up\",\"port\":80},{\"address\":\"10.0.0.2\",\"admin_state\":\"maint\","
                        + "\"id\":\"2\",\"name\":\"s2\",\"operational_state\":\"down\",\"port\":80}]");
        assertThat(api.call("GET", BASE + "/runtime/servers?backend=other").status())
                .isEqualTo(404);
        assertThat(api.call("GET", BASE + "/runtime/servers?backend=be%3B%20quit")
                        .status())
                .isEqualTo(422);
        assertThat(api.call("PUT", BASE + "/runtime/servers/s1?backend=be", "{\"admin_state\":\"drain\"}")
                        .status())
                .isEqualTo(200);
        assertThat(api.call("PUT", BASE + "/runtime/servers/s1?backend=be", "{\"admin_state\":\"off\"}")
                        .status())
                .isEqualTo(422);
        assertThat(api.call("GET", BASE + "/stats/native?type=server")
                        .body()
                        .at("/0/stats/0/backend_name")
                        .asText())
                .isEqualTo("be");
        assertThat(api.call("GET", BASE + "/runtime/info")
                        .body()
                        .at("/0/info/uptime_sec")
                        .asInt())
                .isEqualTo(5);
    }

    @Test
    void servesVersionThree() {
        String v3 = "/v3/services/haproxy/configuration";
        assertThat(api.call("POST", v3 + "/backends?version=1&force_reload=true", "{\"name\":\"be\",\"mode\":\"tcp\"}")
                        .status())
                .isEqualTo(201);
        assertThat(api.call(
                                "POST",
                                v3 + "/backends/be/servers?version=2&force_reload=true",
                                "{\"name\":\"s1\",\"address\":\"10.0.0.1\",\"port\":80}")
                        .status())
                .isEqualTo(201);
        Reply servers = api.call("GET", v3 + "/backends/be/servers");
        assertThat(servers.body().toString()).isEqualTo("[{\"address\":\"10.0.0.1\",\"name\":\"s1\",\"port\":80}]");
        assertThat(servers.version()).isEqualTo("3");
        assertThat(api.call("GET", v3 + "/backends/none/servers").status()).isEqualTo(404);

        String whole =
                "{\"name\":\"fe\",\"mode\":\"tcp\",\"binds\":{\"b\":{\"name\":\"b\",\"address\":\"127.0.0.1\",\"port\":81}},"
                        + "\"backend_switching_rule_list\":[{\"name\":\"be\",\"cond\":\"if\",\"cond_test\":\"{ dst_port 81 }\"}]}";
        assertThat(api.call("POST", v3 + "/frontends?version=3&full_section=true", whole)
                        .status())
                .isEqualTo(202);
        Reply full = api.call("GET", v3 + "/frontends/fe?full_section=true");
        assertThat(full.body().at("/binds/b/port").asInt()).isEqualTo(81);
        assertThat(full.body().at("/backend_switching_rule_list/0/name").asText())
                .isEqualTo("be");
        assertThat(api.call(
                                "POST",
                                v3 + "/frontends/fe/tcp_request_rules/0?version=4",
                                "{\"type\":\"connection\",\"action\":\"reject\"}")
                        .status())
                .isEqualTo(202);
        assertThat(api.call("PUT", v3 + "/frontends/fe/tcp_request_rules?version=5", "[]")
                        .status())
                .isEqualTo(202);
        assertThat(api.call("GET", v3 + "/frontends/fe/tcp_request_rules")
                        .body()
                        .toString())
                .isEqualTo("[]");
        assertThat(api.call("GET", v3 + "/version").body().asInt()).isEqualTo(6);
        assertThat(api.call("GET", "/v3/services/haproxy/runtime/info")
                        .body()
                        .at("/info/uptime_sec")
                        .asInt())
                .isEqualTo(5);
        assertThat(api.call("GET", "/v3/info").body().at("/api/version").asText())
                .startsWith("v3");
        assertThat(api.call("GET", v3 + "/defaults/unnamed_defaults_1")
                        .body()
                        .path("mode")
                        .asText())
                .isEqualTo("tcp");
    }

    @Test
    void servesSitesAndChecks() {
        String site =
                "{\"name\":\"web\",\"service\":{\"mode\":\"tcp\",\"listeners\":[{\"name\":\"l\",\"address\":\"127.0.0.1\",\"port\":82}]},"
                        + "\"farms\":[{\"name\":\"farm\",\"use_as\":\"default\",\"mode\":\"tcp\",\"servers\":[{\"name\":\"s\",\"address\":\"10.0.0.1\",\"port\":80}]}]}";
        assertThat(api.call("POST", BASE + "/sites?version=1", site).status()).isEqualTo(202);
        Reply found = api.call("GET", BASE + "/sites/web");
        assertThat(found.body().at("/data/farms/0/servers/0/address").asText()).isEqualTo("10.0.0.1");
        assertThat(found.body().at("/data/service/listeners/0/port").asInt()).isEqualTo(82);
        String checks = BASE + "/configuration/tcp_checks?parent_type=backend&parent_name=farm";
        assertThat(api.call("POST", checks + "&version=2", "{\"index\":0,\"action\":\"connect\",\"port\":99}")
                        .status())
                .isEqualTo(202);
        assertThat(api.call("POST", checks + "&version=3", "{\"index\":0,\"action\":\"nonsense\"}")
                        .status())
                .isEqualTo(422);
        assertThat(api.call("GET", checks).body().at("/data/0/port").asInt()).isEqualTo(99);
        String templates = BASE + "/configuration/server_templates?backend=farm";
        assertThat(api.call(
                                "POST",
                                templates + "&version=3",
                                "{\"prefix\":\"t\",\"num_or_range\":\"1-3\",\"fqdn\":\"example.org\",\"port\":80}")
                        .status())
                .isEqualTo(202);
        assertThat(api.call("GET", templates).body().at("/data/0").toString())
                .isEqualTo("{\"fqdn\":\"example.org\",\"num_or_range\":\"1-3\",\"port\":80,\"prefix\":\"t\"}");
        assertThat(api.call("DELETE", BASE + "/sites/web?version=4").status()).isEqualTo(202);
        assertThat(api.configuration.current().print()).doesNotContain("farm");
        assertThat(new String(api.call("GET", "/metrics").bytes(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("haproxy_server_up{proxy=\"be\",server=\"s1\"} 1");
    }

    @Test
    void runtimeActionsGoWithAConfigurationThatIsWrittenWithoutAReload() {
        String raw = BASE + "/configuration/raw?skip_version=true&skip_reload=true";
        byte[] text = api.configuration.current().print().getBytes(StandardCharsets.UTF_8);
        assertThat(withActions(raw, "SetServerWeight be s1 5; SetServerState be s1 drain", text)
                        .status())
                .isEqualTo(201);
        assertThat(api.engine.commands).contains("set server be/s1 weight 5", "set server be/s1 state drain");

        long version = api.configuration.current().version();
        assertThat(withActions(raw, "ShutDown be s1", text)
                        .body()
                        .path("message")
                        .asText())
                .contains("\"ShutDown\" is not known");
        assertThat(withActions(raw, "SetServerWeight be", text).status()).isEqualTo(400);
        assertThat(api.configuration.current().version()).isEqualTo(version);
        assertThat(withActions(raw, "EnableServer be s2", text)
                        .body()
                        .path("message")
                        .asText())
                .contains("the engine refuses \"enable server be/s2\"");
    }

    private Reply withActions(String target, String actions, byte[] text) {
        return api.call("POST", target, Map.of("Content-Type", "text/plain", "X-Runtime-Actions", actions), text);
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/info,application/json,200",
        "/v2/info,'text/html, application/*;q=0.5',200",
        "/v2/info,*/*,200",
        "/v2/info,text/html,406",
        "/v2/info,application/json;q=0,406",
        "/v3/services/haproxy/configuration/raw,text/plain,200",
        "/v2/services/haproxy/configuration/frontends,text/plain,406",
    })
    void answersInAFormThatTheClientTakes(String target, String accept, int status) {
        Reply reply = api.call("GET", target, Map.of("Accept", accept), new byte[0]);
        assertThat(reply.status()).isEqualTo(status);
        if (status == 406) {
            assertThat(reply.body().path("code").asInt()).isEqualTo(406);
        }
    }
}
