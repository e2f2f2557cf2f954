package io.kantoku.controllers.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies of how workloads are rolled out, and what becomes of what is left over. */
class RolloutTest {
    private final World world =
            new World("node-lifecycle", "persistentvolume-binder", "persistentvolumeclaim-protection");

    @BeforeEach
    void nodes() {
        for (int i = 1; i <= 3; i++) {
            world.node("n" + i, 8);
        }
        world.settle();
    }

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private void statefulSet(int replicas, String more) {
        world.create(
                Resources.STATEFUL_SETS,
                "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'db','namespace':'default'},'spec':{"
                        + more
                        + "'replicas':" + replicas + ",'serviceName':'db','selector':{'matchLabels':{'app':'db'}},"
                        + "'template':{'metadata':{'labels':{'app':'db'}},'spec':{'containers':[{'name':'c','image':'db:1'}]}}}}");
        world.advance(Duration.ofSeconds(5));
    }

    private static final String CLAIMS =
            "'volumeClaimTemplates':[{'metadata':{'name':'data'},'spec':{'resources':{'requests':{'storage':'1Gi'}}}}],";

    /** Claims are bound by hand: there is no provisioner. */
    private void bindClaims() {
        for (int i = 0; i < 6; i++) {
            for (KubeObject claim : world.list(Resources.PERSISTENT_VOLUME_CLAIMS)) {
                if (!claim.text("status", "phase").equals("Bound")) {
                    claim.status().put("phase", "Bound");
                    world.client.updateStatus(Resources.PERSISTENT_VOLUME_CLAIMS, claim);
                }
            }
            world.advance(Duration.ofSeconds(10));
        }
    }

    private void image(GroupVersionResource resource, String name, String image) {
        world.change(
                resource, name, json -> ((ObjectNode) json.at("/spec/template/spec/containers/0")).put("image", image));
        world.advance(Duration.ofSeconds(5));
    }

    private static String image(KubeObject pod) {
        return pod.at("spec", "containers").path(0).path("image").asText();
    }

    @Test
    void labelsStatefulPodsWithTheNameOfTheirRevision() {
        statefulSet(1, "");
        String revision = world.get(Resources.STATEFUL_SETS, "db").text("status", "currentRevision");
        assertThat(world.get(Resources.PODS, "db-0").labels())
                .containsEntry("controller-revision-hash", revision)
                .containsEntry("apps.kubernetes.io/pod-index", "0");
        assertThat(world.get(Resources.CONTROLLER_REVISIONS, revision).labels())
                .containsKey("controller.kubernetes.io/hash");
    }

    @Test
    void replacesSeveralStatefulPodsAtATimeWhereThatIsAllowed() {
        statefulSet(
                4,
                "'podManagementPolicy':'Parallel','updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':'50%'}},");
        world.broken.add("db:2");
        image(Resources.STATEFUL_SETS, "db", "db:2");
        assertThat(world.pods("app=db")).extracting(RolloutTest::image).containsExactly("db:1", "db:1", "db:2", "db:2");
    }

    @Test
    void recreatesAStatefulPodThatFailedAndTellsOfIt() {
        statefulSet(1, "");
        KubeObject pod = world.get(Resources.PODS, "db-0");
        pod.status().put("phase", "Failed");
        world.client.updateStatus(Resources.PODS, pod);
        world.advance(Duration.ofSeconds(5));
        assertThat(world.get(Resources.PODS, "db-0").uid()).isNotEqualTo(pod.uid());
        assertThat(world.events("db"))
                .contains("RecreatingFailedPod: StatefulSet default/db is recreating failed Pod db-0");
    }

