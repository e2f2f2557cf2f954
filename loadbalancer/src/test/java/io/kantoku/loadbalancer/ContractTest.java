package io.kantoku.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.VirtualServer.Port;
import io.kantoku.loadbalancer.VirtualServer.Target;
import io.kantoku.loadbalancer.dataplane.ApiHarness;
import io.kantoku.loadbalancer.model.DataPlaneException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client sends and the server answers is what the specifications of the API's versions have published. */
class ContractTest {
    @TempDir
    Path directory;

    /** A server that says it has another version, and whose traffic is compared with the contract. */
    private static final class Recorder implements ApiChannel {
        private final Contract contract;
        private final String version;
        private final InMemoryChannel server;
        final List<String> faults = new ArrayList<>();
        final Set<String> seen = new HashSet<>();
        /** What the server answers in place of 200 to the next commit; none when empty. */
        Optional<Reply> nextCommit = Optional.empty();
        /** What it says of a reload, one after the other; what is true when there is nothing left. */
        final Deque<String> reloads = new ArrayDeque<>();

        Recorder(String version, ApiHarness api) {
            this.version = version;
            this.contract = Contract.of(version);
            this.server = new InMemoryChannel(api);
        }

        @Override
        public Reply send(String method, String target, byte @Nullable [] json) {
            boolean third = version.equals("v3");
            if (target.startsWith("/v2") && third) {
                return new Reply(404, Optional.empty(), Optional.empty(), "404 page not found");
            }
            if (version.equals("v2.1.0") && target.contains("/configuration/version")) {
                return new Reply(404, Optional.empty(), Optional.empty(), "{\"code\":404,\"message\":\"no path\"}");
            }
            faults.addAll(contract.faults(method, target, json));
            Reply reply = server.send(method, target, json);
            if (target.contains("/reloads/") && !reloads.isEmpty()) {
                String told = "{\"id\":\"r\",\"status\":\"%s\",\"response\":\"as HAProxy says\"}";
                reply = new Reply(200, Optional.empty(), Optional.empty(), told.formatted(reloads.pop()));
            }
            if (target.equals("/v2/info")) {
                String told = reply.body().replace("v2.1.0", version + (version.equals("v2.9") ? ".1" : ""));
                reply = new Reply(reply.status(), reply.reloadId(), reply.version(), told);
            }
            if (method.equals("PUT") && target.contains("/transactions/") && nextCommit.isPresent()) {
                reply = nextCommit.get();
                nextCommit = Optional.empty();
            }
            faults.addAll(contract.faults(method, target, reply));
            seen.add(method + " " + target.replaceFirst("\\?.*", "").replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID"));
            return reply;
        }
    }

    private Recorder recorder;
    private ApiHarness api;
    private DataPlaneClient client;

    private LoadBalancerProgrammer programmer(String version) throws IOException {
        api = new ApiHarness(directory);
        recorder = new Recorder(version, api);
        client = new DataPlaneClient(
                new DataPlaneEndpoint("127.0.0.1", 5556, List.of(), "admin", "secret", NetworkStack.host()),
                recorder,
                new Random(1));
        return new LoadBalancerProgrammer(List.of(client), Duration.ofSeconds(20));
    }

    private static VirtualServer service(String name, String vip, int... servers) {
        Set<Target> targets = new HashSet<>();
        for (int server : servers) {
            targets.add(new Target("10.0.0." + server, 30080));
        }
        return new VirtualServer(
                "domain-c8:7d2a-ns1-" + name,
                vip,
                List.of(new Port("http", 80, targets), new Port("https", 443, targets)));
    }

