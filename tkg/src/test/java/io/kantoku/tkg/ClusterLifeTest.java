package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.loadbalancer.VirtualServer;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.tkg.objects.Kind;
import io.kantoku.tkg.objects.Kinds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLifeTest {
    private static final String FRONTEND = "domain-c8:" + TkgWorld.SUPERVISOR + "-ns1-";

    @TempDir
    Path disks;

    @Test
    void makesAClusterOfOneMasterAndOneWorker() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 1));
            KubeObject tkc = ready(world, "tkc01");

            assertThat(tkc.text("status", "phase")).isEqualTo("running");
            assertThat(tkc.text("status", "version")).isEqualTo("v1.18.20+kantoku.1");
            assertThat(tkc.at("status", "vmStatus"))
                    .hasSize(2)
                    .allMatch(state -> state.asText().equals("ready"));
            assertThat(tkc.at("status", "nodeStatus"))
                    .hasSize(2)
                    .allMatch(state -> state.asText().equals("ready"));
            assertThat(tkc.at("status", "clusterApiStatus", "apiEndpoints")
                            .path(0)
                            .path("host")
                            .asText())
                    .isEqualTo("127.44.59.51");
            ClusterId id = GuestClusterId.of(tkc).orElseThrow();
            ClusterConfiguration configuration = world.guestOs.configurations.get(id.value());
            assertThat(configuration.controlPlaneEndpoint()).isEqualTo("127.44.59.51:6443");
            assertThat(configuration.serviceSubnet()).isEqualTo("195.48.0.0/12");
            assertThat(configuration.podSubnet()).isEqualTo("193.0.0.0/16");
            assertThat(configuration.certificateNames()).contains("127.44.59.51");
            world.awaitServers(FRONTEND + "tkc01-control-plane-service", 1);
            assertThat(world.balancer
                            .servers
                            .get(FRONTEND + "tkc01-control-plane-service")
                            .vip())
                    .isEqualTo("127.44.59.51");
        }
    }

    @Test
    void joinsTheOtherMastersAndScalesAndEndsWithoutATrace() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            int before = world.inventory.machines().list().size();
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 3, 3));
            KubeObject tkc = ready(world, "tkc01");
            String frontend = FRONTEND + "tkc01-control-plane-service";
            world.awaitServers(frontend, 3);
            assertThat(world.inventory.machines().list()).hasSize(before + 6);

            scaleWorkers(world, "tkc01", 5);
            world.await(Kinds.TANZU_CLUSTER, "ns1", "tkc01", object -> nodes(object) == 8 && isReady(object));
            scaleWorkers(world, "tkc01", 0);
            world.await(Kinds.TANZU_CLUSTER, "ns1", "tkc01", object -> nodes(object) == 3 && isReady(object));
            assertThat(world.inventory.machines().list()).hasSize(before + 3);

            world.supervisor()
                    .delete(
                            Kinds.TANZU_CLUSTER.resource(),
                            new NamespacedName("ns1", "tkc01"),
                            DeleteOptions.background());
            world.awaitGone(Kinds.TANZU_CLUSTER, "ns1", "tkc01");
            assertThat(world.balancer.servers).isEmpty();
            assertThat(world.inventory.machines().list()).hasSize(before);
            assertThat(world.clusters.ids())
                    .doesNotContain(GuestClusterId.of(tkc).orElseThrow());
            assertThat(world.inventory.folders().list())
                    .noneMatch(folder -> folder.name().equals("tkc01"));
            assertThat(world.inventory.resourcePools().list())
                    .noneMatch(pool -> pool.name().equals("tkc01"));
            for (Kind kind : List.of(
                    Kinds.CLUSTER,
                    Kinds.WCP_CLUSTER,
                    Kinds.CONTROL_PLANE,
                    Kinds.MACHINE_DEPLOYMENT,
                    Kinds.MACHINE_SET,
                    Kinds.MACHINE,
                    Kinds.WCP_MACHINE,
                    Kinds.WCP_MACHINE_TEMPLATE,
                    Kinds.KUBEADM_CONFIG,
                    Kinds.KUBEADM_CONFIG_TEMPLATE,
                    Kinds.VIRTUAL_MACHINE,
                    Kinds.VM_SERVICE,
                    Kinds.RESOURCE_POLICY,
                    Kinds.NETWORK_INTERFACE,
                    Kinds.SERVICE,
                    Kinds.ENDPOINTS,
                    Kinds.SECRET)) {
                assertThat(world.supervisor()
                                .list(kind.resource(), Query.in("ns1"))
                                .items())
                        .as(kind.name())
                        .isEmpty();
            }
        }
    }

    @Test
    void givesAServiceOfTheGuestAVirtualIp() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 2));
            ClusterId guest = GuestClusterId.of(ready(world, "tkc01")).orElseThrow();
            KubeObject service = TkgWorld.object(Kinds.SERVICE, """
                    metadata: {namespace: web, name: front}
                    spec: {type: LoadBalancer, ports: [{port: 80, protocol: TCP, nodePort: 31080}]}
                    """);
            world.clusters.cluster(guest).create(Kinds.SERVICE.resource(), service);

            KubeObject served = world.await(
                    guest,
                    Kinds.SERVICE,
                    service.namespacedName(),
                    object -> !object.at("status", "loadBalancer", "ingress").isEmpty());
            assertThat(served.at("status", "loadBalancer", "ingress")
                            .path(0)
                            .path("ip")
                            .asText())
                    .isEqualTo("127.44.59.52");
            VirtualServer server = world.balancer.servers.values().stream()
                    .filter(found -> found.vip().equals("127.44.59.52"))
                    .findFirst()
                    .orElseThrow();
            assertThat(server.ports().getFirst().servers()).hasSize(2).allMatch(target -> target.port() == 31080);

            world.clusters
                    .cluster(guest)
                    .delete(Kinds.SERVICE.resource(), service.namespacedName(), DeleteOptions.background());
            String name = world.supervisor().list(Kinds.VM_SERVICE.resource(), Query.in("ns1")).items().stream()
                    .map(KubeObject::name)
                    .filter(found -> !found.endsWith("-service"))
                    .findFirst()
                    .orElse("gone");
            world.awaitGone(Kinds.VM_SERVICE, "ns1", name);
            assertThat(world.balancer.servers).hasSize(1);
        }
    }

    @Test
    void givesAnAddressOutWhenANodeAnswersForAReadyPod() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.nodePortsAnswer = false;
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 1));
            ClusterId guest = GuestClusterId.of(ready(world, "tkc01")).orElseThrow();
            KubeObject waiting = TkgWorld.object(Kinds.SERVICE, """
                    metadata: {namespace: web, name: front}
                    spec: {type: LoadBalancer, selector: {app: front}, ports: [{port: 80, protocol: TCP, nodePort: 31080}]}
                    """);
            KubeObject empty = TkgWorld.object(Kinds.SERVICE, """
                    metadata: {namespace: web, name: empty}
                    spec: {type: LoadBalancer, selector: {app: empty}, ports: [{port: 80, protocol: TCP, nodePort: 31081}]}
                    """);
            world.clusters.cluster(guest).create(Kinds.ENDPOINTS.resource(), TkgWorld.object(Kinds.ENDPOINTS, """
                    metadata: {namespace: web, name: front}
                    subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 8080}]}]
                    """));
            world.clusters.cluster(guest).create(Kinds.ENDPOINTS.resource(), TkgWorld.object(Kinds.ENDPOINTS, """
                    metadata: {namespace: web, name: empty}
                    subsets: []
                    """));
            world.clusters.cluster(guest).create(Kinds.SERVICE.resource(), waiting);
            world.clusters.cluster(guest).create(Kinds.SERVICE.resource(), empty);

            world.await(guest, Kinds.SERVICE, empty.namespacedName(), ClusterLifeTest::hasAddress);
            KubeObject held = world.await(
                    guest,
                    Kinds.SERVICE,
                    waiting.namespacedName(),
                    object -> Conditions.find(object, "Programmed")
                            .filter(condition -> condition.reason().equals("NoBackendAnswers"))
                            .isPresent());
            assertThat(hasAddress(held)).isFalse();

            world.nodePortsAnswer = true;
            KubeObject served =
                    world.await(guest, Kinds.SERVICE, waiting.namespacedName(), ClusterLifeTest::hasAddress);
            assertThat(Conditions.isTrue(served, "Programmed")).isTrue();
        }
    }

    private static boolean hasAddress(KubeObject service) {
        return !service.at("status", "loadBalancer", "ingress").isEmpty();
    }

    @Test
    void bringsStorageClassesAndRightsIntoTheGuest() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 0));
            ClusterId guest = GuestClusterId.of(ready(world, "tkc01")).orElseThrow();
            KubeObject storage = world.await(
                    guest, Kinds.STORAGE_CLASS, NamespacedName.clusterScoped("k8s-storage"), object -> true);
            assertThat(storage.annotations()).containsEntry("storageclass.kubernetes.io/is-default-class", "true");
            assertThat(storage.text("parameters", "svStorageClass")).isEqualTo("k8s-storage");
            String binding = "vmware-system-auth-sync-wcp:ns1:user:vsphere.local:devops";
            KubeObject synced = world.await(
                    guest, Kinds.CLUSTER_ROLE_BINDING, NamespacedName.clusterScoped(binding), object -> true);
            assertThat(synced.text("roleRef", "name")).isEqualTo("cluster-admin");
        }
    }

    static KubeObject ready(TkgWorld world, String name) throws Exception {
        return world.await(Kinds.TANZU_CLUSTER, "ns1", name, ClusterLifeTest::isReady);
    }

    static boolean isReady(KubeObject tkc) {
        return Conditions.isTrue(tkc, "Ready") && tkc.text("status", "phase").equals("running");
    }

    private static int nodes(KubeObject tkc) {
        return tkc.at("status", "nodeStatus").size();
    }

    static void scaleWorkers(TkgWorld world, String name, int count) {
        world.clusters.mutate(
                ClusterId.SUPERVISOR, Kinds.TANZU_CLUSTER.resource(), new NamespacedName("ns1", name), object -> {
                    object.spec()
                            .withObjectProperty("topology")
                            .withObjectProperty("workers")
                            .put("count", count);
                    object.metadata().put("generation", object.generation() + 1);
                });
    }
}
