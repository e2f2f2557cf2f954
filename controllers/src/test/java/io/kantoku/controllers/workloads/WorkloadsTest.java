package io.kantoku.controllers.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.controllers.Pods;
import io.kantoku.controllers.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
    private final World world = new World("node-lifecycle");

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

    private void image(String deployment, String image) {
        world.change(
                Resources.DEPLOYMENTS,
                deployment,
                json -> ((ObjectNode) json.at("/spec/template/spec/containers/0")).put("image", image));
        world.advance(Duration.ofSeconds(5));
    }

    @Test
    void runsADeployment() {
        world.deployment("web", 3, "web:1");
        world.advance(Duration.ofSeconds(1));
        KubeObject web = world.get(Resources.DEPLOYMENTS, "web");
        assertThat(web.text("status", "availableReplicas")).isEqualTo("3");
        assertThat(web.annotations()).containsEntry(Rollout.REVISION, "1");
        assertThat(Conditions.isTrue(web, "Available")).isTrue();
        assertThat(Conditions.find(web, "Progressing").orElseThrow().reason()).isEqualTo("NewReplicaSetAvailable");
        KubeObject set = world.list(Resources.REPLICA_SETS).getFirst();
        assertThat(set.name()).isEqualTo("web-" + set.labels().get(Templates.POD_TEMPLATE_HASH));
        assertThat(world.pods("app=web")).hasSize(3).allSatisfy(pod -> {
            assertThat(pod.labels()).containsKey(Templates.POD_TEMPLATE_HASH);
            assertThat(pod.name()).startsWith(set.name() + "-");
            assertThat(Pods.isReady(pod)).isTrue();
        });
        assertThat(world.pods("app=web")).extracting(Pods::nodeName).containsExactlyInAnyOrder("n1", "n2", "n3");
        assertThat(world.events("web"))
                .contains("ScalingReplicaSet: Scaled up replica set " + set.name() + " from 0 to 3");
        assertThat(world.failing()).isEmpty();
    }

    @Test
    void rollsOutANewTemplateAndKeepsTheOldOneForUndo() {
        world.deployment("web", 3, "web:1");
        world.advance(Duration.ofSeconds(1));
        image("web", "web:2");
        KubeObject web = world.get(Resources.DEPLOYMENTS, "web");
        assertThat(web.annotations()).containsEntry(Rollout.REVISION, "2");
        assertThat(world.pods("app=web")).hasSize(3);
        assertThat(world.list(Resources.REPLICA_SETS))
                .extracting(ReplicaSetPlan::replicas)
                .containsExactlyInAnyOrder(0, 3);
        assertThat(web.text("status", "updatedReplicas")).isEqualTo("3");
        assertThat(web.text("status", "replicas")).isEqualTo("3");
        assertThat(Conditions.find(web, "Progressing").orElseThrow().reason()).isEqualTo("NewReplicaSetAvailable");
        image("web", "web:1");
        assertThat(world.list(Resources.REPLICA_SETS))
                .as("the old ReplicaSet is used again")
                .hasSize(2);
        assertThat(world.get(Resources.DEPLOYMENTS, "web").annotations()).containsEntry(Rollout.REVISION, "3");
        assertThat(world.list(Resources.REPLICA_SETS))
                .anySatisfy(set -> assertThat(set.annotations())
                        .containsEntry(Rollout.REVISION, "3")
                        .containsEntry(Rollout.REVISION_HISTORY, "1"));
    }

    @Test
    void neverHasFewerAvailablePodsThanAllowed() {
        world.deployment("web", 4, "web:1");
        world.advance(Duration.ofSeconds(1));
        world.broken.add("web:2");
        image("web", "web:2");
        long old = world.pods("app=web").stream().filter(Pods::isReady).count();
        assertThat(old).as("25 % of four may be missing").isEqualTo(3);
        assertThat(world.pods("app=web")).hasSize(5);
        world.advance(Duration.ofMinutes(11));
        Condition progressing = Conditions.find(world.get(Resources.DEPLOYMENTS, "web"), "Progressing")
                .orElseThrow();
        assertThat(progressing.reason()).isEqualTo("ProgressDeadlineExceeded");
        assertThat(progressing.status()).isEqualTo("False");
        image("web", "web:1");
        assertThat(world.pods("app=web")).hasSize(4).allMatch(Pods::isReady);
        assertThat(Conditions.find(world.get(Resources.DEPLOYMENTS, "web"), "Progressing")
                        .orElseThrow()
                        .reason())
                .isEqualTo("NewReplicaSetAvailable");
    }

    @Test
    void recreatesOnlyWhenTheOldPodsAreGone() {
        KubeObject deployment = world.deployment("web", 2, "web:1");
        deployment.spec().putObject("strategy").put("type", "Recreate");
        world.client.update(Resources.DEPLOYMENTS, deployment);
        world.advance(Duration.ofSeconds(1));
        world.silent.addAll(List.of("n1", "n2", "n3"));
        image("web", "web:2");
        assertThat(world.pods("app=web")).hasSize(2).allMatch(KubeObject::deleting);
        world.silent.clear();
        for (KubeObject pod : world.pods("app=web")) {
            world.client.delete(
                    Resources.PODS,
                    pod.namespacedName(),
                    new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, "", 0));
        }
        world.advance(Duration.ofSeconds(5));
        assertThat(world.pods("app=web"))
                .hasSize(2)
                .allSatisfy(pod -> assertThat(pod.at("spec", "containers")
                                .path(0)
                                .path("image")
                                .asText())
                        .isEqualTo("web:2"));
    }

    @Test
    void scalesAndPauses() {
        world.deployment("web", 2, "web:1");
        world.advance(Duration.ofSeconds(1));
        world.change(
                Resources.DEPLOYMENTS, "web", json -> json.withObject("/spec").put("replicas", 5));
        world.advance(Duration.ofSeconds(1));
        assertThat(world.pods("app=web")).hasSize(5);
        world.change(
                Resources.DEPLOYMENTS, "web", json -> json.withObject("/spec").put("paused", true));
        image("web", "web:2");
        assertThat(world.list(Resources.REPLICA_SETS)).hasSize(1);
        world.change(
                Resources.DEPLOYMENTS, "web", json -> json.withObject("/spec").put("replicas", 1));
        world.advance(Duration.ofSeconds(1));
        assertThat(world.pods("app=web")).hasSize(1);
        assertThat(Conditions.find(world.get(Resources.DEPLOYMENTS, "web"), "Progressing")
                        .orElseThrow()
                        .reason())
                .isEqualTo("DeploymentPaused");
        world.change(
                Resources.DEPLOYMENTS, "web", json -> json.withObject("/spec").put("paused", false));
        world.advance(Duration.ofSeconds(5));
        assertThat(world.list(Resources.REPLICA_SETS)).hasSize(2);
        assertThat(world.get(Resources.DEPLOYMENTS, "web").text("status", "updatedReplicas"))
                .isEqualTo("1");
    }

    @Test
    void keepsOnlyTheHistoryThatIsAskedFor() {
        KubeObject deployment = world.deployment("web", 1, "web:1");
        deployment.spec().put("revisionHistoryLimit", 2);
        world.client.update(Resources.DEPLOYMENTS, deployment);
        world.advance(Duration.ofSeconds(1));
        for (int i = 2; i <= 6; i++) {
            image("web", "web:" + i);
        }
        assertThat(world.list(Resources.REPLICA_SETS)).hasSize(3);
        assertThat(world.list(Resources.REPLICA_SETS))
                .extracting(Rollout::revision)
                .containsExactlyInAnyOrder(4L, 5L, 6L);
    }

    @Test
    void deletesEverythingBelowADeletedDeployment() {
        world.deployment("web", 3, "web:1");
        world.advance(Duration.ofSeconds(1));
        world.client.delete(
                Resources.DEPLOYMENTS,
                world.get(Resources.DEPLOYMENTS, "web").namespacedName(),
                DeleteOptions.background());
        world.advance(Duration.ofSeconds(1));
        assertThat(world.list(Resources.REPLICA_SETS)).isEmpty();
        assertThat(world.pods("app=web")).isEmpty();
    }

    @Test
    void replacesAPodThatWasDeletedAndReleasesOneThatChangedItsLabels() {
        world.deployment("web", 2, "web:1");
        world.advance(Duration.ofSeconds(1));
        KubeObject first = world.pods("app=web").getFirst();
        first.label("app", "debug");
        world.client.update(Resources.PODS, first);
        world.advance(Duration.ofSeconds(1));
        assertThat(world.pods("app=web")).hasSize(2);
        assertThat(world.pods("app=debug"))
                .singleElement()
                .satisfies(pod -> assertThat(pod.ownerReferences()).isEmpty());
    }

    @Test
    void tellsOfPodsThatAdmissionRefuses() {
        for (int i = 0; i < 3; i++) {
            world.clusters.refuseNext(
                    "create",
                    Resources.PODS,
                    ApiException.forbidden(
                            new GroupResource("", "pods"),
                            "web-",
                            "unable to validate against any pod security policy: []"));
        }
        world.deployment("web", 1, "web:1");
        world.settle();
        KubeObject set = world.list(Resources.REPLICA_SETS).getFirst();
        assertThat(world.events(set.name()))
                .anySatisfy(event ->
                        assertThat(event).contains("FailedCreate: Error creating: pods \"web-\" is forbidden"));
        assertThat(Conditions.find(set, "ReplicaFailure").orElseThrow().reason())
                .isEqualTo("FailedCreate");
        assertThat(Conditions.isTrue(world.get(Resources.DEPLOYMENTS, "web"), "ReplicaFailure"))
                .isTrue();
        world.advance(Duration.ofSeconds(5));
        assertThat(world.pods("app=web")).hasSize(1);
        assertThat(Conditions.find(world.get(Resources.DEPLOYMENTS, "web"), "ReplicaFailure"))
                .isEmpty();
    }

    @Test
    void waitsForPodsToBeReadyLongEnough() {
        KubeObject deployment = world.deployment("web", 1, "web:1");
        deployment.spec().put("minReadySeconds", 30);
        world.client.update(Resources.DEPLOYMENTS, deployment);
        world.advance(Duration.ofSeconds(5));
        assertThat(world.get(Resources.DEPLOYMENTS, "web").text("status", "availableReplicas"))
                .isEmpty();
        world.advance(Duration.ofSeconds(40));
        assertThat(world.get(Resources.DEPLOYMENTS, "web").text("status", "availableReplicas"))
                .isEqualTo("1");
    }

    @Test
    void writesNothingWhenNothingChanges() {
        world.deployment("web", 3, "web:1");
        world.advance(Duration.ofMinutes(20));
        world.clusters.forgetWrites();
        world.advance(Duration.ofHours(2));
        assertThat(world.clusters.writes()).isEmpty();
    }

    @Test
    void runsADaemonOnEachNodeThatTolerates() {
        world.create(
                Resources.DAEMON_SETS,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'default'},'spec':{"
                        + "'selector':{'matchLabels':{'app':'agent'}},'template':{'metadata':{'labels':{'app':'agent'}},"
                        + "'spec':{'containers':[{'name':'c','image':'agent:1'}]}}}}");
        world.advance(Duration.ofSeconds(1));
        assertThat(world.pods("app=agent")).extracting(Pods::nodeName).containsExactlyInAnyOrder("n1", "n2", "n3");
        KubeObject set = world.get(Resources.DAEMON_SETS, "agent");
        assertThat(set.text("status", "desiredNumberScheduled")).isEqualTo("3");
        assertThat(set.text("status", "numberReady")).isEqualTo("3");
        assertThat(set.text("status", "updatedNumberScheduled")).isEqualTo("3");
        world.node("n4", 8);
        world.advance(Duration.ofSeconds(1));
        assertThat(world.pods("app=agent")).hasSize(4);
        KubeObject tainted =
                world.client.get(Resources.NODES, io.kantoku.apimachinery.NamespacedName.clusterScoped("n4"));
        tainted.spec().putArray("taints").addObject().put("key", "maintenance").put("effect", "NoExecute");
        world.client.update(Resources.NODES, tainted);
        world.advance(Duration.ofSeconds(1));
        assertThat(world.pods("app=agent")).hasSize(3);
        world.change(
                Resources.DAEMON_SETS,
                "agent",
                json -> ((ObjectNode) json.at("/spec/template/spec/containers/0")).put("image", "agent:2"));
        world.advance(Duration.ofSeconds(10));
        assertThat(world.pods("app=agent"))
                .hasSize(3)
                .allSatisfy(pod -> assertThat(pod.at("spec", "containers")
                                .path(0)
                                .path("image")
                                .asText())
                        .isEqualTo("agent:2"));
        assertThat(world.list(Resources.CONTROLLER_REVISIONS)).hasSize(2);
        assertThat(world.failing()).isEmpty();
    }

    private void statefulSet(String more) {
        world.create(
                Resources.STATEFUL_SETS,
                "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'db','namespace':'default'},'spec':{"
                        + more + "'replicas':3,'serviceName':'db','selector':{'matchLabels':{'app':'db'}},"
                        + "'volumeClaimTemplates':[{'metadata':{'name':'data'},'spec':{'resources':{'requests':{'storage':'1Gi'}}}}],"
                        + "'template':{'metadata':{'labels':{'app':'db'}},'spec':{'containers':[{'name':'c','image':'db:1'}]}}}}");
        world.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 6; i++) {
            bindClaims();
        }
    }

    private void bindClaims() {
        for (KubeObject claim : world.list(Resources.PERSISTENT_VOLUME_CLAIMS)) {
            claim.status().put("phase", "Bound");
            world.client.updateStatus(Resources.PERSISTENT_VOLUME_CLAIMS, claim);
        }
        world.advance(Duration.ofSeconds(2));
    }

    @Test
    void bringsStatefulPodsUpInOrderWithTheirClaims() {
        world.broken.add("db:1");
        statefulSet("");
        assertThat(world.pods("app=db")).extracting(KubeObject::name).containsExactly("db-0");
        world.broken.clear();
        world.clusters.mutate(
                io.kantoku.apimachinery.ClusterId.SUPERVISOR,
                Resources.PODS,
                world.get(Resources.PODS, "db-0").namespacedName(),
                pod -> Conditions.set(pod, Condition.isTrue("Ready", "", ""), world.simulation.instant()));
        world.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            bindClaims();
        }
        assertThat(world.pods("app=db")).extracting(KubeObject::name).containsExactly("db-0", "db-1", "db-2");
        assertThat(world.list(Resources.PERSISTENT_VOLUME_CLAIMS))
                .extracting(KubeObject::name)
                .containsExactly("data-db-0", "data-db-1", "data-db-2");
        KubeObject set = world.get(Resources.STATEFUL_SETS, "db");
        assertThat(set.text("status", "readyReplicas")).isEqualTo("3");
        assertThat(set.text("status", "currentRevision")).isEqualTo(set.text("status", "updateRevision"));
        assertThat(world.get(Resources.PODS, "db-1").text("spec", "hostname")).isEqualTo("db-1");
    }

    @Test
    void updatesStatefulPodsFromTheTopDownToThePartition() {
        statefulSet("'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'partition':1}},");
        world.change(
                Resources.STATEFUL_SETS,
                "db",
                json -> ((ObjectNode) json.at("/spec/template/spec/containers/0")).put("image", "db:2"));
        world.advance(Duration.ofSeconds(10));
        assertThat(world.pods("app=db"))
                .extracting(pod ->
                        pod.at("spec", "containers").path(0).path("image").asText())
                .containsExactly("db:1", "db:2", "db:2");
        world.client.delete(
                Resources.PODS, world.get(Resources.PODS, "db-0").namespacedName(), DeleteOptions.background());
        world.advance(Duration.ofSeconds(5));
        assertThat(world.get(Resources.PODS, "db-0")
                        .at("spec", "containers")
                        .path(0)
                        .path("image")
                        .asText())
                .as("below the partition the old template is used")
                .isEqualTo("db:1");
        world.change(
                Resources.STATEFUL_SETS, "db", json -> json.withObject("/spec").put("replicas", 1));
        world.advance(Duration.ofSeconds(5));
        assertThat(world.pods("app=db")).extracting(KubeObject::name).containsExactly("db-0");
        assertThat(world.list(Resources.PERSISTENT_VOLUME_CLAIMS))
                .as("claims outlive pods")
                .hasSize(3);
    }

    @Test
    void runsAJobToItsEndAndRemovesItAfterItsTime() {
        world.create(
                Resources.JOBS,
                "{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'once','namespace':'default'},'spec':{"
                        + "'completions':3,'parallelism':2,'ttlSecondsAfterFinished':60,'selector':{'matchLabels':{'job':'once'}},"
                        + "'template':{'metadata':{'labels':{'job':'once'}},'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'x'}]}}}}");
        world.advance(Duration.ofSeconds(1));
        assertThat(world.pods("job=once")).hasSize(2);
        for (int i = 0; i < 2; i++) {
            endPods("once", "Succeeded");
        }
        KubeObject job = world.get(Resources.JOBS, "once");
        assertThat(Conditions.isTrue(job, "Complete")).isTrue();
        assertThat(job.text("status", "succeeded")).isEqualTo("3");
        assertThat(job.text("status", "completionTime")).isNotEmpty();
        world.advance(Duration.ofMinutes(2));
        assertThat(world.list(Resources.JOBS)).isEmpty();
        assertThat(world.pods("job=once")).isEmpty();
    }

    @Test
    void givesUpAJobThatKeepsFailing() {
        world.create(
                Resources.JOBS,
                "{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'bad','namespace':'default'},'spec':{"
                        + "'completions':1,'backoffLimit':2,'selector':{'matchLabels':{'job':'bad'}},"
                        + "'template':{'metadata':{'labels':{'job':'bad'}},'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'x'}]}}}}");
        for (int i = 0; i < 5; i++) {
            world.advance(Duration.ofMinutes(1));
            endPods("bad", "Failed");
        }
        KubeObject job = world.get(Resources.JOBS, "bad");
        assertThat(Conditions.find(job, "Failed").orElseThrow().reason()).isEqualTo("BackoffLimitExceeded");
        assertThat(world.pods("job=bad")).hasSize(3);
    }

    private void endPods(String job, String phase) {
        for (KubeObject pod : world.pods("job=" + job)) {
            if (!Pods.isTerminal(pod)) {
                pod.status().put("phase", phase);
                world.client.updateStatus(Resources.PODS, pod);
            }
        }
        world.advance(Duration.ofSeconds(1));
    }
}
