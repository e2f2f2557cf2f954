package io.kantoku.controllers.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointsTest {
    private final World world = new World("node-lifecycle");

    @BeforeEach
    void node() {
        world.node("n1", 64);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void service(String more) {
        world.create(
                Resources.SERVICES,
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'default','labels':{'l':'1'}},'spec':{"
                        + more + "'ports':[{'name':'http','port':80,'protocol':'TCP','targetPort':'web'}]}}");
        world.settle();
    }

    private void pod(String name) {
        world.create(
                Resources.PODS,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                        + "','namespace':'default','labels':{'app':'web'}},'spec':{'containers':[{'name':'c','image':'"
                        + name
                        + "','ports':[{'name':'web','containerPort':8080}]}]}}");
        world.settle();
    }

    private List<KubeObject> slices() {
        return world.client
                .list(Resources.ENDPOINT_SLICES, Query.in("default").labelled("kubernetes.io/service-name=web"))
                .items();
    }

    private static List<String> addresses(JsonNode subset, String field) {
        List<String> list = new ArrayList<>();
        subset.path(field)
                .forEach(address ->
                        list.add(address.path("targetRef").path("name").asText()));
        return list;
    }

    @Test
    void listsReadyAndUnreadyPodsWithTheirPorts() {
        service("'selector':{'app':'web'},");
        world.broken.add("b");
        pod("a");
        pod("b");
        KubeObject endpoints = world.get(Resources.ENDPOINTS, "web");
        assertThat(endpoints.labels()).containsEntry("l", "1");
        JsonNode subset = endpoints.at("subsets").path(0);
        assertThat(addresses(subset, "addresses")).containsExactly("a");
        assertThat(addresses(subset, "notReadyAddresses")).containsExactly("b");
        assertThat(subset.path("ports").toString())
                .isEqualTo("[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}]");
        assertThat(subset.path("addresses").path(0).path("nodeName").asText()).isEqualTo("n1");
        assertThat(slices()).singleElement().satisfies(slice -> {
            assertThat(slice.text("addressType")).isEqualTo("IPv4");
            assertThat(slice.at("endpoints")).hasSize(2);
            assertThat(slice.labels())
                    .containsEntry("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io");
            assertThat(slice.controller().orElseThrow().kind()).isEqualTo("Service");
        });
    }

    @Test
    void followsPodsThatComeGoAndChange() {
        service("'selector':{'app':'web'},");
        assertThat(world.get(Resources.ENDPOINTS, "web").at("subsets").isEmpty())
                .isTrue();
        assertThat(slices())
                .as("a Service without endpoints has one empty slice")
                .hasSize(1);
        pod("a");
        KubeObject a = world.get(Resources.PODS, "a");
        Conditions.set(a, Condition.isFalse("Ready", "x", ""), world.simulation.instant());
        world.client.updateStatus(Resources.PODS, a);
        world.settle();
        assertThat(addresses(world.get(Resources.ENDPOINTS, "web").at("subsets").path(0), "notReadyAddresses"))
                .containsExactly("a");
        world.silent.add("n1");
        world.client.delete(Resources.PODS, new NamespacedName("default", "a"), DeleteOptions.background());
        world.settle();
        assertThat(world.get(Resources.ENDPOINTS, "web").at("subsets").isEmpty())
                .isTrue();
        assertThat(slices().getFirst()
                        .at("endpoints")
                        .path(0)
                        .path("conditions")
                        .path("terminating")
                        .asBoolean())
                .isTrue();
        pod("b");
        world.client.delete(Resources.SERVICES, new NamespacedName("default", "web"), DeleteOptions.background());
        world.settle();
        assertThat(world.list(Resources.ENDPOINTS)).isEmpty();
        assertThat(slices()).as("owned by the Service").isEmpty();
        assertThat(world.failing()).isEmpty();
    }

    @Test
    void publishesUnreadyPodsWhenAskedTo() {
        service("'clusterIP':'None','publishNotReadyAddresses':true,'selector':{'app':'web'},");
        world.broken.add("a");
        pod("a");
        KubeObject endpoints = world.get(Resources.ENDPOINTS, "web");
        assertThat(addresses(endpoints.at("subsets").path(0), "addresses")).containsExactly("a");
        assertThat(endpoints.labels()).containsKey("service.kubernetes.io/headless");
    }

    @Test
    void mirrorsAThousandAddressesOfASubset() {
        service("");
        KubeObject endpoints = World.object(
                "{'apiVersion':'v1','kind':'Endpoints','metadata':{'name':'web','namespace':'default'},'subsets':[{"
                        + "'addresses':[],'notReadyAddresses':[],'ports':[{'port':80}]}]}");
        for (int i = 0; i < 1200; i++) {
            String ip = "192.0." + i / 250 + "." + (1 + i % 250);
            ((ObjectNode) endpoints.at("subsets").path(0))
                    .withArrayProperty(i < 900 ? "addresses" : "notReadyAddresses")
                    .addObject()
                    .put("ip", ip);
        }
        world.client.create(Resources.ENDPOINTS, endpoints);
        world.settle();
        assertThat(slices().stream()
                        .mapToInt(slice -> slice.at("endpoints").size())
                        .sum())
                .isEqualTo(1000);
    }

    @Test
    void mirrorsEndpointsThatSomebodyWrote() {
        service("");
        world.create(
                Resources.ENDPOINTS,
                "{'apiVersion':'v1','kind':'Endpoints','metadata':{'name':'web','namespace':'default'},'subsets':[{"
                        + "'addresses':[{'ip':'192.0.2.1'},{'ip':'2001:db8::1'}],'notReadyAddresses':[{'ip':'192.0.2.2'}],"
                        + "'ports':[{'port':6443,'protocol':'TCP'}]}]}");
        world.settle();
        assertThat(slices()).hasSize(2);
        KubeObject v4 = slices().stream()
                .filter(slice -> slice.text("addressType").equals("IPv4"))
                .findFirst()
                .orElseThrow();
        assertThat(v4.at("endpoints")).hasSize(2);
        assertThat(v4.labels())
                .containsEntry("endpointslice.kubernetes.io/managed-by", "endpointslicemirroring-controller.k8s.io");
        assertThat(v4.at("endpoints").path(1).path("conditions").path("ready").asBoolean())
                .isFalse();
        world.client.delete(Resources.ENDPOINTS, new NamespacedName("default", "web"), DeleteOptions.background());
        world.settle();
        assertThat(slices()).isEmpty();
    }

    @Test
    void writesNothingWhenNothingChanges() {
        service("'selector':{'app':'web'},");
        pod("a");
        world.clusters.forgetWrites();
        KubeObject a = world.get(Resources.PODS, "a");
        world.client.update(Resources.PODS, a.label("other", "x"));
        world.settle();
        assertThat(world.clusters.writes()).hasSize(1);
    }

    @Test
    void changesAsFewSlicesAsPossible() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        KubeObject owner = World.object(
                "{'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'default','uid':'u'}}");
        SlicePlan.Frame frame = new SlicePlan.Frame(owner, "web-", Map.of("kubernetes.io/service-name", "web"));
        List<KubeObject> stored = new ArrayList<>();
        int names = 0;
        for (int round = 0; round < 50; round++) {
            Map<String, com.fasterxml.jackson.databind.node.ObjectNode> wanted = new LinkedHashMap<>();
            int size = random.nextInt(350);
            for (int i = 0; i < size; i++) {
                KubeObject endpoint = World.object(
                        "{'addresses':['10.0.0." + random.nextInt(500) + "'],'conditions':{'ready':true}}");
                wanted.put(SlicePlan.key(endpoint.json()), endpoint.json());
            }
            SlicePlan.Group group = new SlicePlan.Group(
                    Family.IPv4, SlicePlan.ports(List.of(new Backend.Port("", "TCP", 80, ""))), wanted);
            SlicePlan plan = SlicePlan.plan(frame, List.of(group), stored);
            for (KubeObject created : plan.create()) {
                created.metadata().put("name", "s" + names++);
                stored.add(created);
            }
            for (KubeObject updated : plan.update()) {
                stored.replaceAll(slice -> slice.name().equals(updated.name()) ? updated : slice);
            }
            plan.delete().forEach(slice -> stored.removeIf(other -> other.name().equals(slice.name())));
            List<String> found = new ArrayList<>();
            stored.forEach(slice -> slice.at("endpoints").forEach(endpoint -> found.add(SlicePlan.key(endpoint))));
            assertThat(found).as("seed %d round %d", seed, round).containsExactlyInAnyOrderElementsOf(wanted.keySet());
            assertThat(stored)
                    .allSatisfy(
                            slice -> assertThat(slice.at("endpoints").size()).isLessThanOrEqualTo(100));
            assertThat(SlicePlan.plan(frame, List.of(group), stored).isEmpty())
                    .as("seed %d: the plan is stable", seed)
                    .isTrue();
        }
    }

    private JsonNode endpoint() {
        return slices().getFirst().at("endpoints").path(0);
    }

    private void unready(String name) {
        KubeObject pod = world.get(Resources.PODS, name);
        Conditions.set(pod, Condition.isFalse("Ready", "x", ""), world.simulation.instant());
        world.client.updateStatus(Resources.PODS, pod);
        world.settle();
    }

    @Test
    void publishesAddressesOfPodsThatAreNotReadyAndSaysThatTheyDoNotServe() {
        service("'selector':{'app':'web'},'clusterIP':'None','publishNotReadyAddresses':true,");
        pod("a");
        unready("a");
        assertThat(endpoint().path("conditions").toString())
                .isEqualTo("{\"ready\":true,\"serving\":false,\"terminating\":false}");
        world.silent.add("n1");
        world.client.delete(Resources.PODS, new NamespacedName("default", "a"), DeleteOptions.background());
        world.settle();
        assertThat(endpoint().path("conditions").toString())
                .isEqualTo("{\"ready\":true,\"serving\":false,\"terminating\":true}");
        assertThat(world.get(Resources.ENDPOINTS, "web")
                        .at("subsets")
                        .path(0)
                        .path("addresses")
                        .size())
                .as("terminating pods are published too")
                .isEqualTo(1);
    }

    @Test
    void saysThatATerminatingPodStillServes() {
        service("'selector':{'app':'web'},");
        pod("a");
        world.silent.add("n1");
        world.client.delete(Resources.PODS, new NamespacedName("default", "a"), DeleteOptions.background());
        world.settle();
        assertThat(endpoint().path("conditions").toString())
                .isEqualTo("{\"ready\":false,\"serving\":true,\"terminating\":true}");
    }

    @Test
    void hintsAtClientsNearAnEndpointWhereTheTrafficDistributionPrefersThem() {
        KubeObject node = world.client
                .get(Resources.NODES, NamespacedName.clusterScoped("n1"))
                .copy();
        world.client.update(Resources.NODES, node.label("topology.kubernetes.io/zone", "a"));
        service("'selector':{'app':'web'},'trafficDistribution':'PreferSameNode',");
        pod("a");
        assertThat(endpoint().path("hints").toString())
                .isEqualTo("{\"forZones\":[{\"name\":\"a\"}],\"forNodes\":[{\"name\":\"n1\"}]}");
        world.change(
                Resources.SERVICES,
                "web",
                json -> json.withObjectProperty("spec").put("trafficDistribution", "PreferClose"));
        world.settle();
        assertThat(endpoint().path("hints").toString()).isEqualTo("{\"forZones\":[{\"name\":\"a\"}]}");
        unready("a");
        assertThat(endpoint().has("hints")).isFalse();
    }
}
