package io.kantoku.tkg.capi;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.objects.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlansTest {
    private static KubeObject plane(int replicas, boolean initialized) {
        KubeObject plane = Kinds.CONTROL_PLANE.create("ns1", "tkc01-control-plane");
        plane.spec().put("replicas", replicas);
        plane.status().put("initialized", initialized);
        return plane;
    }

    private static Optional<KubeObject> cluster(boolean ready) {
        KubeObject cluster = Kinds.CLUSTER.create("ns1", "tkc01");
        cluster.status().put("infrastructureReady", ready);
        if (ready) {
            cluster.spec()
                    .putObject("controlPlaneEndpoint")
                    .put("host", "10.44.59.52")
                    .put("port", 6443);
        }
        return Optional.of(cluster);
    }

    private static KubeObject machine(String name, boolean node, boolean healthy, String created) {
        KubeObject machine = Kinds.MACHINE.create("ns1", name);
        machine.metadata().put("creationTimestamp", created);
        if (node) {
            machine.status().putObject("nodeRef").put("name", name);
            Conditions.set(machine, new Condition("NodeHealthy", healthy ? "True" : "False", "", "", 0), Instant.EPOCH);
        }
        return machine;
    }

    private static KubeObject deleting(KubeObject machine) {
        machine.metadata().put("deletionTimestamp", "2026-01-01T00:00:00Z");
        return machine;
    }

    @Test
    void waitsForTheVirtualIpBeforeAnyMachine() {
        assertThat(plan(plane(3, false), cluster(false), List.of(), List.of())).isEqualTo(step(false, 0));
    }

    @Test
    void beginsWithOneMachineAndJoinsTheOthersWhenItServes() {
        KubeObject first = machine("a", false, false, "2026-01-01T00:00:00Z");
        assertThat(plan(plane(3, false), cluster(true), List.of(), List.of())).isEqualTo(step(true, 0));
        assertThat(plan(plane(3, false), cluster(true), List.of(first), List.of()))
                .isEqualTo(step(false, 0));
        assertThat(plan(plane(3, false), cluster(true), List.of(first), List.of("a")))
                .isEqualTo(step(false, 2));
    }

    @Test
    void replacesAMasterThatIsDeletedByOneThatJoins() {
        KubeObject gone = deleting(machine("a", true, true, "2026-01-01T00:00:00Z"));
        assertThat(plan(plane(1, true), cluster(true), List.of(gone), List.of()))
                .isEqualTo(step(false, 1));
    }

    private static ControlPlanePlan step(boolean begin, int join) {
        return new ControlPlanePlan(begin, join, Optional.empty(), "");
    }

    private static ControlPlanePlan plan(
            KubeObject plane, Optional<KubeObject> cluster, List<KubeObject> machines, List<String> serving) {
        return ControlPlanePlan.of(new ControlPlanePlan.Observed(plane, cluster, machines, serving, Map.of()));
    }

    @Test
    void takesUselessAndUnhealthyAndNewMachinesFirst() {
        List<KubeObject> machines = List.of(
                machine("old", true, true, "2026-01-01T00:00:00Z"),
                machine("new", true, true, "2026-01-02T00:00:00Z"),
                machine("ill", true, false, "2026-01-01T00:00:00Z"),
                machine("unborn", false, false, "2026-01-03T00:00:00Z"),
                deleting(machine("gone", true, true, "2026-01-01T00:00:00Z")));
        List<String> order = new ArrayList<>();
        for (int replicas = 3; replicas >= 1; replicas--) {
            order.add(MachineSetPlan.of(replicas, machines).delete().getLast().name());
        }
        assertThat(order).containsExactly("unborn", "ill", "new");
        assertThat(MachineSetPlan.of(6, machines)).isEqualTo(new MachineSetPlan(2, List.of()));
        assertThat(MachineSetPlan.of(4, machines)).isEqualTo(new MachineSetPlan(0, List.of()));
    }

    @Test
    void rollsADeploymentOneMachineAtATime() {
        KubeObject deployment = deployment("v1.19.7+kantoku.1", 3);
        KubeObject old =
                DeploymentPlan.of(deployment("v1.18.5+kantoku.1", 3), List.of()).current();
        old.spec().put("replicas", 3);
        old.status().put("readyReplicas", 3);
        KubeObject current = DeploymentPlan.of(deployment, List.of(old)).current();
        assertThat(current.at("spec", "replicas").asInt()).isEqualTo(1);
        int steps = 0;
        for (int ready = 0; old.at("spec", "replicas").asInt() > 0; steps++) {
            DeploymentPlan plan = DeploymentPlan.of(deployment, List.of(old, current));
            int total = plan.current().at("spec", "replicas").asInt()
                    + plan.others().getOrDefault(old.name(), 0);
            assertThat(total).isBetween(3, 4);
            current.spec().put("replicas", plan.current().at("spec", "replicas").asInt());
            old.spec().put("replicas", plan.others().getOrDefault(old.name(), 0));
            ready = Math.min(ready + 1, current.at("spec", "replicas").asInt());
            current.status().put("readyReplicas", ready);
            assertThat(steps).isLessThan(20);
        }
        assertThat(DeploymentPlan.of(deployment, List.of(old, current))
                        .current()
                        .at("spec", "replicas")
                        .asInt())
                .isEqualTo(3);
    }

    private static KubeObject deployment(String version, int replicas) {
        KubeObject deployment = Kinds.MACHINE_DEPLOYMENT.create("ns1", "tkc01-workers-vn8gz");
        deployment.spec().put("clusterName", "tkc01").put("replicas", replicas);
        deployment.spec().putObject("template").putObject("spec").put("version", version);
        return deployment;
    }
}
