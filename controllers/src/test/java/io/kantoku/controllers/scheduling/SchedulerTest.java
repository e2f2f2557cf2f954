package io.kantoku.controllers.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
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
        assertThat(world.events("b"))
                .contains("FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu."
                        + " preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.");
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
    void aVolumeForOnePodAloneIsGivenToOne() {
        world.node("n1", 4);
        KubeObject claim = world.create(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'data','namespace':'default'},"
                        + "'spec':{'storageClassName':'x','accessModes':['ReadWriteOncePod']}}");
        claim.status().put("phase", "Bound");
        world.client.updateStatus(Resources.PERSISTENT_VOLUME_CLAIMS, claim);
        String volume = "'volumes':[{'name':'v','persistentVolumeClaim':{'claimName':'data'}}],";
        pod("a", volume + cpu("1"));
        world.settle();
        pod("b", volume + cpu("1"));
        world.settle();
        assertThat(node("a")).isEqualTo("n1");
        assertThat(node("b")).isEmpty();
        assertThat(world.events("b"))
                .anySatisfy(event -> assertThat(event)
                        .contains(
                                "0/1 nodes are available: 1 node has pod using PersistentVolumeClaim with the same name"
                                        + " and ReadWriteOncePod access mode."));
        world.client.delete(Resources.PODS, new NamespacedName("default", "a"), DeleteOptions.background());
        world.advance(Duration.ofSeconds(15));
        assertThat(node("b")).isEqualTo("n1");
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

    private static String ranked(int priority, String amount) {
        return "'priority':" + priority + "," + cpu(amount);
    }

    private String node(String pod) {
        return Pods.nodeName(world.get(Resources.PODS, pod));
    }

    private boolean exists(String pod) {
        return world.client
                .find(Resources.PODS, new NamespacedName("default", pod))
                .isPresent();
    }

    @Test
    void takesThePlaceOfPodsWithLessPriority() {
        world.node("n1", 4);
        pod("low", ranked(1, "2"));
        pod("lower", ranked(0, "2"));
        world.settle();
        world.silent.add("n1");
        KubeObject high = pod("high", ranked(10, "2"));
        world.settle();
        KubeObject victim = world.get(Resources.PODS, "lower");
        assertThat(victim.deleting()).isTrue();
        Condition disruption = Conditions.find(victim, "DisruptionTarget").orElseThrow();
        assertThat(disruption.reason()).isEqualTo("PreemptionByScheduler");
        assertThat(disruption.message())
                .isEqualTo("default-scheduler: preempting to accommodate a higher priority pod");
        assertThat(world.events("lower")).contains("Preempted: Preempted by pod " + high.uid() + " on node n1");
        KubeObject waiting = world.get(Resources.PODS, "high");
        assertThat(waiting.text("status", "nominatedNodeName")).isEqualTo("n1");
        assertThat(world.events("high")).contains("FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu.");
        world.silent.clear();
        world.client.delete(
                Resources.PODS,
                new NamespacedName("default", "lower"),
                new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, "", 0));
        world.settle();
        assertThat(node("high")).isEqualTo("n1");
        assertThat(exists("low")).isTrue();
    }

    @Test
    void keepsTheRoomThatWasMadeForAPodFromThoseBelowIt() {
        world.node("n1", 4);
        pod("low", ranked(0, "4"));
        world.settle();
        world.silent.add("n1");
        pod("high", ranked(10, "3"));
        world.settle();
        pod("middle", ranked(5, "2"));
        world.settle();
        assertThat(world.events("middle"))
                .anySatisfy(event ->
                        assertThat(event).contains("preemption: 0/1 nodes are available: 1 Insufficient cpu."));
        world.client.delete(
                Resources.PODS,
                new NamespacedName("default", "low"),
                new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, "", 0));
        world.advance(Duration.ofMinutes(1));
        assertThat(node("high")).isEqualTo("n1");
        assertThat(node("middle")).isEmpty();
    }

    @Test
    void doesNotPreemptWhenThePolicyIsNever() {
        world.node("n1", 2);
        pod("low", ranked(0, "2"));
        world.settle();
        pod("high", "'preemptionPolicy':'Never'," + ranked(10, "2"));
        world.settle();
        assertThat(node("low")).isEqualTo("n1");
        assertThat(world.events("high"))
                .contains("FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu."
                        + " preemption: not eligible due to preemptionPolicy=Never.");
    }

    @Test
    void prefersVictimsThatNoBudgetProtects() {
        world.node("n1", 2);
        world.node("n2", 2);
        pod("a", "'nodeName':'n1'," + ranked(0, "2"));
        world.change(
                Resources.PODS,
                "a",
                pod -> pod.withObjectProperty("metadata").putObject("labels").put("app", "a"));
        pod("b", "'nodeName':'n2'," + ranked(1, "2"));
        world.create(
                Resources.POD_DISRUPTION_BUDGETS,
                "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'a','namespace':'default'},"
                        + "'spec':{'minAvailable':1,'selector':{'matchLabels':{'app':'a'}}}}");
        world.settle();
        pod("high", ranked(10, "2"));
        world.settle();
        assertThat(exists("a")).isTrue();
        assertThat(exists("b")).isFalse();
        assertThat(node("high")).isEqualTo("n2");
    }

    @Test
    void saysWhereNoPreemptionHelps() {
        world.node("n1", 2);
        KubeObject tainted = world.node("n2", 2).copy();
        tainted.spec()
                .putArray("taints")
                .addObject()
                .put("key", "gpu")
                .put("value", "yes")
                .put("effect", "NoSchedule");
        world.client.update(Resources.NODES, tainted);
        pod("a", cpu("2"));
        world.settle();
        pod("b", cpu("1"));
        world.settle();
        assertThat(world.events("b"))
                .contains(
                        "FailedScheduling: 0/2 nodes are available: 1 Insufficient cpu,"
                                + " 1 node(s) had untolerated taint {gpu: yes}. preemption: 0/2 nodes are available:"
                                + " 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.");
    }

    @Test
    void schedulesAGatedPodWhenItsLastGateIsGone() {
        world.node("n1", 4);
        pod("gated", "'schedulingGates':[{'name':'x'}]," + cpu("1"));
        world.settle();
        world.change(
                Resources.PODS, "gated", pod -> pod.withObjectProperty("spec").remove("schedulingGates"));
        world.settle();
        assertThat(node("gated")).isEqualTo("n1");
    }

    @Test
    void wakesOnlyPodsThatAChangeMayHelp() {
        world.node("n1", 2);
        pod("picky", "'nodeSelector':{'disk':'ssd'}," + cpu("1"));
        pod("other", cpu("1"));
        world.settle();
        int before = attempts("picky");
        world.client.delete(Resources.PODS, new NamespacedName("default", "other"), DeleteOptions.background());
        world.advance(Duration.ofSeconds(30));
        assertThat(attempts("picky")).isEqualTo(before);
        KubeObject node = world.client
                .get(Resources.NODES, NamespacedName.clusterScoped("n1"))
                .copy();
        world.client.update(Resources.NODES, node.label("disk", "ssd"));
        world.settle();
        assertThat(node("picky")).isEqualTo("n1");
    }

    @Test
    void pausesAPodThatFailsAgainAndAgain() {
        world.node("n1", 1);
        pod("big", cpu("2"));
        for (int i = 0; i < 50; i++) {
            world.node("small" + i, 1);
            world.settle();
        }
        assertThat(attempts("big")).isLessThan(5);
        world.node("large", 4);
        world.advance(Duration.ofSeconds(10));
        assertThat(node("big")).isEqualTo("large");
    }

    private int attempts(String pod) {
        return world.client.list(Resources.EVENTS, Query.all()).items().stream()
                .filter(event -> event.text("involvedObject", "name").equals(pod)
                        && event.text("reason").equals("FailedScheduling"))
                .mapToInt(event -> event.at("count").asInt())
                .sum();
    }

    @Test
    void choosesANodeThatAFreeLocalVolumeReaches() {
        world.node("n1", 4);
        world.node("n2", 4);
        world.create(
                Resources.STORAGE_CLASSES,
                "{'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'local'},"
                        + "'provisioner':'kubernetes.io/no-provisioner','volumeBindingMode':'WaitForFirstConsumer'}");
        world.create(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'data','namespace':'default'},"
                        + "'spec':{'storageClassName':'local','accessModes':['ReadWriteOnce'],"
                        + "'resources':{'requests':{'storage':'1Gi'}}}}");
        pod("a", "'volumes':[{'name':'v','persistentVolumeClaim':{'claimName':'data'}}]," + cpu("1"));
        world.settle();
        assertThat(world.events("a"))
                .contains("FailedScheduling: 0/2 nodes are available: 2 node(s) didn't find available persistent"
                        + " volumes to bind. preemption: 0/2 nodes are available: 2 Preemption is not helpful for"
                        + " scheduling.");
        world.create(
                Resources.PERSISTENT_VOLUMES,
                "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'disk'},'spec':{'capacity':{'storage':'2Gi'},"
                        + "'accessModes':['ReadWriteOnce'],'storageClassName':'local','local':{'path':'/disk'},"
                        + "'nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchExpressions':[{'key':"
                        + "'kubernetes.io/hostname','operator':'In','values':['n2']}]}]}}}}");
        world.advance(Duration.ofSeconds(10));
        assertThat(world.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data").text("spec", "volumeName"))
                .isEqualTo("disk");
        assertThat(node("a")).isEqualTo("n2");
    }
}
