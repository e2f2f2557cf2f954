package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Subscription;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logical clusters side by side: what happens in one is never seen in the other. */
class TwoClustersTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final GroupVersionResource CONFIG_MAPS = new GroupVersionResource("", "v1", "configmaps");

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

    @Test
    void objectsOfOneAreNotInTheOther() throws Exception {
        FakeExchange watch = api.watch(TestApi.TWO, MAPS + "?watch=1");
        api.ok("POST", MAPS, TestApi.configMap("a", "one"));

        api.refused(404, api.send(TestApi.TWO, api.request("GET", MAPS + "/a", "")));
        assertThat(api.ok(api.send(TestApi.TWO, api.request("GET", MAPS, ""))).path("items"))
                .isEmpty();
        api.ok(api.send(TestApi.TWO, api.request("POST", MAPS, TestApi.configMap("a", "two"))));
        assertThat(TestApi.event(watch).path("object").path("data").path("key").asText())
                .isEqualTo("two");
        assertThat(api.get(MAPS + "/a").path("data").path("key").asText()).isEqualTo("one");
    }

    @Test
    void definitionsOfOneServeNothingInTheOther() {
        api.ok("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", CustomResourcesTest.WIDGETS);

        api.get("/apis/example.com/v1/widgets");
        api.refused(404, api.send(TestApi.TWO, api.request("GET", "/apis/example.com/v1/widgets", "")));
        api.refused(404, api.send(TestApi.TWO, api.request("GET", "/apis/example.com", "")));
    }

    @Test
    void rightsInOneAreNoneInTheOther() {
        api.ok("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                metadata: {name: bob}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]
                """);

        api.ok(api.send(TestApi.ONE, api.request("GET", MAPS, "").header("Authorization", "Bearer bob")));
        JsonNode refusal = api.refused(
                403, api.send(TestApi.TWO, api.request("GET", MAPS, "").header("Authorization", "Bearer bob")));
        assertThat(refusal.path("message").asText())
                .isEqualTo(
                        "configmaps is forbidden: User \"bob\" cannot list resource \"configmaps\" in API group \"\" in the"
                                + " namespace \"default\"");
    }

    @Test
    void aDeletedClusterIsGoneAndItsNeighbourIsNot() throws Exception {
        api.ok("POST", MAPS, TestApi.configMap("a", "one"));
        ObjectNode before = api.ok(api.send(TestApi.TWO, api.request("GET", "/api/v1/namespaces/default", "")));
        FakeExchange watch = api.watch(MAPS + "?watch=1");
        TestApi.event(watch);

        api.server().clusters().delete(TestApi.ONE);

        while (watch.nextLine().isPresent()) {
            // the deletions, and then the end
        }
        api.refused(404, api.call("GET", MAPS, ""));
        assertThat(api.server().clusters().ids()).containsExactly(TestApi.TWO);
        assertThat(api.ok(api.send(TestApi.TWO, api.request("GET", "/api/v1/namespaces/default", ""))))
                .isEqualTo(before);

        api.server().clusters().create(TestApi.ONE, ClusterOptions.of("10.96.0.0/12", "", "v1.29.0"));
        assertThat(api.get(MAPS).path("items")).isEmpty();
        assertThat(api.get("/version").path("minor").asText()).isEqualTo("29");
    }

    @Test
    void controllersSeeAllClustersWithOneSubscription() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        api.ok("POST", MAPS, TestApi.configMap("a", "one"));
        ObjectListener listener = new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                if (!object.namespace().equals("kube-system")) { // what every cluster begins with
                    seen.add((previous == null ? "+" : "~") + cluster + "/" + object.name());
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {
                seen.add("-" + cluster + "/" + last.name());
            }

            @Override
            public void onSynced() {
                seen.add("synced");
            }
        };
        try (Subscription subscription =
                api.server().inProcess(UserInfo.master("controllers")).subscribe(CONFIG_MAPS, listener)) {
            assertThat(subscription).isNotNull();
            assertThat(List.of(next(seen), next(seen))).containsExactly("+one/a", "synced");
            api.ok(api.send(TestApi.TWO, api.request("POST", MAPS, TestApi.configMap("b", "two"))));
            api.ok(api.patch(MAPS + "/a", "application/merge-patch+json", "{\"data\":{\"key\":\"x\"}}"));
            api.ok("DELETE", MAPS + "/a", "");
            assertThat(List.of(next(seen), next(seen), next(seen))).containsExactly("+two/b", "~one/a", "-one/a");
        }
        api.ok("POST", MAPS, TestApi.configMap("c", "one"));
        assertThat(seen).isEmpty();
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        return String.valueOf(queue.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void clientsInTheProcessAreAuthorizedToo() {
        KubeClient bob = api.server()
                .inProcess(new UserInfo("bob", "", List.of(), Map.of()))
                .cluster(TestApi.ONE);
        KubeClient admin = api.server().inProcess(UserInfo.master("admin")).cluster(TestApi.ONE);

        assertThatThrownBy(() -> bob.list(CONFIG_MAPS, Query.in("default")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(403));
        admin.create(CONFIG_MAPS, KubeObject.of(TestApi.yaml("metadata: {name: a, namespace: default}")));
        KubeObject found = admin.get(CONFIG_MAPS, new NamespacedName("default", "a"));
        found.json().putObject("data").put("k", "v");
        KubeObject updated = admin.update(CONFIG_MAPS, found);
        assertThat(Long.parseLong(updated.resourceVersion())).isGreaterThan(Long.parseLong(found.resourceVersion()));
        assertThat(admin.list(CONFIG_MAPS, Query.in("default")).items()).containsExactly(updated);
    }
}
