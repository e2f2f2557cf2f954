package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guest clusters whose APIs their own machines serve: the operators reach them with the administrator's kubeconfig. */
class RemoteGuestsTest {
    private static final String NEW = "v1.19.16+kantoku.1";
    private static final NamespacedName TKC = new NamespacedName("ns1", "tkc01");
    private static final NamespacedName WEB = new NamespacedName("default", "web");

    @TempDir
    Path disks;

    @Test
    void comesUpIsScaledAndEnds() throws Exception {
        try (TkgWorld world = TkgWorld.withRemoteGuests(disks)) {
            int before = world.inventory.machines().list().size();
            ClusterId guest = create(world, 3, 2);
            assertThat(world.clusters.ids()).containsExactly(ClusterId.SUPERVISOR);
            assertThat(world.guestApis
                            .cluster(guest)
                            .list(Resources.STORAGE_CLASSES, Query.all())
                            .items())
                    .extracting(KubeObject::name)
                    .containsExactly("k8s-storage");
            assertThat(world.guestApis
                            .cluster(guest)
                            .find(Resources.SERVICES, new NamespacedName("kube-system", "kube-dns")))
                    .as("the name server is the machines' own")
                    .isEmpty();

            scaleWorkers(world, 1);
            await(world, 4);
            assertThat(world.guestApis
                            .cluster(guest)
                            .list(Resources.NODES, Query.all())
                            .items())
                    .hasSize(4);

            world.supervisor().delete(Kinds.TANZU_CLUSTER.resource(), TKC, DeleteOptions.background());
            world.awaitGone(Kinds.TANZU_CLUSTER, "ns1", "tkc01");
            assertThat(world.inventory.machines().list()).hasSize(before);
            assertThat(world.balancer.servers).isEmpty();
        }
    }

    @Test
    void nobodyJoinsBeforeTheClusterHasBegun() throws Exception {
        try (TkgWorld world = TkgWorld.withRemoteGuests(disks)) {
            world.guestsAnswer = false;
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 3, 1));
            world.await(
                    Kinds.CONTROL_PLANE,
                    "ns1",
                    "tkc01-control-plane",
                    plane -> Conditions.find(plane, "Available")
                            .filter(why -> why.message().contains("does not answer through the virtual IP yet"))
                            .isPresent());
            world.await(Kinds.VIRTUAL_MACHINE, "ns1", master(world), vm -> Conditions.isTrue(vm, "Ready"));
            assertThat(world.supervisor()
                            .list(Kinds.VIRTUAL_MACHINE.resource(), Query.in("ns1"))
                            .items())
                    .as("one that begins")
                    .hasSize(1);

