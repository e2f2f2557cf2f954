package io.kantoku.apimachinery.patch;

import static io.kantoku.apimachinery.RandomJson.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.RandomJson;
import io.kantoku.apimachinery.schema.BuiltinTypes;
import org.junit.jupiter.api.Test;

class StrategicMergePatchTest {
    private static final PatchSchema POD =
            BuiltinTypes.patchSchema(new GroupVersionKind("", "v1", "Pod")).orElseThrow();
    private static final PatchSchema DEPLOYMENT = BuiltinTypes.patchSchema(
                    new GroupVersionKind("apps", "v1", "Deployment"))
            .orElseThrow();

    @Test
    void mergesListsByTheirKeys() {
        ObjectNode pod = yaml("""
                spec:
                  containers:
                  - {name: a, image: "a:1", env: [{name: X, value: "1"}], args: [p]}
                  - {name: b, image: "b:1"}
                  tolerations: [{key: t}]
                """);
        ObjectNode patch = yaml("""
                spec:
                  containers:
                  - {name: a, image: "a:2", env: [{name: Y, value: "2"}], args: [q]}
                  - {name: c, image: "c:1"}
                  tolerations: [{key: u}]
                """);
        assertThat(StrategicMergePatch.apply(pod, patch, POD)).isEqualTo(yaml("""
                                spec:
                                  containers:
                                  - {name: a, image: "a:2", env: [{name: Y, value: "2"}, {name: X, value: "1"}], args: [q]}
                                  - {name: c, image: "c:1"}
                                  - {name: b, image: "b:1"}
                                  tolerations: [{key: u}]
                                """));
    }

    @Test
    void followsDirectives() {
        ObjectNode pod = yaml("spec: {containers: [{name: a, image: x}, {name: b}], nodeSelector: {k: v, l: w}}");
        assertThat(patched(pod, "spec: {containers: [{name: a, $patch: delete}]}")
                        .at("/spec/containers"))
                .isEqualTo(yaml("v: [{name: b}]").get("v"));
        assertThat(patched(pod, "spec: {containers: [{$patch: replace}, {name: z}]}")
                        .at("/spec/containers"))
                .isEqualTo(yaml("v: [{name: z}]").get("v"));
        assertThat(patched(pod, "spec: {nodeSelector: {$patch: replace, m: x}}").at("/spec/nodeSelector"))
                .isEqualTo(yaml("m: x"));
        assertThat(patched(pod, "spec: {nodeSelector: {$patch: delete}}").at("/spec/nodeSelector"))
                .isEmpty();
        assertThat(patched(pod, "spec: {nodeSelector: null}").at("/spec").has("nodeSelector"))
                .isFalse();
        assertThatThrownBy(() -> patched(pod, "spec: {$patch: frob}")).hasMessageContaining("unknown patch type: frob");
        assertThatThrownBy(() -> patched(pod, "spec: {containers: [{image: x}]}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageContaining("does not contain declared merge key: name");
    }

    @Test
    void retainsOnlyTheKeysNamed() {
        ObjectNode deployment = yaml("spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}");
        ObjectNode patch = yaml("spec: {strategy: {$retainKeys: [type], type: Recreate}}");
        assertThat(StrategicMergePatch.apply(deployment, patch, DEPLOYMENT))
                .isEqualTo(yaml("spec: {strategy: {type: Recreate}}"));
        ObjectNode wrong = yaml("spec: {strategy: {$retainKeys: [type], rollingUpdate: {}}}");
        assertThatThrownBy(() -> StrategicMergePatch.apply(deployment, wrong, DEPLOYMENT))
                .hasMessageContaining("invalid patch format of retainKeys");
    }

    @Test
    void ordersAndDeletesItemsOfPrimitiveLists() {
        ObjectNode pod = yaml("metadata: {finalizers: [a, b, c]}");
        assertThat(patched(pod, "metadata: {$deleteFromPrimitiveList/finalizers: [b]}")
                        .at("/metadata/finalizers"))
                .isEqualTo(yaml("v: [a, c]").get("v"));
        assertThat(patched(pod, "metadata: {finalizers: [d], $setElementOrder/finalizers: [c, d, a]}")
                        .at("/metadata/finalizers"))
                .isEqualTo(yaml("v: [b, c, d, a]").get("v"));
        assertThatThrownBy(() -> patched(pod, "metadata: {finalizers: [d], $setElementOrder/finalizers: [a]}"))
                .hasMessageContaining("$setElementOrder/finalizers");
    }

    /** What kubectl apply sends when it changes one container of two. */
    @Test
    void keepsTheOrderThatKubectlSets() {
        ObjectNode pod = yaml("spec: {containers: [{name: injected}, {name: a, image: x}, {name: b}]}");
        ObjectNode result = patched(
                pod, "spec: {$setElementOrder/containers: [{name: b}, {name: a}], containers: [{name: a, image: y}]}");
        assertThat(result.at("/spec/containers"))
                .isEqualTo(yaml("v: [{name: injected}, {name: b}, {name: a, image: y}]")
                        .get("v"));
    }

    @Test
    void dropsDirectivesFromWhatIsNew() {
        assertThat(patched(
                        yaml("spec: {}"),
                        "spec: {containers: [{name: a, $patch: delete}, {name: b}], x: {$patch: replace, y: 1}}"))
                .isEqualTo(yaml("spec: {containers: [{name: b}], x: {y: 1}}"));
        assertThat(patched(
                        yaml("{}"),
                        "spec: {$setElementOrder/containers: [{name: a}], containers: [{name: a}], n: {m: null}}"))
                .isEqualTo(yaml("spec: {containers: [{name: a}], n: {}}"));
    }

    @Test
    void isAMergePatchWhereNothingIsKnown() {
        long seed = System.nanoTime();
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < 3000; i++) {
            ObjectNode document = random.object(4, false);
            ObjectNode target = random.object(4, false);
            ObjectNode patch = (ObjectNode) MergePatch.diff(document, target);
            assertThat(StrategicMergePatch.apply(document, patch, PatchSchema.UNKNOWN))
                    .as("seed %d", seed)
                    .isEqualTo(target);
        }
    }

    @Test
    void mergesLongListsInLinearTime() {
        ObjectNode pod = yaml("spec: {containers: []}");
        for (int i = 0; i < 20_000; i++) {
            pod.withObjectProperty("spec")
                    .withArrayProperty("containers")
                    .addObject()
                    .put("name", "c" + i);
        }
        assertThat(StrategicMergePatch.apply(pod, pod, POD)).isEqualTo(pod);
    }

    private static ObjectNode patched(ObjectNode object, String patch) {
        return StrategicMergePatch.apply(object, yaml(patch), POD);
    }
}
