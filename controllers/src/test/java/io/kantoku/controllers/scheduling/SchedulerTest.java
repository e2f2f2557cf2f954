package io.kantoku.controllers.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.World;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private final World world = new World("node-lifecycle");

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private KubeObject pod(String name, String spec) {
        return world.create(
                Resources.PODS,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name + "','namespace':'default'},'spec':{"
                        + spec + "}}");
    }

    private static String cpu(String amount) {
        return "'containers':[{'name':'c','resources':{'requests':{'cpu':'" + amount + "'}}}]";
    }

    @Test
    void bindsAPodAndTellsOfIt() {
        world.node("n1", 2);
        pod("a", cpu("1"));
        world.settle();
        KubeObject bound = world.get(Resources.PODS, "a");
        assertThat(Pods.nodeName(bound)).isEqualTo("n1");
        assertThat(Conditions.isTrue(bound, "PodScheduled")).isTrue();
        assertThat(world.events("a")).contains("Scheduled: Successfully assigned default/a to n1");
    }

    @Test
    void explainsAWaitingPodAndBindsItWhenANodeComes() {
        pod("a", cpu("1"));
        world.settle();
        Condition scheduled =
                Conditions.find(world.get(Resources.PODS, "a"), "PodScheduled").orElseThrow();
        assertThat(scheduled.reason()).isEqualTo("Unschedulable");
        assertThat(scheduled.message()).isEqualTo("no nodes available to schedule pods");
        assertThat(world.events("a")).contains("FailedScheduling: no nodes available to schedule pods");
        world.node("n1", 2);
        world.settle();
        assertThat(Pods.nodeName(world.get(Resources.PODS, "a"))).isEqualTo("n1");
    }

    @Test
    void usesWhatADeletedPodGivesBack() {
        world.node("n1", 2);
        pod("a", cpu("2"));
        world.settle();
        pod("b", cpu("2"));
        world.settle();
        assertThat(world.events("b")).contains("FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu.");
        world.client.delete(Resources.PODS, new NamespacedName("default", "a"), DeleteOptions.background());
        world.settle();
        assertThat(Pods.nodeName(world.get(Resources.PODS, "b"))).isEqualTo("n1");
    }

    @Test
    void doesNotOvercommitWhenManyPodsComeAtOnce() {
        world.node("n1", 4);
        world.node("n2", 4);
        for (int i = 0; i < 12; i++) {
            pod("p" + i, cpu("1"));
        }
        world.settle();
        assertThat(world.list(Resources.PODS).stream()
                        .filter(pod -> Pods.nodeName(pod).equals("n1")))
                .hasSize(4);
        assertThat(world.list(Resources.PODS).stream()
                        .filter(pod -> Pods.nodeName(pod).isEmpty()))
                .hasSize(4);
    }

    @Test
    void leavesPodsOfOtherSchedulersAndGatedOnesAlone() {
        world.node("n1", 4);
        pod("other", "'schedulerName':'mine'," + cpu("1"));
        pod("gated", "'schedulingGates':[{'name':'x'}]," + cpu("1"));
        world.settle();
        assertThat(Pods.nodeName(world.get(Resources.PODS, "other"))).isEmpty();
        assertThat(Pods.nodeName(world.get(Resources.PODS, "gated"))).isEmpty();
    }

    @Test
    void waitsForItsVolumeAndChoosesTheNodeForIt() {
        world.node("n1", 4);
        pod("a", "'volumes':[{'name':'v','persistentVolumeClaim':{'claimName':'data'}}]," + cpu("1"));
        world.settle();
        assertThat(world.events("a"))
                .anySatisfy(event -> assertThat(event).contains("persistentvolumeclaim \"data\" not found"));
        world.create(
                Resources.STORAGE_CLASSES,
                "{'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'late'},'volumeBindingMode':'WaitForFirstConsumer'}");
        world.create(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'data','namespace':'default'},'spec':{'storageClassName':'late'}}");
        world.settle();
        KubeObject claim = world.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data");
        assertThat(claim.annotations()).containsEntry("volume.kubernetes.io/selected-node", "n1");
        assertThat(Pods.nodeName(world.get(Resources.PODS, "a"))).isEmpty();
        claim.status().put("phase", "Bound");
        world.client.updateStatus(Resources.PERSISTENT_VOLUME_CLAIMS, claim);
        world.settle();
        assertThat(Pods.nodeName(world.get(Resources.PODS, "a"))).isEqualTo("n1");
    }

    @Test
    void knowsWhatRunsAfterItHasForgottenAnIdleCluster() {
        world.node("n1", 2);
        pod("a", cpu("1"));
        world.advance(Duration.ofHours(1));
        pod("b", cpu("2"));
        world.settle();
        assertThat(Pods.nodeName(world.get(Resources.PODS, "b"))).isEmpty();
        pod("c", cpu("1"));
        world.settle();
        assertThat(Pods.nodeName(world.get(Resources.PODS, "c"))).isEqualTo("n1");
    }
}
