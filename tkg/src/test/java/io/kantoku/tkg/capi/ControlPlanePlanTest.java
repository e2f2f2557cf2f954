package io.kantoku.tkg.capi;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.objects.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A control plane whose machines are replaced, played step by step. */
class ControlPlanePlanTest {
    private static final String OLD = "v1.18.20+kantoku.1";
    private static final String NEW = "v1.19.16+kantoku.1";

    private final KubeObject plane = Kinds.CONTROL_PLANE.create("ns1", "tkc01-control-plane");
    private final KubeObject cluster = Kinds.CLUSTER.create("ns1", "tkc01");
    private final List<KubeObject> machines = new ArrayList<>();
    private final Set<String> serving = new HashSet<>();
    private final Map<String, String> templates = new HashMap<>();
    private int made;

    ControlPlanePlanTest() {
        cluster.status().put("infrastructureReady", true);
        cluster.spec().putObject("controlPlaneEndpoint").put("host", "10.44.59.52");
        plane.status().put("initialized", true);
        wanted(3, OLD, "small");
    }

    private void wanted(int replicas, String version, String template) {
        plane.spec().put("replicas", replicas).put("version", version);
        plane.spec().putObject("infrastructureTemplate").put("name", template);
    }

    /** A machine as the control plane wants it now, which does not serve yet. */
    private String make() {
        String name = "m" + made++;
        KubeObject machine = Kinds.MACHINE.create("ns1", name);
        machine.metadata().put("creationTimestamp", Instant.ofEpochSecond(made).toString());
        machine.spec().put("version", plane.text("spec", "version"));
        templates.put(name, plane.text("spec", "infrastructureTemplate", "name"));
        machines.add(machine);
        well(name, false);
        return name;
    }

    private void well(String name, boolean well) {
        Conditions.set(
                machine(name),
                well
                        ? Condition.isTrue("Ready", "", "")
                        : Condition.isFalse("Ready", "WaitingForNodeRef", "the machine boots"),
                Instant.EPOCH);
        if (well) {
            serving.add(name);
        } else {
            serving.remove(name);
        }
    }

    private KubeObject machine(String name) {
        return machines.stream()
                .filter(found -> found.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void masters(int count) {
        for (int i = 0; i < count; i++) {
            well(make(), true);
        }
    }

    private ControlPlanePlan.Observed observed() {
        return new ControlPlanePlan.Observed(
                plane, Optional.of(cluster), List.copyOf(machines), List.copyOf(serving), Map.copyOf(templates));
    }

    private ControlPlanePlan plan() {
        return ControlPlanePlan.of(observed());
    }

    @Test
    void makesOneBeforeItEndsOneAndWaitsForEach() {
        masters(3);
        wanted(3, NEW, "small");
        assertThat(plan().join()).isEqualTo(1);
        String surge = make();
        assertThat(plan().join()).isZero();
        assertThat(plan().remove()).isEmpty();
        assertThat(plan().waitingFor()).isEqualTo("waiting for m3 to serve: the machine boots");
        well(surge, true);
        assertThat(plan().remove()).map(KubeObject::name).contains("m0"); // the oldest
        assertThat(observed().version()).contains(OLD);

        machine("m0").metadata().put("deletionTimestamp", "2026-01-01T00:00:00Z");
        assertThat(plan().join()).isZero();
        assertThat(plan().waitingFor()).isEqualTo("waiting for the end of m0");
        machines.removeFirst();
        assertThat(plan().join()).isEqualTo(1);
    }

    @Test
    void aMasterThatIsNotWellStopsTheReplacement() {
        masters(3);
        wanted(3, NEW, "small");
        well("m1", false);
        assertThat(plan().join()).isZero();
        assertThat(plan().waitingFor()).contains("m1");
        KubeObject changed = plane.copy();
        ControlPlaneStatus.write(changed, observed(), Optional.empty(), Instant.EPOCH);
        assertThat(Conditions.find(changed, "MachinesSpecUpToDate")).hasValueSatisfying(condition -> {
            assertThat(condition.reason()).isEqualTo("RollingUpdateInProgress");
            assertThat(condition.message()).startsWith("0 of 3").contains("waiting for m1 to serve: the machine boots");
        });
    }

    @Test
    void aNewMachineThatNeverServesGoesWhenItIsNotWantedAnyMore() {
        masters(3);
        wanted(3, OLD, "too-large");
        make();
        assertThat(plan().remove()).isEmpty();
        wanted(3, OLD, "small");
        assertThat(plan().remove()).map(KubeObject::name).contains("m3");
        wanted(3, NEW, "small"); // all four are outdated now, and it is the one that serves nobody
        assertThat(plan().remove()).map(KubeObject::name).contains("m3");
    }

    @Test
    void machinesOfUnknownOriginAreNotReplacedForTheirTemplate() {
        masters(3);
        templates.clear();
        wanted(3, OLD, "large");
        assertThat(observed().outdated()).isEmpty();
    }

    /** Whatever happens meanwhile, there are never fewer masters than wanted, nor two too many, that nobody has broken. */
    @Test
    void endsWithAllMachinesReplacedWhateverTheOrderOfEvents() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ControlPlanePlanTest world = new ControlPlanePlanTest();
            int replicas = random.nextBoolean() ? 1 : 3;
            world.wanted(replicas, OLD, "small");
            world.masters(replicas);
            world.wanted(replicas, NEW, random.nextBoolean() ? "small" : "large");
            for (int steps = 0; !world.observed().outdated().isEmpty() || world.machines.size() != replicas; steps++) {
                assertThat(steps).as("seed " + seed).isLessThan(200);
                world.step(random);
                long staying = world.observed().staying().size();
                assertThat(staying).as("seed " + seed).isBetween((long) replicas, replicas + 1L);
            }
            assertThat(world.observed().version()).contains(NEW);
            assertThat(world.plan().join()).isZero();
        }
    }

