package io.kantoku.controllers.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
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

class JobsTest {
    private final World world = new World("node-lifecycle");

    @BeforeEach
    void node() {
        world.node("n1", 64);
        world.settle();
    }

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private void job(String more) {
        world.create(
                Resources.JOBS,
                "{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'j','namespace':'default'},'spec':{" + more
                        + "'selector':{'matchLabels':{'job':'j'}},'template':{'metadata':{'labels':{'job':'j'}},"
                        + "'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'x'}]}}}}");
        world.advance(Duration.ofSeconds(1));
    }

    private KubeObject job() {
        return world.get(Resources.JOBS, "j");
    }

    private List<KubeObject> running() {
        return world.pods("job=j").stream().filter(Pods::isActive).toList();
    }

    private void end(KubeObject pod, int exitCode) {
        KubeObject ended = pod.copy();
        ended.status().put("phase", exitCode == 0 ? "Succeeded" : "Failed");
        ended.status()
                .putArray("containerStatuses")
                .addObject()
                .put("name", "c")
                .putObject("state")
                .putObject("terminated")
                .put("exitCode", exitCode);
        world.client.updateStatus(Resources.PODS, ended);
        world.advance(Duration.ofSeconds(1));
    }

    private KubeObject index(int index) {
        return running().stream()
                .filter(pod -> pod.annotations().get(JobState.INDEX).equals(Integer.toString(index)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void givesEachIndexAPodAndRemembersWhichAreDone() {
        job("'completions':4,'parallelism':2,'completionMode':'Indexed',");
        assertThat(running()).extracting(pod -> pod.text("spec", "hostname")).containsExactlyInAnyOrder("j-0", "j-1");
        assertThat(index(1).at("spec", "containers").path(0).path("env").toString())
                .contains("JOB_COMPLETION_INDEX");
        assertThat(index(1).name()).startsWith("j-1-");
        end(index(1), 0);
        assertThat(job().text("status", "completedIndexes")).isEqualTo("1");
        assertThat(running()).hasSize(2);
        end(index(2), 0);
        world.client.delete(
                Resources.PODS, world.pods("job=j").getFirst().namespacedName(), DeleteOptions.background());
        world.advance(Duration.ofSeconds(30));
        end(index(0), 0);
        end(index(3), 0);
        assertThat(job().text("status", "completedIndexes")).isEqualTo("0-3");
        assertThat(job().text("status", "succeeded")).isEqualTo("4");
        assertThat(Conditions.isTrue(job(), "Complete")).isTrue();
        assertThat(Conditions.find(job(), "SuccessCriteriaMet").orElseThrow().reason())
                .isEqualTo("CompletionsReached");
        assertThat(world.pods("job=j"))
                .allSatisfy(pod -> assertThat(pod.finalizers()).isEmpty());
    }

    @Test
    void countsAPodThatIsDeletedAfterItsEnd() {
        job("'completions':2,'parallelism':1,");
        KubeObject first = running().getFirst();
        end(first, 0);
        world.client.delete(Resources.PODS, first.namespacedName(), DeleteOptions.background());
        world.advance(Duration.ofSeconds(1));
        assertThat(job().text("status", "succeeded")).isEqualTo("1");
        end(running().getFirst(), 0);
        assertThat(job().text("status", "succeeded")).isEqualTo("2");
        assertThat(Conditions.isTrue(job(), "Complete")).isTrue();
    }

    @Test
    void countsAPodThatIsDeletedWhileItRunsAsFailed() {
        job("'backoffLimit':5,");
        world.client.delete(Resources.PODS, running().getFirst().namespacedName(), DeleteOptions.background());
        world.advance(Duration.ofSeconds(30));
        assertThat(job().text("status", "failed")).isEqualTo("1");
        assertThat(running()).hasSize(1);
    }

    @Test
    void followsThePolicyForFailures() {
        job("'backoffLimit':3,'podFailurePolicy':{'rules':["
                + "{'action':'FailJob','onExitCodes':{'containerName':'c','operator':'In','values':[42]}},"
                + "{'action':'Ignore','onPodConditions':[{'type':'DisruptionTarget','status':'True'}]}]},");
        KubeObject disrupted = running().getFirst().copy();
        Conditions.set(
                disrupted,
                Condition.isTrue("DisruptionTarget", "PreemptionByScheduler", ""),
                world.simulation.instant());
        end(disrupted, 137);
        world.advance(Duration.ofMinutes(1));
        assertThat(job().text("status", "failed")).as("ignored").isEmpty();
        KubeObject bad = running().getFirst();
        end(bad, 42);
        Condition failed = Conditions.find(job(), "Failed").orElseThrow();
        assertThat(failed.reason()).isEqualTo("PodFailurePolicy");
        assertThat(failed.message())
                .isEqualTo("Container c for pod default/" + bad.name()
                        + " failed with exit code 42 matching FailJob rule at index 0");
        assertThat(Conditions.isTrue(job(), "FailureTarget")).isTrue();
    }

    @Test
    void limitsFailuresPerIndex() {
        job("'completions':2,'parallelism':2,'completionMode':'Indexed','backoffLimitPerIndex':1,");
        for (int i = 0; i < 2; i++) {
            end(index(0), 1);
            world.advance(Duration.ofMinutes(2));
        }
        assertThat(job().text("status", "failedIndexes")).isEqualTo("0");
        assertThat(running()).hasSize(1);
        end(index(1), 0);
        Condition failed = Conditions.find(job(), "Failed").orElseThrow();
        assertThat(failed.reason()).isEqualTo("FailedIndexes");
        assertThat(job().text("status", "completedIndexes")).isEqualTo("1");
    }

    @Test
    void succeedsByItsPolicy() {
        job("'completions':3,'parallelism':3,'completionMode':'Indexed',"
                + "'successPolicy':{'rules':[{'succeededIndexes':'0,2','succeededCount':1}]},");
        end(index(2), 0);
        world.advance(Duration.ofSeconds(5));
        assertThat(Conditions.find(job(), "Complete").orElseThrow().reason()).isEqualTo("SuccessPolicy");
        assertThat(running()).isEmpty();
    }

    @Test
    void isSuspendedAndResumed() {
        job("'parallelism':2,'completions':2,");
        world.change(Resources.JOBS, "j", json -> json.withObject("/spec").put("suspend", true));
        world.advance(Duration.ofSeconds(5));
        assertThat(running()).isEmpty();
        assertThat(Conditions.isTrue(job(), "Suspended")).isTrue();
        assertThat(job().text("status", "startTime")).isEmpty();
        assertThat(job().text("status", "failed")).isEmpty();
        world.change(Resources.JOBS, "j", json -> ((ObjectNode) json.path("spec")).put("suspend", false));
        world.advance(Duration.ofSeconds(5));
        assertThat(running()).hasSize(2);
        assertThat(Conditions.isTrue(job(), "Suspended")).isFalse();
    }

    @Test
    void endsAtItsDeadline() {
        job("'activeDeadlineSeconds':60,");
        world.advance(Duration.ofSeconds(61));
        assertThat(Conditions.find(job(), "Failed").orElseThrow().reason()).isEqualTo("DeadlineExceeded");
        assertThat(running()).isEmpty();
    }

    @Test
    void letsItsPodsGoWhenItIsDeleted() {
        job("'parallelism':2,'completions':2,");
        world.client.delete(Resources.JOBS, job().namespacedName(), DeleteOptions.background());
        world.advance(Duration.ofSeconds(5));
        assertThat(world.pods("job=j")).isEmpty();
    }
}
