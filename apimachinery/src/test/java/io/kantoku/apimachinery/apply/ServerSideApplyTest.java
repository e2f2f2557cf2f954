package io.kantoku.apimachinery.apply;

import static io.kantoku.apimachinery.RandomJson.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.RandomJson;
import io.kantoku.apimachinery.Status;
import io.kantoku.apimachinery.apply.ManagedFields.Operation;
import io.kantoku.apimachinery.schema.BuiltinTypes;
import io.kantoku.apimachinery.schema.TypeSchema;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerSideApplyTest {
    private static final TypeSchema DEPLOYMENT = BuiltinTypes.typeSchema(
                    new GroupVersionKind("apps", "v1", "Deployment"))
            .orElseThrow();
    private static final Instant NOW = Instant.parse("2020-09-29T10:00:00.5Z");

    private static final String BASE = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {app: web}}
            spec:
              replicas: 3
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: nginx, image: "nginx:1", ports: [{containerPort: 80}]}
            """;

    @Test
    void createsAndRecordsTheOwner() {
        ObjectNode created = apply(null, yaml(BASE), "kubectl");
        ObjectNode metadata = (ObjectNode) created.get("metadata");
        assertThat(metadata.remove("managedFields")).isEqualTo(yaml("""
                                        v:
                                        - manager: kubectl
                                          operation: Apply
                                          apiVersion: apps/v1
                                          time: "2020-09-29T10:00:00Z"
                                          fieldsType: FieldsV1
                                          fieldsV1:
                                            f:metadata: {f:labels: {f:app: {}}}
                                            f:spec:
                                              f:replicas: {}
                                              f:selector: {}
                                              f:template:
                                                f:metadata: {f:labels: {f:app: {}}}
                                                f:spec:
                                                  f:containers:
                                                    'k:{"name":"nginx"}':
                                                      .: {}
                                                      f:image: {}
                                                      f:name: {}
                                                      f:ports:
                                                        'k:{"containerPort":80,"protocol":"TCP"}':
                                                          .: {}
                                                          f:containerPort: {}
                                        """).get("v"));
        assertThat(created).isEqualTo(yaml(BASE));
    }

    @Test
    void applyingTheSameAgainChangesNothing() {
        ObjectNode created = apply(null, yaml(BASE), "kubectl");
        Writer later = new Writer("kubectl", "apps/v1", "", NOW.plusSeconds(60));
        assertThat(ServerSideApply.apply(created, yaml(BASE), later, false, DEPLOYMENT))
                .isEqualTo(created);
    }

    @Test
    void refusesToTakeAFieldThatAnotherOwns() {
        ObjectNode created = ManagedFields.afterUpdate(
                null, yaml(BASE), new Writer("kubectl-client-side-apply", "apps/v1", "", NOW), DEPLOYMENT);
        ObjectNode config = yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 5}}");
        assertThatThrownBy(() -> apply(created, config, "kubectl"))
                .asInstanceOf(type(ApiException.class))
                .satisfies(conflict -> {
                    assertThat(conflict.code()).isEqualTo(409);
                    assertThat(conflict)
                            .hasMessage(
                                    "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas");
                    assertThat(Objects.requireNonNull(conflict.status().details())
                                    .causes())
                            .containsExactly(new Status.Cause(
                                    "FieldManagerConflict",
                                    "conflict with \"kubectl-client-side-apply\" using apps/v1",
                                    ".spec.replicas"));
                });
        ObjectNode forced =
                ServerSideApply.apply(created, config, new Writer("kubectl", "apps/v1", "", NOW), true, DEPLOYMENT);
        assertThat(forced.at("/spec/replicas").asInt()).isEqualTo(5);
        assertThat(fields(forced, "kubectl", Operation.APPLY)).contains(".spec.replicas");
        assertThat(fields(forced, "kubectl-client-side-apply", Operation.UPDATE))
                .doesNotContain(".spec.replicas");
    }

    @Test
    void namesEachConflictInOrder() {
        ObjectNode created = apply(null, yaml(BASE), "one");
        ObjectNode config = yaml(BASE.replace("replicas: 3", "replicas: 4").replace("nginx:1", "nginx:2"));
        assertThatThrownBy(() -> apply(created, config, "two")).hasMessage("""
                        Apply failed with 2 conflicts: conflicts with "one":
                        - .spec.replicas
                        - .spec.template.spec.containers[name="nginx"].image\
                        """);
    }

    @Test
    void sharesFieldsThatAreEqual() {
        ObjectNode created = apply(null, yaml(BASE), "one");
        ObjectNode shared = apply(
                created,
                yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 3}}"),
                "two");
        assertThat(fields(shared, "one", Operation.APPLY)).contains(".spec.replicas");
        assertThat(fields(shared, "two", Operation.APPLY)).containsExactly(".spec.replicas");
        ObjectNode left = apply(shared, yaml(BASE.replace("  replicas: 3\n", "")), "one");
        assertThat(left.at("/spec/replicas").asInt()).as("two still wants it").isEqualTo(3);
        ObjectNode gone = apply(left, yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}"), "two");
        assertThat(gone.get("spec").has("replicas")).isFalse();
    }

    @Test
    void removesItemsAndLabelsThatAreNoLongerApplied() {
        String two = BASE.replace(
                        "      - {name: nginx,", "      - {name: log, image: \"log:1\"}\n      - {name: nginx,")
                .replace("labels: {app: web}}\nspec", "labels: {app: web, extra: x}}\nspec");
        ObjectNode created = apply(null, yaml(two), "kubectl");
        assertThat(created.at("/spec/template/spec/containers")).hasSize(2);
        ObjectNode defaulted = created.deepCopy();
        ((ObjectNode) defaulted.at("/spec/template/spec/containers/0")).put("imagePullPolicy", "Always");
        ((ObjectNode) defaulted.get("spec")).put("progressDeadlineSeconds", 600);
        ObjectNode applied = apply(defaulted, yaml(BASE), "kubectl");
        assertThat(applied.at("/spec/template/spec/containers")).hasSize(1);
        assertThat(applied.at("/metadata/labels").has("extra")).isFalse();
        assertThat(applied.at("/spec/progressDeadlineSeconds").asInt()).isEqualTo(600);
    }

    @Test
    void anItemThatAnotherAlsoAppliesStays() {
        ObjectNode created = apply(null, yaml(BASE), "one");
        ObjectNode both = apply(created, yaml("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web}
                        spec: {template: {spec: {containers: [{name: nginx, resources: {limits: {cpu: 1}}}]}}}
                        """), "two");
        ObjectNode without = yaml(BASE);
        ((ObjectNode) without.at("/spec/template/spec"))
                .putArray("containers")
                .addObject()
                .put("name", "other")
                .put("image", "o");
        ObjectNode left = apply(both, without, "one");
        JsonNode containers = left.at("/spec/template/spec/containers");
        assertThat(containers).hasSize(2);
        assertThat(containers.get(0)).isEqualTo(yaml("{name: nginx, resources: {limits: {cpu: 1}}}"));
    }

    @Test
    void keepsOrderAsApplied() {
        TypeSchema set = new TypeSchema.Granular(
                name -> name.equals("set") ? new TypeSchema.SetList() : TypeSchema.deduced(), _ -> true);
        Writer writer = new Writer("m", "v1", "", NOW);
        ObjectNode live = ManagedFields.afterUpdate(null, yaml("set: [a, b, c]"), new Writer("o", "v1", "", NOW), set);
        ObjectNode merged = ServerSideApply.apply(live, yaml("set: [x, c, a]"), writer, false, set);
        assertThat(merged.get("set")).isEqualTo(yaml("v: [b, x, c, a]").get("v"));
    }

    @Test
    void objectsOfOldBelongToNobodyInParticular() {
        ObjectNode old = yaml(BASE);
        ObjectNode config = yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 4}}");
        assertThatThrownBy(() -> apply(old, config, "kubectl"))
                .hasMessageContaining("conflict with \"before-first-apply\" using apps/v1: .spec.replicas");
    }

    @Test
    void refusesMalformedConfigurations() {
        ObjectNode doubled = yaml(BASE);
        ((ObjectNode) doubled.at("/spec/template/spec"))
                .withArrayProperty("containers")
                .addObject()
                .put("name", "nginx");
        assertThatThrownBy(() -> apply(null, doubled, "m"))
                .hasMessageContaining(".spec.template.spec.containers: duplicate entries for key [name=\"nginx\"]");
        ObjectNode managed = yaml("metadata: {name: x, managedFields: [{manager: me}]}");
        assertThatThrownBy(() -> apply(null, managed, "m")).hasMessage("metadata.managedFields must be nil");
    }

    @Test
    void updatesTakeWhatTheyChange() {
        ObjectNode created = apply(null, yaml(BASE), "kubectl");
        ObjectNode scaled = created.deepCopy();
        ((ObjectNode) scaled.get("spec")).put("replicas", 9);
        scaled.putObject("status").put("readyReplicas", 1);
        ManagedFields.afterUpdate(created, scaled, new Writer("hpa", "apps/v1", "scale", NOW), DEPLOYMENT);
        assertThat(fields(scaled, "hpa", Operation.UPDATE))
                .containsExactly(".spec.replicas", ".status", ".status.readyReplicas");
        assertThat(fields(scaled, "kubectl", Operation.APPLY)).doesNotContain(".spec.replicas");
        assertThatThrownBy(() -> apply(scaled, yaml(BASE), "kubectl"))
                .hasMessageContaining("conflict with \"hpa\" with subresource \"scale\" using apps/v1: .spec.replicas");
        ObjectNode cleared = scaled.deepCopy();
        ((ObjectNode) cleared.get("metadata")).putArray("managedFields");
        ManagedFields.afterUpdate(scaled, cleared, new Writer("x", "apps/v1", "", NOW), DEPLOYMENT);
        assertThat(cleared.get("metadata").has("managedFields")).isFalse();
    }

    @Test
    void joinsTheOldestOfTooManyUpdaters() {
        ObjectNode object = yaml("{metadata: {name: x}, data: {}}");
        for (int i = 0; i < 15; i++) {
            ObjectNode changed = object.deepCopy();
            changed.withObjectProperty("data").put("k" + i, "v");
            object = ManagedFields.afterUpdate(
                    object, changed, new Writer("m" + i, "v1", "", NOW.plusSeconds(i)), TypeSchema.deduced());
        }
        assertThat(object.at("/metadata/managedFields")).hasSize(10);
        assertThat(fields(object, "ancient-changes", Operation.UPDATE)).contains(".data.k0", ".data.k5");
    }

    @Test
    void refusesObjectsWhoseRecordCouldNotBeReadAgain() {
        ObjectNode deep = Json.object();
        for (int i = 0; i < Json.MAX_DEPTH - 2; i++) {
            ObjectNode outer = Json.object();
            outer.set("a", deep);
            deep = outer;
        }
        ObjectNode object = deep;
        Writer writer = new Writer("m", "v1", "", NOW);
        assertThatThrownBy(() -> ManagedFields.afterUpdate(null, object, writer, TypeSchema.deduced()))
                .hasMessageContaining("nested too deep");
    }

    /** Whoever applies gets what it applied, whatever was there and whoever owned it, and a second time changes nothing. */
    @Test
    void forcedApplyAlwaysWins() {
        long seed = System.nanoTime();
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < 2000; i++) {
            ObjectNode live = null;
            for (int n = 0; n < 4; n++) {
                ObjectNode config = random.object(4, false);
                Writer writer = new Writer("m" + n % 2, "v1", "", NOW);
                live = ServerSideApply.apply(live, config, writer, true, TypeSchema.deduced());
                ObjectNode bare = live.deepCopy();
                ManagedFields.strip(bare);
                assertThat(ServerSideApply.apply(live, config, writer, false, TypeSchema.deduced()))
                        .as("seed %d", seed)
                        .isEqualTo(live);
                assertThat(contains(bare, config))
                        .as("seed %d: %s in %s", seed, config, bare)
                        .isTrue();
            }
        }
    }

    private static boolean contains(JsonNode whole, JsonNode part) {
        if (!part.isObject()) {
            return whole.equals(part);
        }
        boolean all = whole.isObject();
        for (var entry : part.properties()) {
            all &= contains(whole.path(entry.getKey()), entry.getValue());
        }
        return all;
    }

    private static ObjectNode apply(@Nullable ObjectNode live, ObjectNode config, String manager) {
        return ServerSideApply.apply(live, config, new Writer(manager, "apps/v1", "", NOW), false, DEPLOYMENT);
    }

    private static List<String> fields(ObjectNode object, String manager, Operation operation) {
        return ManagedFields.of(object).fieldsOf(manager, operation).paths();
    }
}
