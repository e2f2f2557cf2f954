package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Conditions;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.Subscription;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines of a cluster are replaced by those of a new release, or of another size. */
class UpgradeTest {
    private static final String OLD = "v1.18.20+kantoku.1";
    private static final String NEW = "v1.19.16+kantoku.1";
    private static final String FRONTEND = "domain-c8:" + TkgWorld.SUPERVISOR + "-ns1-tkc01-control-plane-service";

    @TempDir
    Path disks;

    @Test
    void replacesTheMastersOneByOneAndThenTheWorkers() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            KubeObject tkc = made(world, 3, 2);
            ClusterId guest = GuestClusterId.of(tkc).orElseThrow();
            int machines = world.inventory.machines().list().size();
            Watch watch = new Watch(world);
            try (Subscription _ = world.clusters.subscribe(Kinds.MACHINE.resource(), watch)) {
                change(
                        world,
                        spec -> spec.withObjectProperty("distribution")
                                .put("version", "v1.19")
                                .put("fullVersion", NEW));
                KubeObject updating = world.await(
                        Kinds.TANZU_CLUSTER,
                        "ns1",
                        "tkc01",
                        object -> object.text("status", "phase").equals("updating"));
                assertThat(updating.text("status", "version")).isEqualTo(OLD);
                assertThat(Conditions.find(updating, "Ready"))
                        .hasValueSatisfying(ready -> assertThat(ready.reason()).isEqualTo("RollingUpdateInProgress"));
                ready(world, NEW);
            }
            assertThat(watch.complaints).isEmpty();
            assertThat(watch.mostMasters).isEqualTo(4);
            assertThat(world.releases.get(guest)).containsExactly(NEW);
            assertThat(world.inventory.machines().list()).hasSize(machines);
            assertThat(world.inventory.machines().list())
                    .filteredOn(vm -> vm.name().startsWith("tkc01-"))
                    .allMatch(vm -> vm.spec().image().endsWith("v1.19.16---kantoku.1"));
            world.awaitServers(FRONTEND, 3);
            String uploaded = world.clusters
                    .cluster(guest)
                    .get(Kinds.CONFIG_MAP.resource(), new NamespacedName("kube-system", "kubeadm-config"))
                    .text("data", "ClusterConfiguration");
            assertThat(Yaml.parse(uploaded).path("kubernetesVersion").asText()).isEqualTo(NEW);
            KubeObject plane = world.await(
                    Kinds.CONTROL_PLANE, "ns1", "tkc01-control-plane", object -> Conditions.isTrue(object, "Ready"));
            assertThat(plane.text("status", "version")).isEqualTo(NEW);
            assertThat(plane.at("status", "updatedReplicas").asInt()).isEqualTo(3);
            assertThat(world.supervisor()
                            .list(Resources.EVENTS, Query.in("ns1"))
                            .items())
                    .extracting(event -> event.text("reason"))
                    .contains("ReplacingControlPlaneMachine");
        }
    }

    @Test
    void goesOnWhenTheOperatorsStartAnewInTheMiddle() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            made(world, 3, 1);
            change(
                    world,
                    spec -> spec.withObjectProperty("distribution")
                            .put("version", "v1.19")
                            .put("fullVersion", NEW));
            for (int replaced = 1; replaced <= 3; replaced++) {
                int updated = replaced;
                world.await(
                        Kinds.CONTROL_PLANE,
                        "ns1",
                        "tkc01-control-plane",
                        plane -> plane.at("status", "updatedReplicas").asInt() >= updated);
                world.restart();
            }
            ready(world, NEW);
            world.awaitServers(FRONTEND, 3);
        }
    }

    @Test
    void anotherSizeReplacesTheMastersToo() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            made(world, 1, 0);
            world.yaml(Kinds.VM_CLASS, """
                    metadata: {name: guaranteed-medium}
                    spec: {hardware: {cpus: 2, memory: 8Gi}}
                    """);
            String before = masters(world).getFirst();
            change(
                    world,
                    spec -> spec.withObjectProperty("topology")
                            .withObjectProperty("controlPlane")
                            .put("class", "guaranteed-medium"));
            world.awaitGone(Kinds.MACHINE, "ns1", before);
            KubeObject tkc = ready(world, OLD);
            assertThat(masters(world)).hasSize(1).doesNotContain(before);
            assertThat(tkc.at("status", "nodeStatus").size()).isEqualTo(1);
            assertThat(world.inventory.machines().list())
                    .filteredOn(vm -> vm.name().startsWith("tkc01-"))
                    .allMatch(vm -> vm.spec().hardware().memoryMiB() == 8192);
        }
    }

    private static KubeObject made(TkgWorld world, int masters, int workers) throws Exception {
        world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", masters, workers));
        return ClusterLifeTest.ready(world, "tkc01");
    }

    private static KubeObject ready(TkgWorld world, String version) throws Exception {
        return world.await(
                Kinds.TANZU_CLUSTER,
                "ns1",
                "tkc01",
                object -> ClusterLifeTest.isReady(object)
                        && object.text("status", "version").equals(version));
    }

    private static void change(TkgWorld world, Consumer<ObjectNode> change) {
        world.clusters.mutate(
                ClusterId.SUPERVISOR, Kinds.TANZU_CLUSTER.resource(), new NamespacedName("ns1", "tkc01"), object -> {
                    change.accept(object.spec());
                    object.metadata().put("generation", object.generation() + 1);
                });
    }

    private static List<String> masters(TkgWorld world) {
        return world.supervisor().list(Kinds.MACHINE.resource(), Query.in("ns1")).items().stream()
                .filter(machine -> machine.labels().containsKey(Labels.CONTROL_PLANE))
                .map(KubeObject::name)
                .toList();
    }

    /** Follows the machines and takes down what must not be. */
    private static final class Watch implements ObjectListener {
        private final TkgWorld world;
        private final Map<String, KubeObject> machines = new HashMap<>();
        private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
        private volatile int mostMasters;

        Watch(TkgWorld world) {
            this.world = world;
        }

        @Override
        public void onPresent(ClusterId cluster, KubeObject machine, @Nullable KubeObject previous) {
            machines.put(machine.name(), machine);
            int staying = (int) masters().filter(master -> !master.deleting()).count();
            mostMasters = Math.max(mostMasters, staying);
            boolean newWorker =
                    !isMaster(machine) && machine.text("spec", "version").equals(NEW);
            if (newWorker
                    && masters()
                            .anyMatch(master -> master.text("spec", "version").equals(OLD))) {
                complaints.add(machine.name() + " came while there were old masters");
            }
            if (mostMasters == 4 && staying < 3) {
                complaints.add("there are " + staying + " masters");
            }
            boolean apiIsNew = world.releases.values().stream().anyMatch(list -> Objects.equals(list.getLast(), NEW));
            if (apiIsNew
                    && masters()
                            .anyMatch(master -> master.text("spec", "version").equals(OLD))) {
                complaints.add("the API is new and there are old masters");
            }
        }

        private java.util.stream.Stream<KubeObject> masters() {
            return machines.values().stream().filter(Watch::isMaster);
        }

        private static boolean isMaster(KubeObject machine) {
            return machine.labels().containsKey(Labels.CONTROL_PLANE);
        }

        @Override
        public void onDeleted(ClusterId cluster, KubeObject last) {
            machines.remove(last.name());
        }
    }
}
