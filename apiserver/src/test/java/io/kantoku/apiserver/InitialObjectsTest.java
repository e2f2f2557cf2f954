package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster has that nobody has touched, as upstream's API server makes it. */
class InitialObjectsTest {
    private static final String FLOW = "/apis/flowcontrol.apiserver.k8s.io/v1";
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private List<String> names(ClusterId cluster, String target) {
        return api.ok(api.send(cluster, api.request("GET", target, "")))
                .path("items")
                .valueStream()
                .map(item -> item.path("metadata").path("name").asText())
                .toList();
    }

    private List<String> names(String target) {
        return names(TestApi.ONE, target);
    }

    @Test
    void flowControlHasUpstreamsLevelsAndSchemas() {
        assertThat(names(FLOW + "/prioritylevelconfigurations"))
                .containsExactly(
                        "catch-all",
                        "exempt",
                        "global-default",
                        "leader-election",
                        "node-high",
                        "system",
                        "workload-high",
                        "workload-low");
        assertThat(names(FLOW + "/flowschemas"))
                .containsExactly(
                        "catch-all",
                        "endpoint-controller",
                        "exempt",
                        "global-default",
                        "kube-controller-manager",
                        "kube-scheduler",
                        "kube-system-service-accounts",
                        "probes",
                        "service-accounts",
                        "system-leader-election",
                        "system-node-high",
                        "system-nodes",
                        "workload-leader-election");
        ObjectNode probes = api.get(FLOW + "/flowschemas/probes");
        assertThat(probes.at("/status/conditions/0/message").asText())
                .isEqualTo("This FlowSchema references the PriorityLevelConfiguration object named \"exempt\" and it"
                        + " exists");
        assertThat(probes.at("/spec/rules/0/nonResourceRules/0/nonResourceURLs/0")
                        .asText())
                .isEqualTo("/healthz");
        assertThat(api.get(FLOW + "/prioritylevelconfigurations/system").at("/spec/limited"))
                .isEqualTo(
                        TestApi.yaml(
                                "{nominalConcurrencyShares: 30, lendablePercent: 33, limitResponse: {type: Queue, queuing: {queues: 64, handSize: 6, queueLengthLimit: 50}}}"));
    }

    @Test
    void answersSayWhichFlowTheyBelongTo() {
        assertThat(flow("admin", "/api/v1/pods")).isEqualTo("exempt/exempt");
        assertThat(flow("somebody", "/api/v1/pods")).isEqualTo("global-default/global-default");
        assertThat(flow("somebody", "/readyz")).isEqualTo("probes/exempt");
        assertThat(flow("system:kube-scheduler", "/apis/coordination.k8s.io/v1/namespaces/x/leases/y"))
                .isEqualTo("system-leader-election/leader-election");
        api.ok("POST", FLOW + "/flowschemas", """
                metadata: {name: own}
                spec:
                  matchingPrecedence: 5
                  priorityLevelConfiguration: {name: workload-low}
                  rules:
                  - subjects: [{kind: User, user: {name: somebody}}]
                    resourceRules: [{verbs: [list], apiGroups: [""], resources: [pods], namespaces: [a], clusterScope: false}]
                """);
        assertThat(flow("somebody", "/api/v1/pods")).isEqualTo("global-default/global-default");
        assertThat(flow("somebody", "/api/v1/namespaces/a/pods")).isEqualTo("own/workload-low");
        assertThat(flow("somebody", "/api/v1/namespaces/b/pods")).isEqualTo("global-default/global-default");
    }

    private String flow(String user, String target) {
        FakeExchange answered =
                api.send(TestApi.ONE, api.request("GET", target, "").header("Authorization", "Bearer " + user));
        return name("flowschemas", answered.answered("X-Kubernetes-PF-FlowSchema-UID"))
                + "/"
                + name("prioritylevelconfigurations", answered.answered("X-Kubernetes-PF-PriorityLevel-UID"));
    }

    private String name(String kind, List<String> uid) {
        return api.get(FLOW + "/" + kind)
                .path("items")
                .valueStream()
                .filter(item -> uid.contains(item.at("/metadata/uid").asText()))
                .map(item -> item.at("/metadata/name").asText())
                .findFirst()
                .orElse("none of " + uid);
    }

    @Test
    void upstreamsControllersHaveTheirRoles() {
        assertThat(names(RBAC + "/clusterroles"))
                .contains(
                        "system:controller:attachdetach-controller",
                        "system:controller:volumeattributesclass-protection-controller",
                        "system:kube-scheduler",
                        "system:kube-controller-manager",
                        "system:volume-scheduler",
                        "system:node-problem-detector");
        assertThat(api.get(RBAC + "/clusterrolebindings/system:controller:job-controller")
                        .path("subjects"))
                .isEqualTo(TestApi.yaml("a: [{kind: ServiceAccount, name: job-controller, namespace: kube-system}]")
                        .path("a"));
        assertThat(names(RBAC + "/namespaces/kube-system/rolebindings"))
                .contains(
                        "system::extension-apiserver-authentication-reader",
                        "system::leader-locking-kube-scheduler",
                        "system:controller:token-cleaner");
        assertThat(names(RBAC + "/namespaces/kube-public/roles")).contains("system:controller:bootstrap-signer");
    }