    private void step(Random random) {
        switch (random.nextInt(3)) {
            case 0 -> {
                ControlPlanePlan plan = plan();
                for (int i = 0; i < plan.join(); i++) {
                    make();
                }
                plan.remove()
                        .ifPresent(machine ->
                                machine(machine.name()).metadata().put("deletionTimestamp", "2026-01-01T00:00:00Z"));
            }
            case 1 ->
                machines.stream()
                        .filter(machine -> !machine.deleting())
                        .map(KubeObject::name)
                        .toList()
                        .forEach(name -> well(name, true));
            default -> machines.removeIf(KubeObject::deleting);
        }
    }

    @Test
    void theUploadedConfigurationKeepsWhatItDoesNotKnow() {
        var v1beta2 = Yaml.parseObject("""
                apiVersion: kubeadm.k8s.io/v1beta2
                kind: ClusterConfiguration
                kubernetesVersion: v1.21.14+kantoku.1
                dns: {type: CoreDNS, imageTag: "1.8"}
                useHyperKubeImage: false
                apiServer: {extraArgs: {v: "2"}, timeoutForControlPlane: 4m0s, certSANs: [10.44.59.52]}
                """);
        assertThat(UploadedConfiguration.of(v1beta2, "v1.22.17+kantoku.1")).isEqualTo(Yaml.parseObject("""
                apiVersion: kubeadm.k8s.io/v1beta3
                kind: ClusterConfiguration
                kubernetesVersion: v1.22.17+kantoku.1
                dns: {imageTag: "1.8"}
                apiServer: {extraArgs: {v: "2"}, timeoutForControlPlane: 4m0s, certSANs: [10.44.59.52]}
                """));
        assertThat(UploadedConfiguration.of(v1beta2, "v1.31.5+kantoku.1")).isEqualTo(Yaml.parseObject("""
                apiVersion: kubeadm.k8s.io/v1beta4
                kind: ClusterConfiguration
                kubernetesVersion: v1.31.5+kantoku.1
                dns: {imageTag: "1.8"}
                apiServer: {extraArgs: [{name: v, value: "2"}], certSANs: [10.44.59.52]}
                """));
        assertThat(UploadedConfiguration.of(v1beta2, "v1.21.15+kantoku.1")
                        .path("useHyperKubeImage")
                        .isBoolean())
                .isTrue();
    }
}
