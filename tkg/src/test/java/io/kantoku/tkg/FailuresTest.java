package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
import io.kantoku.loadbalancer.TrafficPolicy;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.tkg.explain.Explanation;
import io.kantoku.tkg.explain.Link;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.machine.StopMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailuresTest {
    private static final String SERVICE = "tkc01-control-plane-service";
    private static final GroupVersionResource EVENTS = new GroupVersionResource("", "v1", "events");
    private static final String FRONTEND = "domain-c8:" + TkgWorld.SUPERVISOR + "-ns1-";

    @TempDir
    Path disks;

    @Test
    void takesAMasterThatIsOffOutOfTheLoadBalancerAndBackIn() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 3, 1));
            ClusterLifeTest.ready(world, "tkc01");
            MoRef master = world.inventory.machines().list().stream()
                    .filter(vm -> vm.name().startsWith("tkc01-control-plane"))
                    .map(VirtualMachine::id)
                    .findFirst()
                    .orElseThrow();
            world.inventory.machines().powerOff(master, StopMode.HARD);
            world.await(Kinds.ENDPOINTS, "ns1", SERVICE, endpoints -> addresses(endpoints) == 2);
            world.await(Kinds.TANZU_CLUSTER, "ns1", "tkc01", tkc -> !Conditions.isTrue(tkc, "Ready"));
            Explanation explanation = Explanation.of(world.supervisor(), "ns1", "tkc01");
            assertThat(explanation.blocker()).map(Link::reason).contains("PoweredOff");

            world.inventory.machines().powerOn(master);
            world.await(Kinds.ENDPOINTS, "ns1", SERVICE, endpoints -> addresses(endpoints) == 3);
            ClusterLifeTest.ready(world, "tkc01");
        }
    }

    @Test
    void changesNothingWhenTheOperatorsStartAgain() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 1, 2));
            KubeObject before = ClusterLifeTest.ready(world, "tkc01");
            int machines = world.inventory.machines().list().size();
            world.restart();
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc02", 1, 1));
            KubeObject second = ClusterLifeTest.ready(world, "tkc02");
            KubeObject after = ClusterLifeTest.ready(world, "tkc01");
            assertThat(after.at("status", "vmStatus")).isEqualTo(before.at("status", "vmStatus"));
            assertThat(host(after)).isEqualTo(host(before)).isEqualTo("127.44.59.51");
            assertThat(host(second)).isEqualTo("127.44.59.52");
            assertThat(world.inventory.machines().list()).hasSize(machines + 2);
        }
    }

    @Test
    void refusesWhatHaproxyCannotBalanceAndSaysSo() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            service(world, "dns", "ports: [{name: dns, port: 53, protocol: UDP}]");
            assertThat(programmed(world, "dns", "UnsupportedPort").message()).contains("HAProxy balances TCP only");
            service(world, "far", "loadBalancerIP: 10.0.0.1, ports: [{port: 80}]");
            assertThat(programmed(world, "far", "NoAddress").message()).contains("outside the virtual IP ranges");
            service(world, "wish", "loadBalancerIP: 127.44.59.60, ports: [{port: 80}]");
            programmed(world, "wish", "Programmed");
            service(world, "same", "loadBalancerIP: 127.44.59.60, ports: [{port: 80}]");
            assertThat(programmed(world, "same", "NoAddress").message()).contains("belongs to another Service");
            world.supervisor()
                    .delete(Kinds.SERVICE.resource(), new NamespacedName("ns1", "wish"), DeleteOptions.background());
            programmed(world, "same", "Programmed");
            assertThat(world.balancer.servers.get(FRONTEND + "same").vip()).isEqualTo("127.44.59.60");
        }
    }

    @Test
    void balancesAsTheServiceSays() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            service(
                    world,
                    "web",
                    "sessionAffinity: ClientIP, loadBalancerSourceRanges: ['10.1.2.3/8', '192.0.2.7/32'], ports: [{port: 80}]");
            programmed(world, "web", "Programmed");
            assertThat(world.balancer.servers.get(FRONTEND + "web").policy())
                    .isEqualTo(new TrafficPolicy(List.of("10.0.0.0/8", "192.0.2.7/32"), true, 0, false));
            KubeObject claim =
                    world.await(Kinds.VIRTUAL_IP, "ns1", "web", object -> Conditions.isTrue(object, "Programmed"));
            assertThat(claim.text("spec", "address")).isEqualTo("127.44.59.51");
            assertThat(claim.text("status", "frontend")).isEqualTo(FRONTEND + "web");
            assertThat(claim.text("spec", "poolName")).isNotEmpty();

            service(world, "wrong", "loadBalancerSourceRanges: ['10.0.0.0'], ports: [{port: 80}]");
            assertThat(programmed(world, "wrong", "InvalidService").message())
                    .contains("\"10.0.0.0\" is not an IPv4 network");
            world.supervisor()
                    .delete(Kinds.SERVICE.resource(), new NamespacedName("ns1", "web"), DeleteOptions.background());
            world.awaitGone(Kinds.VIRTUAL_IP, "ns1", "web");
        }
    }

    @Test
    void saysThatAQuotaIsUsedUpAndGoesOnWhenItIsNot() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.clusters.refuseAll(
                    "create",
                    Kinds.SERVICE.resource(),
                    ApiException.forbidden(
                            Kinds.SERVICE.resource().groupResource(),
                            "web",
                            "exceeded quota: ns1, requested: services.loadbalancers=1, used: services.loadbalancers=2,"
                                    + " limited: services.loadbalancers=2"));
            world.yaml(Kinds.VM_SERVICE, """
                    metadata: {namespace: ns1, name: web}
                    spec: {type: LoadBalancer, ports: [{name: http, port: 80, targetPort: 8080, protocol: TCP}], selector: {a: b}}
                    """);
            KubeObject refused = world.await(
                    Kinds.VM_SERVICE,
                    "ns1",
                    "web",
                    object -> Conditions.find(object, "Ready")
                            .filter(ready -> ready.reason().equals("QuotaExceeded"))
                            .isPresent());
            assertThat(Conditions.find(refused, "Ready").orElseThrow().message())
                    .contains("limited: services.loadbalancers=2");
            world.clusters.acceptAgain("create", Kinds.SERVICE.resource());
            world.await(Kinds.VM_SERVICE, "ns1", "web", object -> Conditions.isTrue(object, "Ready"));
        }
    }

    @Test
    void neverGivesAServiceTheFrontendOfAnother() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            service(world, "b-c", "ports: [{port: 80}]");
            programmed(world, "b-c", "Programmed");
            world.yaml(Kinds.SERVICE, """
                    metadata: {namespace: ns1-b, name: c}
                    spec: {type: LoadBalancer, ports: [{port: 80}]}
                    """);
            world.await(Kinds.SERVICE, "ns1-b", "c", object -> Conditions.isTrue(object, "Programmed"));
            assertThat(world.balancer.servers).hasSize(2);
            assertThat(world.balancer.servers.get(FRONTEND + "b-c").vip()).isEqualTo("127.44.59.51");
        }
    }

    /** A minute of a clock that is twenty times as fast. */
    @Test
    void aMinuteWithoutALoadBalancerIsToldOnceAndOverAtTheNextTry() throws Exception {
        HastyTimer timer = new HastyTimer(20);
        try (TkgWorld world = new TkgWorld(disks, timer)) {
            service(world, "web", "ports: [{port: 80}]");
            programmed(world, "web", "Programmed");
            String served = version(world, "web");
            world.balancer.fail(DataPlaneException.Code.UNREACHABLE, "127.44.58.9:5556 does not answer");
            service(world, "next", "ports: [{port: 80}]");
            assertThat(programmed(world, "next", "LoadBalancerUnreachable").message())
                    .contains("127.44.58.9:5556 does not answer");
            String told = version(world, "next");

            timer.pass(Duration.ofMinutes(1));
            assertThat(world.balancer.refused.get())
                    .as("tries, at first after 100 ms, then every 5 s")
                    .isBetween(8, 40);
            assertThat(version(world, "next")).as("written once, not per try").isEqualTo(told);
            assertThat(version(world, "web")).as("left alone").isEqualTo(served);
            List<KubeObject> events = events(world, "next");
            assertThat(events).extracting(event -> event.text("reason")).containsExactly("LoadBalancerUnreachable");
            assertThat(events.getFirst().json().path("count").asInt()).isEqualTo(1);

            world.balancer.recover();
            programmed(world, "next", "Programmed");
            assertThat(world.balancer.servers.get(FRONTEND + "next").vip()).isEqualTo("127.44.59.52");
            world.await(
                    Kinds.SERVICE,
                    "ns1",
                    "next",
                    object -> events(world, "next").size() == 2);
        }
    }

    private static String version(TkgWorld world, String name) {
        return world.supervisor()
                .get(Kinds.SERVICE.resource(), new NamespacedName("ns1", name))
                .resourceVersion()
                .toString();
    }

    private static List<KubeObject> events(TkgWorld world, String name) {
        return world.supervisor().list(EVENTS, Query.all()).items().stream()
                .filter(event -> event.text("involvedObject", "name").equals(name))
                .filter(event -> event.text("involvedObject", "kind").equals("Service"))
                .toList();
    }

    /** The watch of Endpoints may be behind that of Services; who is told that a Service is served visits it at once. */
    @Test
    void aServiceWhoseEndpointsAreThereIsNeverProgrammedWithoutThem() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            int many = 40;
            for (int i = 0; i < many; i++) {
                world.yaml(Kinds.ENDPOINTS, """
                        metadata: {namespace: ns1, name: web%d}
                        subsets: [{addresses: [{ip: 127.44.59.200}], ports: [{port: 80}]}]
                        """.formatted(i));
                service(world, "web" + i, "ports: [{port: 80}]");
            }
            for (int i = 0; i < many; i++) {
                programmed(world, "web" + i, "Programmed");
            }
            assertThat(world.balancer.history)
                    .allSatisfy(server -> assertThat(server.ports().getFirst().servers())
                            .as(server.name())
                            .isNotEmpty());
        }
    }

    @Test
    void keepsAServiceUntilItsEntriesAreGone() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            service(world, "web", "ports: [{port: 80}]");
            programmed(world, "web", "Programmed");
            world.balancer.fail(DataPlaneException.Code.UNREACHABLE, "no answer");
            world.supervisor()
                    .delete(Kinds.SERVICE.resource(), new NamespacedName("ns1", "web"), DeleteOptions.background());
            assertThat(programmed(world, "web", "LoadBalancerUnreachable").message())
                    .contains("cannot remove its entries");
            world.balancer.recover();
            world.awaitGone(Kinds.SERVICE, "ns1", "web");
            assertThat(world.balancer.servers).isEmpty();
        }
    }

    private static void service(TkgWorld world, String name, String spec) {
        world.supervisor().create(Kinds.SERVICE.resource(), TkgWorld.object(Kinds.SERVICE, """
                                metadata: {namespace: ns1, name: %s}
                                spec: {type: LoadBalancer, %s}
                                """.formatted(name, spec)));
    }

    private static Condition programmed(TkgWorld world, String name, String reason) throws Exception {
        KubeObject service = world.await(
                Kinds.SERVICE,
                "ns1",
                name,
                object -> Conditions.find(object, "Programmed")
                        .filter(condition -> condition.reason().equals(reason))
                        .isPresent());
        return Conditions.find(service, "Programmed").orElseThrow();
    }

    private static String host(KubeObject tkc) {
        return tkc.at("status", "clusterApiStatus", "apiEndpoints")
                .path(0)
                .path("host")
                .asText();
    }

    private static int addresses(KubeObject endpoints) {
        List<Integer> counts = new java.util.ArrayList<>();
        endpoints
                .at("subsets")
                .forEach(subset -> counts.add(subset.path("addresses").size()));
        return counts.stream().mapToInt(Integer::intValue).sum();
    }
}
