package io.kantoku.controllers.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.controllers.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints for zones, in proportion to their processors. */
class TopologyHintsTest {
    private static List<String> list(String zones) {
        return List.of(zones.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "a b a b, 0.5, a b a b",
        "a a a b, 0.5, a a b b",
        "b b b b b b, 0.5, b b b a a a",
        "a a b, 0.5, ''",
        "a a a a a a b, 0.75, a a a a a b b",
        "a, 0.5, ''",
        "a c b, 0.5, ''",
    })
    void zonesGetTheirPart(String endpoints, double shareOfA, String wanted) {
        Optional<List<String>> hints = TopologyHints.of(list(endpoints), Map.of("a", shareOfA, "b", 1 - shareOfA));
        assertThat(hints.map(zones -> String.join(" ", zones)).orElse("")).isEqualTo(wanted);
    }

    @Test
    void noZoneIsAFifthOverItsPart() {
        for (int total = 1; total < 40; total++) {
            for (int inA = 0; inA <= total; inA++) {
                int count = inA;
                List<String> zones = IntStream.range(0, total)
                        .mapToObj(i -> i < count ? "a" : "b")
                        .toList();
                int all = total;
                TopologyHints.of(zones, Map.of("a", 0.4, "b", 0.6)).ifPresent(hints -> {
                    long a = hints.stream().filter("a"::equals).count();
                    assertThat(0.4 / a).isLessThanOrEqualTo(1.2 / all + 1e-9);
                    assertThat(0.6 / (all - a)).isLessThanOrEqualTo(1.2 / all + 1e-9);
                });
            }
        }
    }

    @Test
    void aServiceThatAsksForItGetsHints() {
        try (World world = new World("node-lifecycle")) {
            for (String zone : List.of("a", "b")) {
                world.node("n" + zone, 64);
                KubeObject node = world.client
                        .get(Resources.NODES, NamespacedName.clusterScoped("n" + zone))
                        .copy();
                world.client.update(Resources.NODES, node.label("topology.kubernetes.io/zone", zone));
            }
            world.create(
                    Resources.SERVICES,
                    "{'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'default',"
                            + "'annotations':{'service.kubernetes.io/topology-mode':'Auto'}},'spec':{"
                            + "'selector':{'app':'web'},'ports':[{'port':80,'protocol':'TCP'}]}}");
            for (String name : List.of("p1", "p2", "p3", "p4")) {
                world.create(
                        Resources.PODS,
                        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                                + "','namespace':'default','labels':{'app':'web'}},'spec':{'containers':[{'name':'c','image':'i'}]}}");
            }
            world.settle();
            assertThat(hints(world)).hasSize(4).contains("a", "b");

            KubeObject lost = world.client
                    .get(Resources.NODES, NamespacedName.clusterScoped("nb"))
                    .copy();
            lost.metadata().withObjectProperty("labels").remove("topology.kubernetes.io/zone");
            world.client.update(Resources.NODES, lost);
            world.settle();
            assertThat(hints(world)).isEmpty();
        }
    }

    private static List<String> hints(World world) {
        return world
                .client
                .list(Resources.ENDPOINT_SLICES, Query.in("default").labelled("kubernetes.io/service-name=web"))
                .items()
                .stream()
                .flatMap(slice -> slice.at("endpoints").valueStream())
                .map(endpoint -> endpoint.at("/hints/forZones/0/name").asText())
                .filter(zone -> !zone.isEmpty())
                .toList();
    }
}
