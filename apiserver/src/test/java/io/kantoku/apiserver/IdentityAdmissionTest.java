package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import io.kantoku.transport.pki.CertificateSigningRequest;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.Subject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes may do, who approves certificates, and the smaller plug-ins. */
class IdentityAdmissionTest {
    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
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

    private FakeExchange as(String user, String group, FakeExchange request) {
        return api.send(TestApi.ONE, request.header("Impersonate-User", user).header("Impersonate-Group", group));
    }

    private FakeExchange node(String name, String method, String path, String body) {
        return as("system:node:" + name, "system:nodes", api.request(method, path, body));
    }

    private String message(int code, FakeExchange answered) {
        return api.refused(code, answered).path("message").asText();
    }

    @Test
    void nodesReadWhatTheirPodsNeed() {
        api.ok("POST", "/api/v1/namespaces/default/secrets", "metadata: {name: s}");
        api.ok("POST", "/api/v1/namespaces/default/secrets", "metadata: {name: t}");
        api.ok("POST", "/api/v1/namespaces/default/configmaps", "metadata: {name: m}");
        api.ok("POST", "/api/v1/namespaces/default/pods", """
                metadata: {name: p}
                spec: {nodeName: n1, volumes: [{name: v, secret: {secretName: s}}], containers: [{name: c, image: i, envFrom: [{configMapRef: {name: m}}]}]}""");

        api.ok(node("n1", "GET", "/api/v1/namespaces/default/secrets/s", ""));
        api.ok(node("n1", "GET", "/api/v1/namespaces/default/configmaps/m", ""));
        assertThat(message(403, node("n1", "GET", "/api/v1/namespaces/default/secrets/t", "")))
                .contains("no relationship found between node 'n1' and this object");
        api.refused(403, node("n2", "GET", "/api/v1/namespaces/default/secrets/s", ""));
        api.refused(403, node("n1", "GET", "/api/v1/namespaces/default/secrets", ""));
        api.refused(403, node("n1", "PUT", "/api/v1/namespaces/default/secrets/s", "metadata: {name: s}"));
        api.ok(node("n1", "GET", "/api/v1/pods", ""));
    }

    @Test
    void nodesWriteOnlyTheirOwn() {
        ObjectNode made = api.ok(
                node("n1", "POST", "/api/v1/nodes", "metadata: {name: n1, labels: {kubernetes.io/hostname: n1}}"));
        assertThat(made.path("spec").path("taints").path(0).path("key").asText())
                .isEqualTo("node.kubernetes.io/not-ready");
        assertThat(message(403, node("n1", "POST", "/api/v1/nodes", "metadata: {name: n2}")))
                .isEqualTo("nodes \"n2\" is forbidden: node \"n1\" is not allowed to modify node \"n2\"");
        assertThat(message(
                        403,
                        as(
                                "system:node:n1",
                                "system:nodes",
                                new FakeExchange(
                                                "PATCH",
                                                "/api/v1/nodes/n1",
                                                "{\"metadata\":{\"labels\":{\"node-restriction.kubernetes.io/x\":\"y\"}}}"
                                                        .getBytes(StandardCharsets.UTF_8))
                                        .header("Content-Type", MERGE))))
                .contains("is not allowed to modify the following labels: node-restriction.kubernetes.io/x");
        assertThat(message(
                        403,
                        node(
                                "n1",
                                "POST",
                                "/api/v1/namespaces/default/pods",
                                "metadata: {name: p}\nspec: {nodeName: n1, containers: [{name: c, image: i}]}")))
                .contains("can only create mirror pods");
        api.ok(
                "POST",
                "/api/v1/namespaces/default/pods",
                "metadata: {name: q}\nspec: {nodeName: n2, containers: [{name: c, image: i}]}");
        assertThat(message(403, node("n1", "DELETE", "/api/v1/namespaces/default/pods/q", "")))
                .contains("can only delete pods with spec.nodeName set to itself");
        api.ok(node("n2", "DELETE", "/api/v1/namespaces/default/pods/q", "{\"gracePeriodSeconds\":0}"));
    }

