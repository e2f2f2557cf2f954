package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is recorded as the owner of fields, over HTTP: the steps of upstream's integration tests of managed fields. */
class FieldManagersTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String MAP = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: m, labels: {l: a}%s}
            data: {key: value}
            """;
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec: {containers: [{name: c, image: i}]}
            """;
    private static final String UNREADABLE = """
            , managedFields: [{manager: m, operation: Apply, apiVersion: v1, fieldsType: '', fieldsV1: {}}]""";
    private static final String MERGE = "application/merge-patch+json";

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
    void whatAdmissionAddsHasNoOwner() {
        ObjectNode pod = api.ok("POST", PODS + "?fieldManager=me", POD);

        assertThat(pod.at("/spec/tolerations")).isNotEmpty();
        assertThat(pod.at("/spec/serviceAccountName").asText()).isEqualTo("default");
        assertThat(fields(pod, "me").path("f:spec")).isEqualTo(TestApi.yaml("""
                f:containers:
                  'k:{"name":"c"}':
                    .: {}
                    f:image: {}
                    f:imagePullPolicy: {}
                    f:name: {}
                    f:resources: {}
                    f:terminationMessagePath: {}
                    f:terminationMessagePolicy: {}
                f:dnsPolicy: {}
                f:enableServiceLinks: {}
                f:restartPolicy: {}
                f:schedulerName: {}
                f:securityContext: {}
                f:terminationGracePeriodSeconds: {}
                """));
    }

    @Test
    void whoSendsAnEmptyRecordEndsIt() {
        for (String empty : List.of("[{}]", "[]")) {
            api.ok(apply(MAPS + "/m", "me", MAP.formatted("")));
            ObjectNode cleared = api.ok("PUT", MAPS + "/m", MAP.formatted(", managedFields: " + empty));
            ObjectNode patched = api.ok(api.patch(MAPS + "/m", MERGE, "{\"metadata\": {\"labels\": {\"l\": \"b\"}}}"));

            assertThat(cleared.path("metadata").has("managedFields")).isFalse();
            assertThat(patched.path("metadata").has("managedFields")).isFalse();
            assertThat(patched.at("/metadata/labels/l").asText()).isEqualTo("b");
            api.ok("DELETE", MAPS + "/m", "");
        }
    }

    @Test
    void anEmptyRecordMayComeByAnyPatch() {
        String merge = "{\"metadata\": {\"managedFields\": [{}]}}";
        String json = "[{\"op\": \"replace\", \"path\": \"/metadata/managedFields\", \"value\": [{}]}]";
        for (List<String> patch : List.of(
                List.of(MERGE, merge),
                List.of("application/strategic-merge-patch+json", merge),
                List.of("application/json-patch+json", json))) {
            api.ok(apply(MAPS + "/m", "me", MAP.formatted("")));
            ObjectNode cleared = api.ok(api.patch(MAPS + "/m", patch.get(0), patch.get(1)));

            assertThat(cleared.path("metadata").has("managedFields")).isFalse();
            assertThat(cleared.at("/metadata/labels/l").asText()).isEqualTo("a");
            api.ok("DELETE", MAPS + "/m", "");
        }
    }

    @Test
    void aRecordThatCannotBeReadIsAsIfItHadNotBeenSent() {
        ObjectNode created = api.ok("POST", MAPS + "?fieldManager=me", MAP.formatted(UNREADABLE));
        ObjectNode put = api.ok("PUT", MAPS + "/m?fieldManager=other", MAP.formatted(UNREADABLE));

        assertThat(managers(created)).containsExactly("me Update ");
        assertThat(managers(put)).containsExactly("me Update ");
    }

    @Test
    void aSubresourceDoesNotChangeTheRecord() {
        ObjectNode live = api.ok(apply(PODS + "/p", "me", POD));
        ObjectNode after = api.ok(api.patch(PODS + "/p/status?fieldManager=other", MERGE, """
                {"metadata": {"managedFields": [{"manager": "testing", "operation": "Update", "apiVersion": "v1",
                  "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:hostname": {}}}}]},
                 "status": {"conditions": [{"type": "Mine", "status": "True"}]}}
                """));

        assertThat(managers(after)).containsExactly("me Apply ", "other Update status");
        assertThat(after.at("/metadata/managedFields/0")).isEqualTo(live.at("/metadata/managedFields/0"));
    }

    @Test
    void ofTwoEntriesForOneOwnerTheLastHolds() {
        api.ok(apply(PODS + "/p", "one", POD.replace("name: p}", "name: p, labels: {a: x}}")));
        ObjectNode pod =
                api.ok(apply(PODS + "/p", "two", "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {b: y}}"));
        for (JsonNode entry : pod.at("/metadata/managedFields")) {
            ((ObjectNode) entry).put("manager", "both");
        }
        ObjectNode renamed = api.ok("PUT", PODS + "/p", pod.toString());

        assertThat(managers(renamed)).containsExactly("both Apply ");
        assertThat(fields(renamed, "both")).isEqualTo(TestApi.yaml("f:metadata: {f:labels: {f:b: {}}}"));
    }

    @Test
    void labelsAppliedByTheStatusOfAPodHaveAnOwnerOfTheirOwn() {
        api.ok(apply(PODS + "/p", "first", POD));
        String labels = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {%s: x}}";
        api.ok(apply(PODS + "/p", "labels", labels.formatted("a")));
        ObjectNode pod = api.ok(apply(PODS + "/p/status", "labels", labels.formatted("b")));

        assertThat(pod.at("/metadata/labels")).isEqualTo(TestApi.yaml("{a: x, b: x}"));
        assertThat(managers(pod)).containsExactly("first Apply ", "labels Apply ", "labels Apply status");
    }

    @Test
    void theNumberOfReplicasSetByScaleBelongsToTheSubresource() {
        api.ok(apply(DEPLOYMENTS + "/d", "manager", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: d}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: a}}
                  template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: i}]}}
                """));
        api.ok(api.patch(DEPLOYMENTS + "/d/scale?fieldManager=manager", MERGE, "{\"spec\": {\"replicas\": 32}}"));
        ObjectNode deployment = api.get(DEPLOYMENTS + "/d");

        assertThat(managers(deployment)).containsExactly("manager Apply ", "manager Update scale");
        assertThat(deployment.at("/metadata/managedFields/1/fieldsV1"))
                .isEqualTo(TestApi.yaml("f:spec: {f:replicas: {}}"));
    }

    @Test
    void changesOfManyUpdatersAreJoined() {
        api.ok(apply(MAPS + "/m", "applier", MAP.formatted("")));
        ObjectNode map = api.get(MAPS + "/m");
        for (int i = 0; i < 20; i++) {
            map = api.ok(api.patch(MAPS + "/m?fieldManager=updater" + i, MERGE, "{\"data\": {\"k" + i + "\": \"v\"}}"));
        }

        assertThat(managers(map)).hasSize(11).startsWith("applier Apply ", "ancient-changes Update ");
    }

    @Test
    void anObjectThatItsRecordMakesTooLargeIsStoredWithout() {
        String data = IntStream.range(0, 9999)
                .mapToObj(i ->
                        "\"this-key-is-very-long-so-as-to-create-a-very-large-serialized-fieldset-" + i + "\":\"A\"")
                .collect(Collectors.joining(",", "{", "}"));
        ObjectNode created = api.ok("POST", MAPS, "{\"metadata\":{\"name\":\"c\"},\"data\":" + data + "}");
        api.ok("POST", MAPS, "{\"metadata\":{\"name\":\"u\"},\"data\":{\"k\":\"v\"}}");
        ObjectNode updated = api.ok("PUT", MAPS + "/u", "{\"metadata\":{\"name\":\"u\"},\"data\":" + data + "}");
        api.ok("POST", MAPS, "{\"metadata\":{\"name\":\"p\"},\"data\":{\"k\":\"v\"}}");
        ObjectNode patched = api.ok(api.patch(MAPS + "/p", MERGE, "{\"data\":" + data + "}"));

        for (ObjectNode large : List.of(created, updated, patched)) {
            assertThat(large.path("metadata").has("managedFields")).isFalse();
            String name = large.path("metadata").path("name").asText();
            api.refused(
                    413,
                    apply(MAPS + "/" + name, "me", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}"));
        }
    }

    @Test
    void whoAppliesWhatIsNotThereNeedsToCreate() {
        JsonNode cannotPatch = api.refused(403, applyAs("panda"));
        allow("patch");
        JsonNode cannotCreate = api.refused(403, applyAs("panda"));
        allow("create");

        assertThat(cannotPatch.path("message").asText())
                .isEqualTo("pods \"p\" is forbidden: User \"panda\" cannot patch resource \"pods\" in API group \"\""
                        + " in the namespace \"default\"");
        assertThat(cannotCreate.path("message").asText())
                .isEqualTo("pods \"p\" is forbidden: User \"panda\" cannot create resource \"pods\" in API group \"\""
                        + " in the namespace \"default\"");
        api.ok(applyAs("panda"));
    }

    @Test
    void anUpdateThatChangesNothingThatMeansAnythingIsNotWritten() {
        String set = """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: s, labels: {app: a}}
                spec:
                  serviceName: s
                  selector: {matchLabels: {app: a}}
                  template:
                    metadata: {labels: {app: a}}
                    spec: {containers: [{name: c, image: i, resources: {limits: {memory: 2048Mi}}}]}
                  volumeClaimTemplates:
                  - metadata: {name: v}
                    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """;
        String sets = "/apis/apps/v1/namespaces/default/statefulsets";
        ObjectNode created = api.ok("POST", sets + "?fieldManager=me", set);
        ObjectNode updated = api.ok("PUT", sets + "/s?fieldManager=me", set);
        ObjectNode applied = api.ok(apply(sets + "/a", "me", set.replace("{name: s,", "{name: a,")));
        ObjectNode again = api.ok(apply(sets + "/a", "me", set.replace("{name: s,", "{name: a,")));

        assertThat(updated.at("/metadata/resourceVersion")).isEqualTo(created.at("/metadata/resourceVersion"));
        assertThat(again.at("/metadata/resourceVersion")).isEqualTo(applied.at("/metadata/resourceVersion"));
    }

    @Test
    void whoOwnedAReferenceWholeStandsInNobodysWay() {
        String volume = """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: v, labels: {type: local}}
                spec:
                  accessModes: [ReadWriteOnce]
                  capacity: {storage: 16Mi}
                  claimRef: {name: c, namespace: default%s}
                  hostPath: {path: /tmp/mydata}
                  storageClassName: ""
                """;
        String path = "/api/v1/persistentvolumes";
        ObjectNode created = api.ok(
                "POST",
                path + "?fieldManager=me",
                volume.formatted(", apiVersion: v1, kind: PersistentVolumeClaim, resourceVersion: '15499', uid: u"));
        api.ok(api.patch(path + "/v", "application/strategic-merge-patch+json", """
                {"metadata": {"managedFields": [
                  {"manager": "me", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1",
                   "time": "2022-06-08T23:46:32Z", "fieldsV1": {"f:metadata": {"f:labels": {"f:type": {}}}}},
                  {"manager": "controller", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1",
                   "time": "2022-06-08T23:46:37Z", "fieldsV1": {"f:spec": {"f:claimRef": {}}}}]}}
                """));
        ObjectNode applied = api.ok(apply(path + "/v", "me", volume.formatted("")));

        assertThat(applied.at("/spec/claimRef")).isEqualTo(created.at("/spec/claimRef"));
        assertThat(fields(applied, "controller")).isEqualTo(TestApi.yaml("f:spec: {f:claimRef: {}}"));
        assertThat(fields(applied, "me").at("/f:spec/f:claimRef"))
                .isEqualTo(TestApi.yaml("{f:name: {}, f:namespace: {}}"));
    }

    private void allow(String verb) {
        String access = "/apis/rbac.authorization.k8s.io/v1/";
        api.ok("POST", access + "clusterroles", """
                metadata: {name: can-%s-pods}
                rules: [{verbs: [%s], apiGroups: [''], resources: [pods]}]
                """.formatted(verb, verb));
        api.ok("POST", access + "namespaces/default/rolebindings", """
                metadata: {name: can-%s-pods}
                subjects: [{kind: User, name: panda}]
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: can-%s-pods}
                """.formatted(verb, verb));
    }

    private FakeExchange applyAs(String user) {
        return api.send(
                TestApi.ONE,
                new FakeExchange("PATCH", PODS + "/p?fieldManager=me", POD.getBytes(StandardCharsets.UTF_8))
                        .header("Content-Type", "application/apply-patch+yaml")
                        .header("Authorization", "Bearer " + user));
    }

    private FakeExchange apply(String target, String manager, String body) {
        return api.patch(target + "?fieldManager=" + manager, "application/apply-patch+yaml", body);
    }

    private static List<String> managers(ObjectNode object) {
        List<String> managers = new ArrayList<>();
        object.at("/metadata/managedFields")
                .forEach(entry -> managers.add(entry.path("manager").asText() + " "
                        + entry.path("operation").asText() + " "
                        + entry.path("subresource").asText()));
        return managers;
    }

    private static JsonNode fields(ObjectNode object, String manager) {
        return StreamSupport.stream(object.at("/metadata/managedFields").spliterator(), false)
                .filter(entry -> entry.path("manager").asText().equals(manager))
                .findFirst()
                .orElseThrow()
                .path("fieldsV1");
    }
}
