package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters of old releases beside one of the newest: what they serve, and objects that are written in their versions. */
class ReleasesTest {
    private static final ClusterId OLD = new ClusterId("old");

    @TempDir
    private Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
        cluster("v1.18.20+kantoku.1");
    }

    private void cluster(String version) {
        api.server().clusters().ensure(OLD, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", version));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private ObjectNode old(String method, String target, String body) {
        return api.ok(api.send(OLD, api.request(method, target, body)));
    }

    @Test
    void discoveryFollowsTheRelease() {
        assertThat(old("GET", "/version", "").path("minor").asText()).isEqualTo("18");
        JsonNode group = old("GET", "/apis/batch", "");
        assertThat(group.path("versions").findValuesAsText("version")).containsExactly("v1", "v1beta1");
        assertThat(old("GET", "/apis/batch/v1", "").path("resources").findValuesAsText("name"))
                .containsExactly("jobs", "jobs/status");
        assertThat(old("GET", "/apis/batch/v1beta1", "").path("resources").findValuesAsText("name"))
                .containsExactly("cronjobs", "cronjobs/status");
        assertThat(old("GET", "/apis", "").path("groups").findValuesAsText("name"))
                .doesNotContain("resource.k8s.io");
        api.refused(404, api.send(OLD, api.request("GET", "/apis/networking.k8s.io/v1/ingresses", "")));
        api.refused(404, api.send(OLD, api.request("GET", "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", "")));
        api.refused(404, api.call("GET", "/apis/networking.k8s.io/v1beta1/ingresses", ""));
    }

    @Test
    void ingressesOfV1beta1() {
        String path = "/apis/networking.k8s.io/v1beta1/namespaces/default/ingresses";
        old("POST", path, """
                apiVersion: networking.k8s.io/v1beta1
                kind: Ingress
                metadata: {name: web}
                spec:
                  backend: {serviceName: fallback, servicePort: http}
                  rules:
                  - host: a.example
                    http: {paths: [{path: /x, backend: {serviceName: web, servicePort: 80}}]}
                """);
        ObjectNode read = old("GET", path + "/web", "");
        assertThat(read.path("apiVersion").asText()).isEqualTo("networking.k8s.io/v1beta1");
        assertThat(read.at("/spec/backend/servicePort").asText()).isEqualTo("http");
        JsonNode route = read.at("/spec/rules/0/http/paths/0");
        assertThat(route.path("backend").toString()).isEqualTo("{\"serviceName\":\"web\",\"servicePort\":80}");
        assertThat(route.path("pathType").asText()).isEqualTo("ImplementationSpecific");
        ObjectNode list = old("GET", path, "");
        assertThat(list.path("apiVersion").asText()).isEqualTo("networking.k8s.io/v1beta1");
        assertThat(list.at("/items/0/spec/backend/serviceName").asText()).isEqualTo("fallback");
    }

    @Test
    void ingressesAreTheSameInTheGroupThatTheyCameFrom() {
        String first = "/apis/extensions/v1beta1/namespaces/default/ingresses";
        String later = "/apis/networking.k8s.io/v1beta1/namespaces/default/ingresses";
        old("POST", first, """
                apiVersion: extensions/v1beta1
                kind: Ingress
                metadata: {name: web}
                spec: {backend: {serviceName: web, servicePort: 80}}
                """);
        assertThat(old("GET", first + "/web", "").path("apiVersion").asText()).isEqualTo("extensions/v1beta1");
        ObjectNode seen = old("GET", later + "/web", "");
        assertThat(seen.path("apiVersion").asText()).isEqualTo("networking.k8s.io/v1beta1");
        assertThat(seen.at("/spec/backend/servicePort").asInt()).isEqualTo(80);
        seen.withObjectProperty("spec").withObjectProperty("backend").put("servicePort", "http");
        old("PUT", later + "/web", seen.toString());
        assertThat(old("GET", first, "").at("/items/0/spec/backend/servicePort").asText())
                .isEqualTo("http");
        old("DELETE", first + "/web", "");
        api.refused(404, api.send(OLD, api.request("GET", later + "/web", "")));
        api.refused(404, api.call("GET", first, ""));
    }

    @Test
    void kindsThatOnlyOldReleasesHave() {
        String policies = "/apis/policy/v1beta1/podsecuritypolicies";
        old("POST", policies, """
                apiVersion: policy/v1beta1
                kind: PodSecurityPolicy
                metadata: {name: restricted}
                spec: {privileged: false, seLinux: {rule: RunAsAny}, volumes: ["*"]}
                """);
        assertThat(old("GET", policies + "/restricted", "")
                        .at("/spec/seLinux/rule")
                        .asText())
                .isEqualTo("RunAsAny");
        api.refused(404, api.call("GET", policies, ""));
    }

    @Test
    void betasThatDifferOnlyByTheirName() {
        old("POST", "/apis/batch/v1beta1/namespaces/default/cronjobs", """
                apiVersion: batch/v1beta1
                kind: CronJob
                metadata: {name: nightly}
                spec:
                  schedule: "0 1 * * *"
                  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}
                """);
        ObjectNode budget = old("POST", "/apis/policy/v1beta1/namespaces/default/poddisruptionbudgets", """
                apiVersion: policy/v1beta1
                kind: PodDisruptionBudget
                metadata: {name: web}
                spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
                """);
        assertThat(budget.path("apiVersion").asText()).isEqualTo("policy/v1beta1");
        ObjectNode scaler = old("POST", "/apis/autoscaling/v2beta1/namespaces/default/horizontalpodautoscalers", """
                apiVersion: autoscaling/v2beta1
                kind: HorizontalPodAutoscaler
                metadata: {name: web}
                spec:
                  scaleTargetRef: {kind: Deployment, name: web, apiVersion: apps/v1}
                  maxReplicas: 3
                  metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 70}}]
                """);
        assertThat(scaler.at("/spec/metrics/0/resource").toString())
                .isEqualTo("{\"name\":\"cpu\",\"targetAverageUtilization\":70}");
        assertThat(old("GET", "/apis/autoscaling/v2beta2/namespaces/default/horizontalpodautoscalers/web", "")
                        .at("/spec/metrics/0/resource/target")
                        .toString())
                .isEqualTo("{\"averageUtilization\":70,\"type\":\"Utilization\"}");
    }

    @Test
    void theServersOwnPartsUseTheStoredVersions() {
        var client = api.server().inProcess(UserInfo.master("test")).cluster(OLD);
        assertThat(client.list(Resources.ENDPOINT_SLICES, Query.all()).items()).isEmpty();
    }

    @Test
    void anUpgradeChangesWhatIsServed() {
        ingressesOfV1beta1();
        api.server()
                .clusters()
                .reconfigure(OLD, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.22.17+kantoku.1"));
        assertThat(old("GET", "/apis/networking.k8s.io/v1/namespaces/default/ingresses/web", "")
                        .at("/spec/defaultBackend/service/port/name")
                        .asText())
                .isEqualTo("http");
        api.refused(404, api.send(OLD, api.request("GET", "/apis/networking.k8s.io/v1beta1/ingresses", "")));
    }

    @Test
    void documentsHaveEveryVersionServed() {
        ObjectNode index = old("GET", "/openapi/v3", "");
        assertThat(index.path("paths").has("apis/networking.k8s.io/v1beta1")).isTrue();
        assertThat(index.path("paths").has("apis/resource.k8s.io/v1")).isFalse();
        assertThat(Json.bytes(old("GET", "/openapi/v3/apis/networking.k8s.io/v1beta1", "")).length)
                .isGreaterThan(1000);
    }
}
