package io.kantoku.kubelet.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.FakeKubeClient;
import io.kantoku.client.fake.Simulation;
import io.kantoku.kubelet.Taint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedFleetTest {
    private static final ClusterId CLUSTER = new ClusterId("ns1.tkc01");

    private final Simulation simulation = new Simulation();
    private final FakeClusters clusters = FakeClusters.in(simulation);
    private final FakeKubeClient client = clusters.add(CLUSTER);
    private final SimulatedFleet fleet = new SimulatedFleet(clusters, simulation.settings());

    @BeforeEach
    void start() {
        fleet.start();
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void aNodeRegistersItself() {
        join("n1");
        KubeObject node = client.get(Resources.NODES, NamespacedName.clusterScoped("n1"));
        assertThat(node.labels()).containsEntry("zone", "a");
        assertThat(node.at("spec", "taints").get(0).path("key").asText()).isEqualTo("role");
        assertThat(node.text("spec", "providerID")).isEqualTo("vsphere://1");
        assertThat(node.text("status", "nodeInfo", "kubeletVersion")).isEqualTo("v1.18.5");
        assertThat(node.text("status", "capacity", "cpu")).isEqualTo("2");
        assertThat(Conditions.isTrue(node, "Ready")).isTrue();
        join("n1"); // started again
        assertThat(Conditions.isTrue(client.get(Resources.NODES, NamespacedName.clusterScoped("n1")), "Ready"))
                .isTrue();
    }

    @Test
    void whatSomebodyAddsToTheCapacityIsForPods() {
        join("n1");
        KubeObject node =
                client.get(Resources.NODES, NamespacedName.clusterScoped("n1")).copy();
        node.status().withObjectProperty("capacity").put("example.com/dongle", "5");
        client.updateStatus(Resources.NODES, node);
        simulation.settle();

        KubeObject after =
                client.get(Resources.NODES, NamespacedName.clusterScoped("n1")).copy();
        assertThat(after.text("status", "allocatable", "example.com/dongle")).isEqualTo("5");
        after.status().withObjectProperty("capacity").remove("example.com/dongle");
        client.updateStatus(Resources.NODES, after);
        simulation.settle();

        assertThat(client.get(Resources.NODES, NamespacedName.clusterScoped("n1"))
                        .at("status", "allocatable"))
                .noneMatch(amount -> amount.asText().equals("5"));
    }

    @Test
    void leasesAreRenewedUntilTheNodeLeaves() {
        join("n1");
        join("n2");
        Instant first = renewed("n1");
        simulation.advance(Duration.ofSeconds(30));
        assertThat(Duration.between(first, renewed("n1"))).isEqualTo(Duration.ofSeconds(30));
        fleet.leave(CLUSTER, "n1");
        Instant last = renewed("n1");
        simulation.advance(Duration.ofSeconds(60));
        assertThat(renewed("n1")).isEqualTo(last);
        assertThat(renewed("n2")).isAfter(last);
    }

    @Test
    void aClusterThatIsGoneDoesNotKeepOthersFromBeingRenewed() {
        ClusterId doomed = new ClusterId("a.doomed");
        clusters.add(doomed);
        fleet.join(spec(doomed, "n0"));
        join("n1");
        Instant before = renewed("n1");
        clusters.remove(doomed);
        simulation.advance(Duration.ofSeconds(20));
        assertThat(renewed("n1")).isAfter(before);
    }

    @Test
    void podsRunWhenTheNodeHasAddressesForThem() {
        join("n1");
        KubeObject pod = pod("web", "n1", "");
        simulation.settle();
        assertThat(phase("web")).isEqualTo("Pending");
        cidr("n1", "10.244.1.0/24");
        simulation.settle();
        KubeObject running = get("web");
        assertThat(running.text("status", "phase")).isEqualTo("Running");
        assertThat(running.text("status", "podIP")).startsWith("10.244.1.");
        assertThat(running.text("status", "hostIP")).isEqualTo("127.0.0.9");
        assertThat(Conditions.isTrue(running, "Ready")).isTrue();
        assertThat(running.at("status", "containerStatuses")
                        .get(0)
                        .path("ready")
                        .asBoolean())
                .isTrue();
        assertThat(pod.uid()).isEqualTo(running.uid());
    }

    @Test
    void sidecarsRunBesideTheRestAndInitContainersHaveSucceeded() {
        join("n1");
        cidr("n1", "10.244.1.0/24");
        pod("web", "n1", "initContainers: [{name: first, image: i}, {name: side, image: i, restartPolicy: Always}], ");
        simulation.settle();
        JsonNode initial = get("web").at("status", "initContainerStatuses");
        assertThat(initial.at("/0/state/terminated/reason").asText()).isEqualTo("Completed");
        assertThat(initial.at("/0/ready").asBoolean()).isTrue();
        assertThat(initial.at("/1/state").has("running")).isTrue();
        assertThat(initial.at("/1/started").asBoolean()).isTrue();
        List<String> conditions = new ArrayList<>();
        get("web")
                .at("status", "conditions")
                .forEach(condition -> conditions.add(condition.path("type").asText()));
        assertThat(conditions)
                .containsExactly(
                        "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled");
    }

    @Test
    void aPodThatDoesNotFitHasFailed() {
        join("n1");
        cidr("n1", "10.244.1.0/24");
        pod("first", "n1", "", "{requests: {cpu: 1500m}}");
        pod("large", "n1", "", "{requests: {cpu: 1}}");
        simulation.settle();
        KubeObject large = get("large");
        assertThat(large.text("status", "phase")).isEqualTo("Failed");
        assertThat(large.text("status", "reason")).isEqualTo("OutOfcpu");
        assertThat(large.text("status", "message"))
                .isEqualTo("Pod was rejected: Node didn't have enough resource: cpu, requested: 1000, used: 1500,"
                        + " capacity: 2000");
    }

    @Test
    void aResizeIsDoneAtOnceOrPendsWithTheReason() {
        join("n1");
        cidr("n1", "10.244.1.0/24");
        pod("web", "n1", "", "{requests: {cpu: 500m}}");
        pod("other", "n1", "", "{requests: {cpu: 500m}}");
        simulation.settle();
        resize("web", "1");
        JsonNode resized = get("web").at("status", "containerStatuses").get(0);
        assertThat(resized.at("/allocatedResources/cpu").asText()).isEqualTo("1");
        assertThat(resized.at("/resources/requests/cpu").asText()).isEqualTo("1");
        assertThat(resized.path("restartCount").asInt()).isZero();

        resize("web", "1800m");
        assertThat(pending().reason()).isEqualTo("Deferred");
        assertThat(get("web")
                        .at("status", "containerStatuses")
                        .get(0)
                        .at("/allocatedResources/cpu")
                        .asText())
                .isEqualTo("1");
        client.delete(Resources.PODS, name("other"), DeleteOptions.background());
        simulation.settle();
        simulation.advance(Duration.ofSeconds(1));
        assertThat(Conditions.find(get("web"), "PodResizePending")).isEmpty();

        resize("web", "3");
        assertThat(pending().reason()).isEqualTo("Infeasible");
        assertThat(pending().message())
                .isEqualTo("Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000");
        pod("small", "n1", "", "{requests: {cpu: 200m}}");
        simulation.settle();
        assertThat(phase("small")).as("what cannot be had takes nothing").isEqualTo("Running");
    }

    private Condition pending() {
        return Conditions.find(get("web"), "PodResizePending").orElseThrow();
    }

    private void resize(String name, String cpu) {
        KubeObject pod = get(name);
        ((ObjectNode) pod.at("spec", "containers").get(0))
                .putObject("resources")
                .putObject("requests")
                .put("cpu", cpu);
        client.update(Resources.PODS, pod);
        simulation.settle();
    }

    @Test
    void aPodThatRanForLongEnoughHasFailed() {
        join("n1");
        cidr("n1", "10.244.1.0/24");
        pod("web", "n1", "activeDeadlineSeconds: 5, ");
        simulation.settle();
        assertThat(phase("web")).isEqualTo("Running");
        simulation.advance(Duration.ofSeconds(6));
        assertThat(get("web").text("status", "reason")).isEqualTo("DeadlineExceeded");
        assertThat(get("web")
                        .at("status", "containerStatuses")
                        .get(0)
                        .at("/state")
                        .has("terminated"))
                .isTrue();
    }

    @Test
    void podsOfTheHostsNetworkHaveItsAddress() {
        join("n1");
        cidr("n1", "10.244.1.0/24");
        pod("proxy", "n1", "hostNetwork: true, ");
        simulation.settle();
        assertThat(get("proxy").text("status", "podIP")).isEqualTo("127.0.0.9");
    }

    @Test
    void podsOfOtherNodesAreLeftAlone() {
        join("n1");
        cidr("n1", "10.244.1.0/24");
        pod("elsewhere", "n9", "");
        simulation.settle();
        assertThat(phase("elsewhere")).isEqualTo("Pending");
    }

    @Test
    void jobsEndAfterAMoment() {
        join("n1");
        cidr("n1", "10.244.1.0/24");
        KubeObject job = KubeObject.of(Yaml.parseObject("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: task
                  namespace: default
                  ownerReferences: [{apiVersion: batch/v1, kind: Job, name: j, uid: u, controller: true}]
                spec: {nodeName: n1, restartPolicy: Never, containers: [{name: c, image: i}]}
                """));
        client.create(Resources.PODS, job);
        simulation.settle();
        assertThat(phase("task")).isEqualTo("Running");
        simulation.advance(Duration.ofSeconds(2));
        assertThat(phase("task")).isEqualTo("Succeeded");
        assertThat(get("task")
                        .at("status", "containerStatuses")
                        .get(0)
                        .path("state")
                        .path("terminated")
                        .path("exitCode")
                        .asInt(-1))
                .isZero();
    }

    @Test
    void deletedPodsEndAndTheirAddressesAreUsedAgain() {
        join("n1");
        cidr("n1", "10.244.1.0/29"); // five addresses
        Set<String> addresses = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            pod("p" + i, "n1", "");
            simulation.settle();
            addresses.add(get("p" + i).text("status", "podIP"));
        }
        assertThat(addresses).hasSize(5).doesNotContain("10.244.1.0", "10.244.1.1", "10.244.1.7");
        pod("late", "n1", "");
        simulation.settle();
        assertThat(phase("late")).isEqualTo("Pending");

        String freed = get("p3").text("status", "podIP");
        client.delete(Resources.PODS, name("p3"), DeleteOptions.background());
        simulation.settle();
        assertThat(find("p3")).as("its containers take a blink to end").isPresent();
        simulation.advance(Duration.ofMillis(200));
        assertThat(find("p3")).isEmpty();
        assertThat(get("late").text("status", "podIP")).isEqualTo(freed);
    }

    @Test
    void podsThatRunAlreadyKeepTheirAddresses() {
        join("n1");
        cidr("n1", "10.244.1.0/24");
        pod("web", "n1", "");
        simulation.settle();
        String address = get("web").text("status", "podIP");
        fleet.close();
        try (SimulatedFleet again = new SimulatedFleet(clusters, simulation.settings()).start()) {
            again.join(spec(CLUSTER, "n1"));
            pod("other", "n1", "");
            simulation.settle();
            assertThat(get("web").text("status", "podIP")).isEqualTo(address);
            assertThat(get("other").text("status", "podIP")).isNotEmpty().isNotEqualTo(address);
        }
    }

    private void join(String name) {
        fleet.join(spec(CLUSTER, name));
    }

    private static NodeSpec spec(ClusterId cluster, String name) {
        return new NodeSpec(
                cluster,
                name,
                Map.of("zone", "a"),
                List.of(new Taint("role", "", "NoSchedule")),
                "127.0.0.9",
                "v1.18.5",
                "vsphere://1",
                2,
                4L << 30);
    }

    private void cidr(String node, String cidr) {
        KubeObject object = client.get(Resources.NODES, NamespacedName.clusterScoped(node));
        object.spec().put("podCIDR", cidr);
        client.update(Resources.NODES, object);
        simulation.settle();
    }

    private KubeObject pod(String name, String node, String more) {
        return pod(name, node, more, "{}");
    }

    private KubeObject pod(String name, String node, String more, String resources) {
        return client.create(
                Resources.PODS,
                KubeObject.of(Yaml.parseObject("{apiVersion: v1, kind: Pod, metadata: {name: " + name
                        + ", namespace: default}, spec: {" + more + "nodeName: " + node
                        + ", containers: [{name: c, image: i, resources: " + resources + "}]}}")));
    }

    private Instant renewed(String node) {
        return Instant.parse(client.get(Resources.LEASES, new NamespacedName("kube-node-lease", node))
                .text("spec", "renewTime"));
    }

    private String phase(String pod) {
        return get(pod).text("status", "phase");
    }

    private KubeObject get(String pod) {
        return find(pod).orElseThrow();
    }

    private Optional<KubeObject> find(String pod) {
        return client.find(Resources.PODS, name(pod));
    }

    private static NamespacedName name(String pod) {
        return new NamespacedName("default", pod);
    }
}