    @Test
    void anOldReleaseHasWhatItHadThen() {
        ClusterId old = new ClusterId("old");
        api.server().clusters().ensure(old, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.20.0+kantoku.1"));
        assertThat(names(old, RBAC + "/clusterroles"))
                .contains(
                        "system:controller:root-ca-cert-publisher",
                        "system:controller:endpointslicemirroring-controller")
                .doesNotContain(
                        "system:controller:ttl-after-finished-controller",
                        "system:controller:legacy-service-account-token-cleaner");
        assertThat(names(old, "/apis/flowcontrol.apiserver.k8s.io/v1beta1/flowschemas"))
                .contains("catch-all", "probes")
                .doesNotContain("system-node-high");
        assertThat(names(old, "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"))
                .isEmpty();
    }

    @Test
    void clustersHaveTheSameObjectsWithUidsOfTheirOwn() {
        for (String target : List.of(
                RBAC + "/clusterroles",
                RBAC + "/rolebindings",
                FLOW + "/flowschemas",
                "/apis/apiregistration.k8s.io/v1/apiservices",
                "/apis/networking.k8s.io/v1/servicecidrs",
                "/apis/scheduling.k8s.io/v1/priorityclasses")) {
            JsonNode one = api.get(target).path("items");
            JsonNode two = api.ok(api.send(TestApi.TWO, api.request("GET", target, "")))
                    .path("items");
            assertThat(two.size()).isEqualTo(one.size()).isPositive();
            Set<String> uids = new HashSet<>();
            for (int i = 0; i < one.size(); i++) {
                assertThat(uids.add(one.get(i).at("/metadata/uid").asText())).isTrue();
                assertThat(uids.add(two.get(i).at("/metadata/uid").asText())).isTrue();
                assertThat(bare(two.get(i))).isEqualTo(bare(one.get(i)));
            }
            assertThat(uids).allMatch(uid -> uid.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
        }
    }

    /** An object without what differs between clusters: its uid, its version and its times. */
    private static String bare(JsonNode object) {
        ObjectNode copy = object.deepCopy();
        copy.withObjectProperty("metadata").remove(List.of("uid", "resourceVersion"));
        return copy.toString().replaceAll("\"20\\d\\d-[0-9T:.-]*Z\"", "\"\"");
    }

    @Test
    void componentsAreWell() {
        ObjectNode table = api.ok(api.send(
                TestApi.ONE,
                api.request("GET", "/api/v1/componentstatuses", "")
                        .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")));
        assertThat(table.path("rows").valueStream().map(row -> row.path("cells").toString()))
                .containsExactly(
                        "[\"controller-manager\",\"Healthy\",\"ok\",\"\"]",
                        "[\"etcd-0\",\"Healthy\",\"ok\",\"\"]",
                        "[\"scheduler\",\"Healthy\",\"ok\",\"\"]");
    }

    @Test
    void addressesOfServicesAreObjects() throws Exception {
        ObjectNode network = api.get("/apis/networking.k8s.io/v1/servicecidrs/kubernetes");
        assertThat(network.at("/spec/cidrs/0").asText()).isEqualTo("10.96.0.0/12");
        assertThat(network.at("/status/conditions/0/message").asText()).isEqualTo("Kubernetes Service CIDR is ready");
        FakeExchange watch = api.watch("/apis/networking.k8s.io/v1/ipaddresses?watch=1");
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("ADDED 10.96.0.1");

        api.ok(
                "POST",
                "/api/v1/namespaces/default/services",
                "metadata: {name: web}\nspec: {clusterIP: 10.96.0.77, ports: [{port: 80}]}");
        ObjectNode added = TestApi.event(watch);
        assertThat(TestApi.shortly(added)).isEqualTo("ADDED 10.96.0.77");
        assertThat(added.at("/object/spec/parentRef"))
                .isEqualTo(TestApi.yaml("{group: '', name: web, namespace: default, resource: services}"));
        api.ok("DELETE", "/api/v1/namespaces/default/services/web", "");
        assertThat(TestApi.shortly(TestApi.event(watch))).isEqualTo("DELETED 10.96.0.77");
        api.ok(
                "POST",
                "/api/v1/namespaces/default/services",
                "metadata: {name: none}\nspec: {clusterIP: None, ports: [{port: 80}]}");
        assertThat(names("/apis/networking.k8s.io/v1/ipaddresses")).containsExactly("10.96.0.1");
    }

    @Test
    void theServerHasALease() {
        JsonNode lease = api.get("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
                        + "?labelSelector=apiserver.kubernetes.io/identity%3Dkube-apiserver")
                .path("items")
                .path(0);
        assertThat(lease.at("/metadata/name").asText()).matches("apiserver-[a-z2-7]{26}");
        assertThat(lease.at("/spec/leaseDurationSeconds").asInt()).isEqualTo(3600);
        assertThat(lease.at("/spec/holderIdentity").asText())
                .startsWith(lease.at("/metadata/name").asText() + "_");
    }
}
