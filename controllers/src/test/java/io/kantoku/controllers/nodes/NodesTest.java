package io.kantoku.controllers.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.Taint;
import io.kantoku.controllers.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodesTest {
    private final World world = new World();

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private KubeObject node(String name) {
        return world.client.get(Resources.NODES, NamespacedName.clusterScoped(name));
    }

    private List<String> taints(String name) {
        return Taint.of(node(name)).stream()
                .map(taint -> taint.key() + ":" + taint.effect())
                .toList();
    }

    private void beat(Duration duration, String... nodes) {
        for (Duration left = duration; left.isPositive(); left = left.minusSeconds(10)) {
            for (String node : nodes) {
                world.renew(node);
            }
            world.advance(Duration.ofSeconds(10));
        }
    }

    private void pod(String name, String node, String more) {
        world.create(
                Resources.PODS,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                        + "','namespace':'default'},'spec':{'nodeName':'" + node + "'," + more + "'containers':[]}}");
        world.settle();
    }

    @Test
    void declaresANodeUnreachableThatDoesNotRenewItsLease() {
        world.node("n1", 4);
        world.node("n2", 4);
        pod(
                "tolerant",
                "n1",
                "'tolerations':[{'key':'node.kubernetes.io/unreachable','operator':'Exists','effect':'NoExecute','tolerationSeconds':300}],");
        pod("plain", "n1", "");
        pod("daemon", "n1", "'tolerations':[{'operator':'Exists'}],");
        beat(Duration.ofSeconds(60), "n1", "n2");
        assertThat(Conditions.isTrue(node("n1"), "Ready")).isTrue();
        world.silent.add("n1");
        beat(Duration.ofSeconds(60), "n2");
        Condition ready = Conditions.find(node("n1"), "Ready").orElseThrow();
        assertThat(ready)
                .isEqualTo(Condition.unknown("Ready", "NodeStatusUnknown", "Kubelet stopped posting node status."));
        assertThat(taints("n1"))
                .containsExactly(
                        "node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute");
        assertThat(Conditions.isTrue(node("n2"), "Ready")).isTrue();
        assertThat(taints("n2")).isEmpty();
        assertThat(Pods.isReady(world.get(Resources.PODS, "tolerant")))
                .as("Services stop using it")
                .isFalse();
        assertThat(world.get(Resources.PODS, "plain").deleting()).isTrue();
        assertThat(world.get(Resources.PODS, "tolerant").deleting()).isFalse();
        beat(Duration.ofSeconds(310), "n2");
        assertThat(world.get(Resources.PODS, "tolerant").deleting()).isTrue();
        assertThat(world.get(Resources.PODS, "daemon").deleting()).isFalse();
        assertThat(world.failing()).isEmpty();
    }

    @Test
    void takesANodeBackThatReportsAgain() {
        world.node("n1", 4);
        world.advance(Duration.ofMinutes(2));
        assertThat(taints("n1")).isNotEmpty();
        KubeObject node = node("n1");
        Conditions.set(
                node,
                Condition.isTrue("Ready", "KubeletReady", "kubelet is posting ready status"),
                world.simulation.instant());
        for (var condition : node.at("status", "conditions")) {
            ((com.fasterxml.jackson.databind.node.ObjectNode) condition)
                    .put("lastHeartbeatTime", Timestamps.seconds(world.simulation.instant()));
        }
        world.client.updateStatus(Resources.NODES, node);
        world.renew("n1");
        world.settle();
        assertThat(taints("n1")).isEmpty();
        beat(Duration.ofMinutes(5), "n1");
        assertThat(taints("n1")).isEmpty();
        assertThat(Conditions.isTrue(node("n1"), "Ready")).isTrue();
    }

    @Test
    void saysSoWhenAKubeletNeverReports() {
        world.create(Resources.NODES, "{'apiVersion':'v1','kind':'Node','metadata':{'name':'n1'},'spec':{}}");
        world.settle();
        assertThat(taints("n1")).containsExactly("node.kubernetes.io/not-ready:NoSchedule");
        world.advance(Duration.ofMinutes(2));
        assertThat(Conditions.find(node("n1"), "Ready").orElseThrow().reason()).isEqualTo("NodeStatusNeverUpdated");
    }

    @Test
    void taintsByConditionsAndLeavesOtherTaintsAlone() {
        world.node("n1", 4);
        KubeObject node = node("n1");
        node.spec().put("unschedulable", true);
        node.spec().putArray("taints").addObject().put("key", "mine").put("effect", "NoSchedule");
        world.client.update(Resources.NODES, node);
        node = node("n1");
        Conditions.set(node, Condition.isTrue("DiskPressure", "x", "y"), world.simulation.instant());
        Conditions.set(
                node, Condition.isFalse("Ready", "KubeletNotReady", "runtime is down"), world.simulation.instant());
        world.client.updateStatus(Resources.NODES, node);
        world.settle();
        assertThat(taints("n1"))
                .containsExactlyInAnyOrder(
                        "mine:NoSchedule",
                        "node.kubernetes.io/unschedulable:NoSchedule",
                        "node.kubernetes.io/not-ready:NoSchedule",
                        "node.kubernetes.io/not-ready:NoExecute",
                        "node.kubernetes.io/disk-pressure:NoSchedule");
    }

    @Test
    void removesPodsOfANodeThatIsGone() {
        world.node("n1", 4);
        world.silent.add("n1");
        pod("a", "n1", "'tolerations':[{'operator':'Exists'}],");
        world.client.delete(Resources.NODES, NamespacedName.clusterScoped("n1"), DeleteOptions.background());
        world.advance(Duration.ofSeconds(30));
        assertThat(world.list(Resources.PODS)).hasSize(1);
        world.advance(Duration.ofSeconds(30));
        assertThat(world.list(Resources.PODS)).isEmpty();
    }

    @Test
    void givesEachNodeABlockOfThePodNetwork() {
        for (int i = 0; i < 3; i++) {
            world.node("n" + i, 4);
        }
        world.settle();
        assertThat(node("n0").text("spec", "podCIDR")).isEqualTo("10.244.0.0/24");
        assertThat(node("n2").text("spec", "podCIDR")).isEqualTo("10.244.2.0/24");
        world.client.delete(Resources.NODES, NamespacedName.clusterScoped("n1"), DeleteOptions.background());
        world.settle();
        world.node("n3", 4);
        world.settle();
        assertThat(node("n3").text("spec", "podCIDR")).isEqualTo("10.244.1.0/24");
        for (int i = 4; i < 6; i++) {
            world.node("n" + i, 4);
        }
        world.settle();
        assertThat(node("n5").text("spec", "podCIDR"))
                .as("10.244.0.0/22 has four blocks")
                .isEmpty();
        assertThat(world.events("n5")).anySatisfy(event -> assertThat(event).contains("CIDRNotAvailable"));
    }

    @Test
    void writesNothingWhileLeasesAreRenewed() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            world.node("n" + i, 4);
            names.add("n" + i);
        }
        beat(Duration.ofSeconds(20), names.toArray(String[]::new));
        world.clusters.forgetWrites();
        beat(Duration.ofMinutes(10), names.toArray(String[]::new));
        assertThat(world.clusters.writes())
                .allSatisfy(call -> assertThat(call.resource().resource()).isEqualTo("leases"));
    }

    @Test
    void marksPodsThatATaintDrivesAway() {
        KubeObject node = world.node("n1", 4).copy();
        pod("a", "n1", "");
        world.silent.add("n1");
        node.spec().putArray("taints").addObject().put("key", "broken").put("effect", "NoExecute");
        node.metadata().remove("resourceVersion");
        world.client.update(Resources.NODES, node);
        world.settle();
        KubeObject evicted = world.get(Resources.PODS, "a");
        assertThat(evicted.deleting()).isTrue();
        assertThat(Conditions.find(evicted, "DisruptionTarget"))
                .contains(Condition.isTrue(
                        "DisruptionTarget",
                        "DeletionByTaintManager",
                        "Taint manager: deleting due to NoExecute taint"));
        assertThat(world.events("a")).contains("TaintManagerEviction: Marking for deletion Pod default/a");
    }

    @Test
    void tellsOfNodesThatComeAndGo() {
        world.node("n1", 4);
        world.settle();
        world.client.delete(Resources.NODES, NamespacedName.clusterScoped("n1"), DeleteOptions.background());
        world.settle();
        assertThat(world.events("n1"))
                .contains(
                        "RegisteredNode: Node n1 event: Registered Node n1 in Controller",
                        "RemovingNode: Node n1 event: Removing Node n1 from Controller");
    }

    @Test
    void removesTerminatingPodsOfANodeThatIsOutOfService() {
        world.node("n1", 4);
        world.node("n2", 4);
        pod("stuck", "n1", "");
        world.silent.add("n1");
        beat(Duration.ofSeconds(60), "n2");
        assertThat(world.get(Resources.PODS, "stuck").deleting()).isTrue();
        KubeObject node = node("n1").copy();
        node.spec()
                .withArrayProperty("taints")
                .addObject()
                .put("key", "node.kubernetes.io/out-of-service")
                .put("value", "nodeshutdown")
                .put("effect", "NoExecute");
        world.client.update(Resources.NODES, node);
        world.settle();
        assertThat(world.client.find(Resources.PODS, new NamespacedName("default", "stuck")))
                .isEmpty();
    }
}
