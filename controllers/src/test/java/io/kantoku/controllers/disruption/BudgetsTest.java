package io.kantoku.controllers.disruption;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BudgetsTest {
    private final World world = new World("node-lifecycle");

    @BeforeEach
    void workload() {
        world.node("n1", 16);
        world.deployment("web", 5, "web:1");
        world.advance(Duration.ofSeconds(2));
    }

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private KubeObject budget(String rule) {
        world.create(
                Resources.POD_DISRUPTION_BUDGETS,
                "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'b','namespace':'default'},"
                        + "'spec':{" + rule + ",'selector':{'matchLabels':{'app':'web'}}}}");
        world.advance(Duration.ofSeconds(1));
        return world.get(Resources.POD_DISRUPTION_BUDGETS, "b");
    }

    private static String numbers(KubeObject budget) {
        return budget.text("status", "currentHealthy") + "/" + budget.text("status", "desiredHealthy") + "/"
                + budget.text("status", "expectedPods") + " " + budget.text("status", "disruptionsAllowed");
    }

    @Test
    void countsWhatMayBeTaken() {
        KubeObject budget = budget("'minAvailable':3");
        assertThat(numbers(budget)).isEqualTo("5/3/5 2");
        assertThat(Conditions.find(budget, "DisruptionAllowed").orElseThrow().reason())
                .isEqualTo("SufficientPods");
    }

    @Test
    void roundsPercentagesOfWhatThereShouldBeUp() {
        assertThat(numbers(budget("'minAvailable':'50%'"))).isEqualTo("5/3/5 2");
    }

    @Test
    void countsMissingPodsAgainstMaxUnavailable() {
        assertThat(numbers(budget("'maxUnavailable':1"))).isEqualTo("5/4/5 1");
        world.broken.add("web:1");
        world.client.delete(
                Resources.PODS, world.pods("app=web").getFirst().namespacedName(), DeleteOptions.background());
        world.advance(Duration.ofSeconds(2));
        KubeObject budget = world.get(Resources.POD_DISRUPTION_BUDGETS, "b");
        assertThat(numbers(budget)).isEqualTo("4/4/5 0");
        assertThat(Conditions.isTrue(budget, "DisruptionAllowed")).isFalse();
    }

    @Test
    void leavesPodsOutWhoseEvictionIsUnderWay() {
        budget("'minAvailable':3");
        String pod = world.pods("app=web").getFirst().name();
        KubeObject spent = world.get(Resources.POD_DISRUPTION_BUDGETS, "b");
        spent.status()
                .putObject("disruptedPods")
                .put(pod, world.simulation.instant().toString());
        world.client.updateStatus(Resources.POD_DISRUPTION_BUDGETS, spent);
        world.deployment("other", 1, "web:1"); // nothing of the budget's
        world.change(
                Resources.POD_DISRUPTION_BUDGETS,
                "b",
                json -> json.withObject("/metadata/labels").put("a", "b"));
        world.advance(Duration.ofSeconds(1));
        assertThat(numbers(world.get(Resources.POD_DISRUPTION_BUDGETS, "b"))).isEqualTo("4/3/5 1");
        world.advance(Duration.ofMinutes(3));
        assertThat(numbers(world.get(Resources.POD_DISRUPTION_BUDGETS, "b")))
                .as("the eviction did not happen")
                .isEqualTo("5/3/5 2");
    }

    @Test
    void saysThatPodsOfNobodyCannotBeCountedByShare() {
        world.create(
                Resources.PODS,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'alone','namespace':'default','labels':{'app':'alone'}},"
                        + "'spec':{'containers':[{'name':'c','image':'web:1'}]}}");
        world.create(
                Resources.POD_DISRUPTION_BUDGETS,
                "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'alone','namespace':'default'},"
                        + "'spec':{'maxUnavailable':1,'selector':{'matchLabels':{'app':'alone'}}}}");
        world.advance(Duration.ofSeconds(1));
        assertThat(numbers(world.get(Resources.POD_DISRUPTION_BUDGETS, "alone")))
                .isEqualTo("1/0/0 0");
        assertThat(world.events("alone"))
                .anySatisfy(event -> assertThat(event)
                        .startsWith("UnmanagedPods: Pods selected by this PodDisruptionBudget (selector: app=alone)"));
    }

    @Test
    void failsForPodsWhoseMakerHasNoScale() {
        world.create(
                Resources.PODS,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'made','namespace':'default','labels':{'app':'made'},"
                        + "'ownerReferences':[{'apiVersion':'x.io/v1','kind':'Maker','name':'gone','uid':'1','controller':true}]},"
                        + "'spec':{'containers':[{'name':'c','image':'web:1'}]}}");
        world.create(
                Resources.POD_DISRUPTION_BUDGETS,
                "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'made','namespace':'default'},"
                        + "'spec':{'maxUnavailable':1,'selector':{'matchLabels':{'app':'made'}}}}");
        world.settle();
        KubeObject budget = world.get(Resources.POD_DISRUPTION_BUDGETS, "made");
        assertThat(Conditions.find(budget, "DisruptionAllowed").orElseThrow().reason())
                .isEqualTo("SyncFailed");
    }
}