    private static Stream<TrafficPolicy> policies() {
        return Stream.of(
                TrafficPolicy.OPEN,
                new TrafficPolicy(List.of("10.0.0.0/8"), false, 0, false),
                new TrafficPolicy(List.of("10.0.0.0/8", "192.0.2.0/24"), true, 0, true),
                new TrafficPolicy(List.of(), false, 32000, false),
                new TrafficPolicy(List.of(), true, 32001, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.1.0", "v2.9", "v3"})
    void everyCallAndEveryAnswerIsAsPublished(String version) throws IOException {
        LoadBalancerProgrammer programmer = programmer(version);
        programmer.put(service("web", "127.0.0.2", 1, 2));
        policies().forEach(policy -> {
            programmer.put(service("web", "127.0.0.2", 1, 3).with(policy));
            programmer.put(service("other", "127.0.0.3").with(policy));
        });
        programmer.put(service("web", "127.0.0.4", 3));
        client.statistics();
        client.servers("be");
        client.servers("unknown");
        assertThat(client.isAsLeft()).isTrue();
        String wanted = api.configuration.current().print();
        client.forget();
        assertThat(client.read().print()).isEqualTo(wanted);
        assertThat(client.version()).startsWith(version.equals("v3") ? "v3.0" : version);
        programmer.remove(service("web", "127.0.0.4").name());
        programmer.remove(service("other", "127.0.0.3").name());

        assertThat(recorder.faults).isEmpty();
        assertThat(api.configuration.current().sections("frontend")).isEmpty();
        assertThat(recorder.seen).hasSizeGreaterThan(20);
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.1.0", "v2.9", "v3"})
    void theSameConfigurationComesOfAllVersions(String version) throws IOException {
        LoadBalancerProgrammer programmer = programmer(version);
        programmer.put(
                service("web", "127.0.0.2", 1).with(new TrafficPolicy(List.of("10.0.0.0/8"), true, 32000, true)));
        assertThat(api.configuration.current().print())
                .contains(
                        "option httpchk GET /healthz",
                        "balance source",
                        "hash-type consistent",
                        "tcp-request connection accept if { src 10.0.0.0/8 }",
                        "tcp-request connection reject",
                        "check weight 100 verify none port 32000 send-proxy-v2")
                .doesNotContain("tcp-check");
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.1.0", "v2.9", "v3"})
    void whatOthersHaveConfiguredIsLeftAlone(String version) throws IOException {
        LoadBalancerProgrammer programmer = programmer(version);
        api.call(
                "POST",
                ApiHarness.BASE + "/configuration/backends?version=1&force_reload=true",
                "{\"name\":\"theirs\",\"mode\":\"http\"}");
        programmer.put(service("web", "127.0.0.2", 1));
        programmer.apply("domain-c8:7d2a-", List.of());
        assertThat(api.configuration.current().print())
                .contains("backend theirs")
                .doesNotContain("domain-c8");
        assertThat(recorder.faults).isEmpty();
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.1.0", "v2.9", "v3"})
    void anOutdatedTransactionIsRepeated(String version) throws IOException {
        LoadBalancerProgrammer programmer = programmer(version);
        boolean first = version.equals("v2.1.0");
        recorder.nextCommit = Optional.of(new ApiChannel.Reply(
                first ? 409 : 406,
                Optional.empty(),
                Optional.empty(),
                "{\"code\":" + (first ? 409 : 406) + ",\"message\":\"15: version mismatch\"}"));
        programmer.put(service("web", "127.0.0.2", 1));
        assertThat(api.configuration.current().sections("frontend")).hasSize(1);
        assertThat(recorder.faults).isEmpty();
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.1.0", "v2.9", "v3"})
    void aReloadThatIsPromisedIsFollowedToItsEnd(String version) throws IOException {
        LoadBalancerProgrammer programmer = programmer(version);
        recorder.reloads.addAll(List.of("in_progress", "in_progress", "succeeded"));
        programmer.put(service("web", "127.0.0.2", 1));
        assertThat(recorder.reloads).isEmpty();
        recorder.reloads.addAll(List.of("in_progress", "failed"));
        assertThatThrownBy(() -> programmer.put(service("other", "127.0.0.3", 1)))
                .isInstanceOfSatisfying(
                        DataPlaneException.class,
                        e -> assertThat(e.code()).isEqualTo(DataPlaneException.Code.RELOAD_FAILED))
                .hasMessageContaining("as HAProxy says");
        assertThat(recorder.faults).isEmpty();
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.1.0", "v2.9", "v3"})
    void aChangeThatIsTakenBackLaterIsAFailure(String version) throws IOException {
        LoadBalancerProgrammer programmer = programmer(version);
        api.engine.unloadable = "127.0.0.66";
        assertThatThrownBy(() -> programmer.put(service("web", "127.0.0.66", 1)))
                .isInstanceOf(DataPlaneException.class)
                .hasMessageContaining("127.0.0.66");
        programmer.put(service("web", "127.0.0.67", 1));
        assertThat(api.configuration.current().print())
                .contains("127.0.0.67:80")
                .doesNotContain("127.0.0.66");
        api.close();
    }
}