    @Test
    void deletesClaimsWithTheSetAndWithPodsThatScalingTakesWhereThePolicySaysSo() {
        statefulSet(
                2, CLAIMS + "'persistentVolumeClaimRetentionPolicy':{'whenDeleted':'Delete','whenScaled':'Delete'},");
        bindClaims();
        String set = world.get(Resources.STATEFUL_SETS, "db").uid();
        assertThat(world.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data-db-1").ownerReferences())
                .extracting(OwnerReference::uid)
                .containsExactly(set);
        world.change(
                Resources.STATEFUL_SETS,
                "db",
                json -> json.withObjectProperty("spec").put("replicas", 1));
        world.advance(Duration.ofSeconds(5));
        assertThat(world.list(Resources.PERSISTENT_VOLUME_CLAIMS))
                .extracting(KubeObject::name)
                .containsExactly("data-db-0");
        world.client.delete(Resources.STATEFUL_SETS, new NamespacedName("default", "db"), DeleteOptions.background());
        world.advance(Duration.ofSeconds(5));
        assertThat(world.list(Resources.PERSISTENT_VOLUME_CLAIMS)).isEmpty();
    }

    @Test
    void letsGoOfClaimsWhenThePolicyIsTakenBack() {
        statefulSet(
                1, CLAIMS + "'persistentVolumeClaimRetentionPolicy':{'whenDeleted':'Delete','whenScaled':'Retain'},");
        bindClaims();
        world.change(
                Resources.STATEFUL_SETS,
                "db",
                json -> json.withObjectProperty("spec")
                        .withObjectProperty("persistentVolumeClaimRetentionPolicy")
                        .put("whenDeleted", "Retain"));
        world.advance(Duration.ofSeconds(5));
        assertThat(world.get(Resources.PERSISTENT_VOLUME_CLAIMS, "data-db-0").ownerReferences())
                .isEmpty();
    }

    private void daemons(String strategy) {
        world.create(
                Resources.DAEMON_SETS,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'default'},'spec':{"
                        + "'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{" + strategy
                        + "}},'selector':{'matchLabels':{'app':'agent'}},'template':{'metadata':{'labels':{'app':'agent'}},"
                        + "'spec':{'containers':[{'name':'c','image':'agent:1'}]}}}}");
        world.advance(Duration.ofSeconds(5));
    }

    @Test
    void startsNewDaemonsBesideTheOldOnesWhereTheySurge() {
        daemons("'maxSurge':1,'maxUnavailable':0");
        world.broken.add("agent:2");
        image(Resources.DAEMON_SETS, "agent", "agent:2");
        List<KubeObject> pods = world.pods("app=agent");
        assertThat(pods)
                .extracting(RolloutTest::image)
                .containsExactlyInAnyOrder("agent:1", "agent:1", "agent:1", "agent:2");
        assertThat(pods.stream().filter(Pods::isReady)).as("nothing is lost").hasSize(3);
        world.broken.clear();
        KubeObject waiting = pods.stream()
                .filter(pod -> image(pod).equals("agent:2"))
                .findFirst()
                .orElseThrow();
        world.clusters.mutate(
                ClusterId.SUPERVISOR,
                Resources.PODS,
                waiting.namespacedName(),
                pod -> Conditions.set(pod, Condition.isTrue("Ready", "", ""), world.simulation.instant()));
        world.advance(Duration.ofSeconds(10));
        assertThat(world.pods("app=agent"))
                .extracting(RolloutTest::image)
                .containsExactly("agent:2", "agent:2", "agent:2");
    }

    @Test
    void replacesDaemonsThatHaveEndedAndTellsOfIt() {
        daemons("'maxUnavailable':1");
        KubeObject pod = world.pods("app=agent").getFirst();
        pod.status().put("phase", "Succeeded");
        world.client.updateStatus(Resources.PODS, pod);
        world.advance(Duration.ofSeconds(5));
        assertThat(world.pods("app=agent")).hasSize(3).noneMatch(Pods::isTerminal);
        assertThat(world.events("agent"))
                .contains("SucceededDaemonPod: Found succeeded daemon pod default/" + pod.name() + " on node "
                        + Pods.nodeName(pod) + ", will try to delete it");
    }

    @Test
    void daemonsThatFailAgainAndAgainAreMadeMoreAndMoreRarely() {
        daemons("'maxUnavailable':1");
        String node = Pods.nodeName(world.pods("app=agent").getFirst());
        int failures = 0;
        for (int second = 0; second < 60; second++) {
            KubeObject pod = world.pods("app=agent").stream()
                    .filter(candidate -> Pods.nodeName(candidate).equals(node))
                    .findFirst()
                    .orElseThrow();
            if (!Pods.isTerminal(pod)) {
                failures++;
                pod.status().put("phase", "Failed");
                world.client.updateStatus(Resources.PODS, pod);
            }
            world.advance(Duration.ofSeconds(1));
        }
        assertThat(failures).as("after 0, 1, 2, 4, 8, 16 seconds and so on").isBetween(5, 8);
        assertThat(world.events("agent"))
                .anySatisfy(event -> assertThat(event).startsWith("FailedDaemonPod: Found failed daemon pod"));
    }

    private static KubeObject orphan(String name) {
        return World.object("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                + "','namespace':'default','labels':{'app':'rc'}},'spec':{'containers':[{'name':'c','image':'i'}]}}");
    }

    private void replicationController(int replicas) {
        world.create(
                Resources.REPLICATION_CONTROLLERS,
                "{'apiVersion':'v1','kind':'ReplicationController','metadata':{'name':'rc','namespace':'default'},'spec':{'replicas':"
                        + replicas + ",'selector':{'app':'rc'},'template':{'metadata':{'labels':{'app':'rc'}},"
                        + "'spec':{'containers':[{'name':'c','image':'i'}]}}}}");
        world.settle();
    }

    @Test
    void keepsTheNumberOfPodsOfAReplicationController() {
        replicationController(2);
        assertThat(world.pods("app=rc")).hasSize(2);
        KubeObject controller = world.get(Resources.REPLICATION_CONTROLLERS, "rc");
        assertThat(controller.at("status", "readyReplicas").asInt()).isEqualTo(2);
        assertThat(controller.at("status", "fullyLabeledReplicas").asInt()).isEqualTo(2);
        assertThat(world.events("rc")).anyMatch(event -> event.startsWith("SuccessfulCreate: Created pod: rc-"));
        world.change(
                Resources.REPLICATION_CONTROLLERS,
                "rc",
                json -> json.withObjectProperty("spec").put("replicas", 0));
        world.settle();
        assertThat(world.pods("app=rc")).isEmpty();
    }

    @Test
    void adoptsMatchingPodsOfNobodyWheneverTheyCome() {
        world.client.create(Resources.PODS, orphan("before"));
        world.settle();
        replicationController(2);
        assertThat(world.pods("app=rc")).hasSize(2).extracting(KubeObject::name).contains("before");
        world.client.create(Resources.PODS, orphan("after"));
        world.settle();
        assertThat(world.pods("app=rc")).as("one was too many").hasSize(2);
        assertThat(world.pods("app=rc")).allMatch(pod -> pod.controller().isPresent());
    }

    @Test
    void tellsOfPodsOfAReplicationControllerThatAreRefused() {
        for (int i = 0; i < 3; i++) {
            world.clusters.refuseNext(
                    "create",
                    Resources.PODS,
                    ApiException.forbidden(new GroupResource("", "pods"), "rc-", "exceeded quota: small"));
        }
        replicationController(1);
        assertThat(Conditions.find(world.get(Resources.REPLICATION_CONTROLLERS, "rc"), "ReplicaFailure")
                        .orElseThrow()
                        .message())
                .contains("exceeded quota: small");
        world.advance(Duration.ofSeconds(30));
        assertThat(world.get(Resources.REPLICATION_CONTROLLERS, "rc")
                        .at("status", "conditions")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void saysWhenTheReplicaSetOfADeploymentIsRefused() {
        for (int i = 0; i < 2; i++) {
            world.clusters.refuseNext(
                    "create",
                    Resources.REPLICA_SETS,
                    ApiException.forbidden(new GroupResource("apps", "replicasets"), "web", "exceeded quota: small"));
        }
        world.deployment("web", 1, "web:1");
        world.settle();
        Condition progressing = Conditions.find(world.get(Resources.DEPLOYMENTS, "web"), "Progressing")
                .orElseThrow();
        assertThat(progressing.reason()).isEqualTo("ReplicaSetCreateError");
        assertThat(progressing.message()).startsWith("Failed to create new replica set \"web-");
        world.advance(Duration.ofSeconds(30));
        assertThat(world.pods("app=web")).hasSize(1);
    }

    @Test
    void anIdleClusterCostsNothing() {
        world.deployment("web", 3, "web:1");
        statefulSet(2, "");
        daemons("'maxUnavailable':1");
        replicationController(2);
        world.create(
                Resources.SERVICES,
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'default'},'spec':{'selector':"
                        + "{'app':'web'},'ports':[{'port':80}]}}");
        world.create(
                Resources.POD_DISRUPTION_BUDGETS,
                "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'web','namespace':'default'},"
                        + "'spec':{'minAvailable':1,'selector':{'matchLabels':{'app':'web'}}}}");
        world.create(
                Resources.RESOURCE_QUOTAS,
                "{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'default'},'spec':{'hard':{'pods':'50'}}}");
        world.advance(Duration.ofHours(1));
        long before = reconciled();
        world.advance(Duration.ofDays(1));
        assertThat(reconciled()).as("reconciliations of a day").isEqualTo(before);
        world.client
                .list(Resources.PODS, Query.all())
                .items()
                .forEach(pod -> assertThat(Pods.isReady(pod)).isTrue());
    }

    private long reconciled() {
        return world.group.status().stream()
                .mapToLong(status -> status.reconciled() + status.failed() + status.conflicts())
                .sum();
    }
}