    private String request(String name, String signer, Subject subject) {
        String pem = CertificateSigningRequest.create(Keys.generate(), subject, List.of());
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"signerName\":\"" + signer
                + "\",\"usages\":[\"client auth\"],\"username\":\"forged\",\"request\":\""
                + Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)) + "\"}}";
    }

    @Test
    void certificatesAreApprovedByThoseWhoMay() {
        api.ok("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", """
                metadata: {name: csr}
                rules: [{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests, certificatesigningrequests/approval, certificatesigningrequests/status], verbs: ['*']}]""");
        api.ok("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                metadata: {name: bob}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: csr}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]""");
        String signer = "kubernetes.io/kube-apiserver-client";
        JsonNode made = api.ok(as(
                "bob", "devs", api.request("POST", REQUESTS, request("r", signer, new Subject("eve", List.of())))));
        assertThat(made.path("spec").path("username").asText()).isEqualTo("bob");
        assertThat(made.path("spec").path("groups").toString()).contains("devs");

        String approval =
                "{\"status\":{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\",\"reason\":\"x\"}]}}";
        assertThat(message(
                        403,
                        as(
                                "bob",
                                "devs",
                                new FakeExchange(
                                                "PATCH",
                                                REQUESTS + "/r/approval",
                                                approval.getBytes(StandardCharsets.UTF_8))
                                        .header("Content-Type", MERGE))))
                .contains("user not permitted to approve requests with signerName \"" + signer + "\"");
        api.ok(api.patch(REQUESTS + "/r/approval", MERGE, approval));
        String signed = "{\"status\":{\"certificate\":\"eA==\"}}";
        assertThat(message(
                        403,
                        as(
                                "bob",
                                "devs",
                                new FakeExchange(
                                                "PATCH",
                                                REQUESTS + "/r/status",
                                                signed.getBytes(StandardCharsets.UTF_8))
                                        .header("Content-Type", MERGE))))
                .contains("user not permitted to sign requests with signerName");
        assertThat(message(
                        403,
                        api.call(
                                "POST", REQUESTS, request("m", signer, new Subject("eve", List.of("system:masters"))))))
                .contains("use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed");
        api.refused(
                422,
                api.call(
                        "POST",
                        REQUESTS,
                        request("n", signer, new Subject("x", List.of()))
                                .replaceAll("\"request\":\"[^\"]*\"", "\"request\":\"eA==\"")));
    }

    @Test
    void runtimeClassesAddTheirOverhead() {
        api.ok("POST", "/apis/node.k8s.io/v1/runtimeclasses", """
                metadata: {name: kata}
                handler: kata
                overhead: {podFixed: {cpu: 100m}}
                scheduling: {nodeSelector: {kata: 'yes'}, tolerations: [{key: kata, operator: Exists}]}""");
        JsonNode spec = api.ok(
                        "POST",
                        "/api/v1/namespaces/default/pods",
                        "metadata: {name: p}\nspec: {runtimeClassName: kata, containers: [{name: c, image: i}]}")
                .path("spec");
        assertThat(spec.path("overhead").path("cpu").asText()).isEqualTo("100m");
        assertThat(spec.path("nodeSelector").path("kata").asText()).isEqualTo("yes");
        assertThat(spec.path("tolerations").toString()).contains("\"key\":\"kata\"");
        assertThat(
                        message(
                                403,
                                api.call(
                                        "POST",
                                        "/api/v1/namespaces/default/pods",
                                        "metadata: {name: q}\nspec: {runtimeClassName: none, containers: [{name: c, image: i}]}")))
                .isEqualTo("pods \"q\" is forbidden: pod rejected: RuntimeClass \"none\" not found");
    }

    @Test
    void claimsGrowWhereTheirClassLetsThem() {
        for (String name : List.of("grows", "stays")) {
            api.ok(
                    "POST",
                    "/apis/storage.k8s.io/v1/storageclasses",
                    "metadata: {name: " + name + "}\nprovisioner: x\nallowVolumeExpansion: " + name.equals("grows"));
            api.ok(
                    "POST",
                    "/api/v1/namespaces/default/persistentvolumeclaims",
                    "metadata: {name: " + name + "}\nspec: {storageClassName: " + name
                            + ", accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}");
            api.ok(api.patch(
                    "/api/v1/namespaces/default/persistentvolumeclaims/" + name + "/status",
                    MERGE,
                    "{\"status\":{\"phase\":\"Bound\"}}"));
        }
        String more = "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}}}";
        api.ok(api.patch("/api/v1/namespaces/default/persistentvolumeclaims/grows", MERGE, more));
        assertThat(message(403, api.patch("/api/v1/namespaces/default/persistentvolumeclaims/stays", MERGE, more)))
                .contains("only dynamically provisioned pvc can be resized");
    }
}
