package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the standard admission plugins do to objects on their way, seen from outside. */
class StandardObjectsTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
        api.ok("POST", "/api/v1/namespaces/default/serviceaccounts", "metadata: {name: default}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void claimsAndVolumesAreProtectedFromTheBeginning() {
        ObjectNode claim = api.ok("POST", "/api/v1/namespaces/default/persistentvolumeclaims", """
                metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}""");
        assertThat(claim.at("/metadata/finalizers").toString()).isEqualTo("[\"kubernetes.io/pvc-protection\"]");
        ObjectNode volume = api.ok("POST", "/api/v1/persistentvolumes", """
                metadata: {name: data, finalizers: [kubernetes.io/pv-protection]}
                spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /x}}""");
        assertThat(volume.at("/metadata/finalizers").toString()).isEqualTo("[\"kubernetes.io/pv-protection\"]");
    }

    @Test
    void podsLearnWhereTheirNodeIs() {
        api.ok("POST", "/api/v1/nodes", """
                metadata: {name: n, labels: {topology.kubernetes.io/zone: z1, topology.kubernetes.io/region: r1, other: x}}""");
        api.ok("POST", PODS, "metadata: {name: p, labels: {app: web}}\nspec: {containers: [{name: c, image: i}]}");
        api.ok("POST", PODS + "/p/binding", "metadata: {name: p}\ntarget: {kind: Node, name: n}");

        assertThat(api.get(PODS + "/p").at("/metadata/labels"))
                .isEqualTo(
                        TestApi.yaml("{app: web, topology.kubernetes.io/region: r1, topology.kubernetes.io/zone: z1}"));
        ObjectNode placed =
                api.ok("POST", PODS, "metadata: {name: q}\nspec: {nodeName: n, containers: [{name: c, image: i}]}");
        assertThat(placed.at("/metadata/labels/topology.kubernetes.io~1zone").asText())
                .isEqualTo("z1");
    }

    @Test
    void thePrioritiesOfTheSystemAreThere() {
        assertThat(api.get(CLASSES + "/system-cluster-critical").path("value").asInt())
                .isEqualTo(2_000_000_000);
        assertThat(api.get(CLASSES + "/system-node-critical").path("value").asInt())
                .isEqualTo(2_000_001_000);
    }

    @Test
    void onePriorityClassIsForAll() {
        api.ok("POST", CLASSES, "metadata: {name: first}\nvalue: 1\nglobalDefault: true");
        assertThat(api.refused(
                                403,
                                api.call("POST", CLASSES, "metadata: {name: second}\nvalue: 2\nglobalDefault: true"))
                        .path("message")
                        .asText())
                .isEqualTo("priorityclasses.scheduling.k8s.io \"second\" is forbidden: PriorityClass first is already"
                        + " marked as default. Only one default can exist");
        api.ok(api.patch(CLASSES + "/first", "application/merge-patch+json", "{\"description\": \"x\"}"));
    }
}
