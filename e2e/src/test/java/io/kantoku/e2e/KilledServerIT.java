package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.VcenterClient;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The server is killed ({@code kill -9}) in the middle of what vCenter's API does asynchronously, at several moments of it; a new {@code
 * up} brings it to its end, and nobody has to ask again.
 */
@Timeout(600)
class KilledServerIT {
    private static final String NM = "/api/vcenter/namespace-management";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Milliseconds after the request; a whole enabling takes a few seconds. */
    private static final int[] MOMENTS = {30, 400, 1200};

    private Trial trial;
    private String cluster;

    @BeforeEach
    void start() throws Exception {
        trial = Trial.create("killed");
        trial.up().succeeds();
        try (VcenterClient vcenter = trial.vcenter()) {
            cluster = vcenter.get("/api/vcenter/cluster").get(0).path("cluster").asText();
        }
    }

    @AfterEach
    void end() {
        trial.close();
    }

    @Test
    void enablingAndDisablingGoOn() throws Exception {
        for (int moment : MOMENTS) {
            trial.kantoku("enable", "--no-wait").succeeds();
            killAfter(moment);
            awaitTrue("the Supervisor runs", this::running);
            trial.administrator().run("get nodes").succeeds();

            action(path() + "?action=disable", null);
            killAfter(moment);
            awaitTrue("nothing is enabled", () -> get(NM + "/clusters").isEmpty());
            assertThat(get("/api/vcenter/vm"))
                    .extracting(vm -> vm.path("name").asText())
                    .noneMatch(name -> name.startsWith("SupervisorControlPlaneVM"));
        }
    }

    @Test
    void changesResizingAndUpgradesGoOn() throws Exception {
        trial.kantoku("enable").succeeds();
        String[] sizes = {"SMALL", "MEDIUM", "TINY"};
        for (int i = 0; i < MOMENTS.length; i++) {
            String size = sizes[i];
            String banner = "after " + MOMENTS[i];
            try (VcenterClient vcenter = trial.vcenter()) {
                vcenter.patch(path(), Json.object().put("size_hint", size).put("login_banner", banner));
            }
            killAfter(MOMENTS[i]);
            awaitTrue("all control VMs are " + size, () -> running() && settled());
            JsonNode info = get(path());
            assertThat(info.path("size_hint").asText()).isEqualTo(size);
            assertThat(info.path("login_banner").asText()).isEqualTo(banner);
        }
        for (int moment : new int[] {200, 1500}) {
            String software = NM + "/software/clusters/" + cluster;
            String next = get(software).at("/available_versions/0").asText();
            assertThat(next).isNotEmpty();
            action(software + "?action=upgrade", Json.object().put("desired_version", next));
            killAfter(moment);
            awaitTrue("the Supervisor has " + next, () -> {
                JsonNode now = get(software);
                return now.path("current_version").asText().equals(next)
                        && now.path("state").asText().equals("READY")
                        && settled();
            });
            String minor = next.substring(0, next.lastIndexOf('.', next.indexOf('-')));
            trial.administrator().run("version").succeeds().says(minor);
            assertThat(trial.administrator()
                            .run("get nodes --no-headers")
                            .succeeds()
                            .lines())
                    .hasSize(3)
                    .allMatch(line -> line.contains(" Ready ") && line.contains(next));
        }
    }

    @Test
    void anUpgradeOfAGuestClusterGoesOn() throws Exception {
        trial.kantoku("enable").succeeds();
        trial.kantoku("namespace", "create", "ns1", "--storage-policy", "k8s-storage")
                .succeeds();
        Kubectl kubectl = trial.administrator().options("-n", "ns1");
        kubectl.apply(trial.example("tkc01.yaml")).succeeds();
        kubectl.run("wait tkc/tkc01 --for=jsonpath={.status.phase}=running --timeout=60s")
                .succeeds();
        String[] minors = {"v1.19", "v1.20"};
        int[] moments = {300, 2000}; // a surge of masters; workers
        for (int i = 0; i < minors.length; i++) {
            String minor = minors[i];
            kubectl.run(
                            List.of(
                                    "patch",
                                    "tkc",
                                    "tkc01",
                                    "--type=merge",
                                    "-p",
                                    Json.object()
                                            .set(
                                                    "spec",
                                                    Json.object()
                                                            .set(
                                                                    "distribution",
                                                                    Json.object()
                                                                            .put("version", minor)
                                                                            .putNull("fullVersion")))
                                            .toString()),
                            "")
                    .succeeds();
            killAfter(moments[i]);
            awaitTrue("the guest cluster has " + minor, () -> {
                JsonNode status = kubectl.get("tkc tkc01").path("status");
                return status.path("version").asText().startsWith(minor + ".")
                        && status.path("phase").asText().equals("running")
                        && status.path("nodeStatus").size() == 6
                        && status.path("nodeStatus")
                                .valueStream()
                                .allMatch(node -> node.asText().equals("ready"));
            });
            assertThat(kubectl.get("machines.cluster.x-k8s.io").path("items"))
                    .hasSize(6)
                    .allMatch(machine -> machine.at("/spec/version").asText().startsWith(minor + "."));
            assertThat(kubectl.get("kubeadmcontrolplanes")
                            .at("/items/0/status/version")
                            .asText())
                    .startsWith(minor + ".");
        }
    }

    private String path() {
        return NM + "/clusters/" + cluster;
    }

    private void action(String path, ObjectNode body) {
        try (VcenterClient vcenter = trial.vcenter()) {
            vcenter.post(path, body);
        }
    }

    private void killAfter(int milliseconds) throws Exception {
        ProcessHandle server = ProcessHandle.of(trial.pid()).orElseThrow();
        Thread.sleep(milliseconds);
        server.destroyForcibly();
        server.onExit().get();
        trial.up().succeeds();
    }

    private boolean running() {
        return get(path()).path("config_status").asText().equals("RUNNING");
    }

    /** Nothing is waited for any more. */
    private boolean settled() {
        return get(path()).path("messages").isEmpty();
    }

    private JsonNode get(String path) {
        try (VcenterClient vcenter = trial.vcenter()) {
            return vcenter.get(path);
        }
    }

    private static void awaitTrue(String what, Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(LIMIT);
        while (!condition.call()) {
            assertThat(Instant.now()).as(what).isBefore(end);
            Thread.sleep(100);
        }
    }
}