            world.guestsAnswer = true;
            await(world, 4);
        }
    }

    @Test
    void aMasterIsReadyWhenItsPortTakesConnections() throws Exception {
        try (TkgWorld world = TkgWorld.withRemoteGuests(disks)) {
            world.mastersAnswer = false;
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 1));
            world.await(Kinds.CONTROL_PLANE, "ns1", "tkc01-control-plane", _ -> true);
            world.await(
                    Kinds.VIRTUAL_MACHINE,
                    "ns1",
                    master(world),
                    vm -> Conditions.find(vm, "Ready")
                            .filter(why -> why.reason().equals("ReadinessProbeFailed"))
                            .isPresent());
            world.mastersAnswer = true;
            await(world, 2);
        }
    }

    @Test
    void nothingFollowsFromAbsenceBeforeAGuestIsKnown() throws Exception {
        try (TkgWorld world = TkgWorld.withRemoteGuests(disks)) {
            ClusterId guest = create(world, 1, 1);
            world.guestApis.put(guest, Resources.SERVICES, TkgWorld.object(Kinds.SERVICE, """
                    metadata: {namespace: default, name: web}
                    spec:
                      type: LoadBalancer
                      ports: [{port: 80, targetPort: 8080, nodePort: 30080, protocol: TCP}]
                    """));
            world.await(guest, Kinds.SERVICE, WEB, service -> !address(service).isEmpty());
            String address = address(world.guestApis.cluster(guest).get(Resources.SERVICES, WEB));

            world.guestsAnswer = false;
            world.restart();
            scaleWorkers(world, 2); // the operators are at work
            world.await(
                    Kinds.MACHINE_DEPLOYMENT,
                    "ns1",
                    workers(world),
                    found -> found.at("spec", "replicas").asInt() == 2);
            assertThat(address(mirrored(world))).isEqualTo(address);
            assertThat(world.supervisor()
                            .get(Kinds.TANZU_CLUSTER.resource(), TKC)
                            .text("status", "phase"))
                    .isEqualTo("running");
            assertThat(world.supervisor()
                            .list(Kinds.MACHINE.resource(), Query.in("ns1"))
                            .items())
                    .filteredOn(machine -> !machine.at("status", "nodeRef").isMissingNode())
                    .hasSize(2)
                    .allMatch(machine -> Conditions.isTrue(machine, "Ready"));

            // Gone while nobody looked: that is heard of when the guest is known again.
            world.guestApis.cluster(guest).delete(Resources.SERVICES, WEB, DeleteOptions.background());
            String name = mirrored(world).name();
            world.guestsAnswer = true;
            await(world, 3);
            world.awaitGone(Kinds.VM_SERVICE, "ns1", name);
        }
    }

    @Test
    void anUpgradeDoesWhatKubeadmsWould() throws Exception {
        try (TkgWorld world = TkgWorld.withRemoteGuests(disks)) {
            ClusterId guest = create(world, 3, 1);
            List<String> before = masters(world);
            world.guestApis.put(guest, Resources.CONFIG_MAPS, TkgWorld.object(Kinds.CONFIG_MAP, """
                    metadata: {namespace: kube-system, name: kubelet-config-1.18}
                    data: {kubelet: "cgroupDriver: systemd"}
                    """));
            world.guestApis.put(guest, Resources.DAEMON_SETS, TkgWorld.object(Kinds.DAEMON_SET, """
                    metadata: {namespace: kube-system, name: kube-proxy}
                    spec: {template: {spec: {containers: [{name: kube-proxy, image: "registry:5000/kube-proxy:v1.18.20"}]}}}
                    """));

            world.clusters.mutate(ClusterId.SUPERVISOR, Kinds.TANZU_CLUSTER.resource(), TKC, tkc -> {
                tkc.spec()
                        .withObjectProperty("distribution")
                        .put("version", "v1.19")
                        .put("fullVersion", NEW);
                tkc.metadata().put("generation", tkc.generation() + 1);
            });
            world.await(
                    Kinds.TANZU_CLUSTER,
                    "ns1",
                    "tkc01",
                    tkc -> tkc.text("status", "version").equals(NEW) && Conditions.isTrue(tkc, "Ready"));

            assertThat(world.leftEtcd).containsExactlyInAnyOrderElementsOf(before);
            NamespacedName kubelet = new NamespacedName("kube-system", "kubelet-config-1.19");
            assertThat(world.guestApis
                            .cluster(guest)
                            .get(Resources.CONFIG_MAPS, kubelet)
                            .text("data", "kubelet"))
                    .isEqualTo("cgroupDriver: systemd");
            NamespacedName reader = new NamespacedName("kube-system", "kubeadm:kubelet-config-1.19");
            assertThat(world.guestApis
                            .cluster(guest)
                            .get(Resources.ROLES, reader)
                            .at("rules")
                            .path(0)
                            .path("resourceNames")
                            .path(0)
                            .asText())
                    .isEqualTo("kubelet-config-1.19");
            assertThat(world.guestApis
                            .cluster(guest)
                            .get(Resources.ROLE_BINDINGS, reader)
                            .at("subjects"))
                    .hasSize(2);
            assertThat(world.guestApis
                            .cluster(guest)
                            .get(Resources.DAEMON_SETS, new NamespacedName("kube-system", "kube-proxy"))
                            .at("spec", "template", "spec", "containers")
                            .path(0)
                            .path("image")
                            .asText())
                    .isEqualTo("registry:5000/kube-proxy:v1.19.16_kantoku.1");
        }
    }

    private static List<String> masters(TkgWorld world) {
        return world.supervisor().list(Kinds.MACHINE.resource(), Query.in("ns1")).items().stream()
                .filter(machine -> machine.labels().containsKey(Labels.CONTROL_PLANE))
                .map(KubeObject::name)
                .toList();
    }

    @Test
    void anApiThatIsAwayIsSaidToBe() {
        try (TkgWorld world = TkgWorld.withRemoteGuests(disks)) {
            assertThat(RemoteGuestsTest.failure(() -> world.remote().cluster(new ClusterId("ns1.other.0"))))
                    .extracting(ApiException::status)
                    .extracting(Status::code)
                    .isEqualTo(503);
        }
    }

    private static ApiException failure(Runnable call) {
        try {
            call.run();
            throw new AssertionError("nothing failed");
        } catch (ApiException e) {
            return e;
        }
    }

    private static ClusterId create(TkgWorld world, int masters, int workers) throws Exception {
        world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", masters, workers));
        return GuestClusterId.of(await(world, masters + workers)).orElseThrow();
    }

    private static KubeObject await(TkgWorld world, int nodes) throws Exception {
        return world.await(
                Kinds.TANZU_CLUSTER,
                "ns1",
                "tkc01",
                tkc -> tkc.at("status", "nodeStatus").size() == nodes && Conditions.isTrue(tkc, "Ready"));
    }

    private static void scaleWorkers(TkgWorld world, int count) {
        KubeObject tkc = world.supervisor().get(Kinds.TANZU_CLUSTER.resource(), TKC);
        tkc.spec().withObjectProperty("topology").withObjectProperty("workers").put("count", count);
        world.supervisor().update(Kinds.TANZU_CLUSTER.resource(), tkc);
    }

    private static String workers(TkgWorld world) {
        return world.supervisor()
                .list(Kinds.MACHINE_DEPLOYMENT.resource(), Query.in("ns1"))
                .items()
                .getFirst()
                .name();
    }

    /** The first machine's name, once it is made; the test's limit ends the wait. */
    private static String master(TkgWorld world) throws InterruptedException {
        while (true) {
            List<KubeObject> machines = world.supervisor()
                    .list(Kinds.VIRTUAL_MACHINE.resource(), Query.in("ns1"))
                    .items();
            if (!machines.isEmpty()) {
                return machines.getFirst().name();
            }
            Thread.sleep(20);
        }
    }

    private static KubeObject mirrored(TkgWorld world) {
        return world.supervisor().list(Kinds.VM_SERVICE.resource(), Query.in("ns1")).items().stream()
                .filter(service ->
                        service.name().startsWith("tkc01-") && !service.name().endsWith("-service"))
                .findFirst()
                .orElseThrow();
    }

    private static String address(KubeObject service) {
        return service.at("status", "loadBalancer", "ingress")
                .path(0)
                .path("ip")
                .asText("");
    }
}
