package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /metrics} of a logical cluster. */
class MetricsTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

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

    private List<String> metrics() {
        FakeExchange answer = api.call("GET", "/metrics", "");
        assertThat(answer.status()).isEqualTo(200);
        return answer.text().lines().toList();
    }

    @Test
    void requestsAreCountedAndTimedUnderUpstreamsNames() {
        api.ok("POST", MAPS, TestApi.configMap("a", "b"));
        api.ok("POST", MAPS + "?dryRun=All", TestApi.configMap("c", "d"));
        api.get(MAPS + "/a");
        api.get("/api/v1/configmaps");
        api.refused(404, api.call("GET", MAPS + "/none", ""));

        assertThat(metrics())
                .contains(
                        "# TYPE apiserver_request_total counter",
                        "apiserver_request_total{code=\"201\",component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"configmaps\",scope=\"resource\",subresource=\"\",verb=\"POST\",version=\"v1\"} 1",
                        "apiserver_request_total{code=\"201\",component=\"apiserver\",dry_run=\"All\",group=\"\",resource=\"configmaps\",scope=\"resource\",subresource=\"\",verb=\"POST\",version=\"v1\"} 1",
                        "apiserver_request_total{code=\"404\",component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"configmaps\",scope=\"resource\",subresource=\"\",verb=\"GET\",version=\"v1\"} 1",
                        "apiserver_request_duration_seconds_count{component=\"apiserver\",group=\"\",resource=\"configmaps\",scope=\"cluster\",subresource=\"\",verb=\"LIST\",version=\"v1\"} 1",
                        "apiserver_request_duration_seconds_bucket{component=\"apiserver\",group=\"\",resource=\"configmaps\",scope=\"resource\",subresource=\"\",verb=\"POST\",version=\"v1\",le=\"+Inf\"} 2",
                        "apiserver_current_inflight_requests{request_kind=\"mutating\"} 0",
                        "apiserver_storage_objects{resource=\"configmaps\"} 3");
    }

    @Test
    void whatIsNotServedMakesNoSeries() {
        api.call("GET", "/apis/made.up/v1/things", "");
        api.call("GET", "/api/v1/pods/x/made-up", "");
        api.call("BREW", "/coffee", "");

        assertThat(String.join("\n", metrics())).doesNotContain("made", "coffee", "BREW");
    }

    @Test
    void watchesAreCountedWhileTheyLast() throws InterruptedException {
        FakeExchange watch = api.watch(MAPS + "?watch=true&resourceVersion=0");
        api.ok("POST", MAPS, TestApi.configMap("a", "b"));
        while (!TestApi.shortly(TestApi.event(watch)).equals("ADDED a")) {
            // other maps that the cluster has
        }
        String open =
                "apiserver_longrunning_requests{component=\"apiserver\",group=\"\",resource=\"configmaps\",scope=\"namespace\",subresource=\"\",verb=\"WATCH\",version=\"v1\"} ";
        assertThat(metrics()).contains(open + "1");
        assertThat(metrics().stream()
                        .filter(line -> line.startsWith("apiserver_watch_events_total{group=\"\",kind=\"ConfigMap\"")))
                .hasSize(1);
        assertThat(metrics().stream()
                        .filter(line -> line.startsWith("apiserver_request_duration_seconds"))
                        .filter(line -> line.contains("WATCH")))
                .isEmpty();
    }

    @Test
    void theProcessIsDescribed() {
        assertThat(metrics().stream().map(line -> line.replaceAll("[{ ].*", "")))
                .contains(
                        "process_cpu_seconds_total",
                        "process_start_time_seconds",
                        "process_open_fds",
                        "jvm_memory_used_bytes",
                        "jvm_threads_current",
                        "jvm_gc_collection_seconds_count",
                        "kubernetes_build_info");
    }

    @Test
    void everyClusterSeesItsOwnAndOnlyForThoseWhoMay() {
        api.ok("POST", MAPS, TestApi.configMap("a", "b"));
        FakeExchange other = api.send(TestApi.TWO, api.request("GET", "/metrics", ""));
        assertThat(other.text()).doesNotContain("verb=\"POST\"").contains("apiserver_storage_objects");
        api.refused(
                403, api.send(TestApi.ONE, api.request("GET", "/metrics", "").header("Authorization", "Bearer bob")));
    }

    @Test
    void deprecatedVersionsThatWereAskedForAreNamed() {
        api.server()
                .clusters()
                .reconfigure(TestApi.ONE, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.21.14+kantoku.1"));
        api.get("/apis/extensions/v1beta1/ingresses");
        assertThat(metrics())
                .contains(
                        "apiserver_requested_deprecated_apis{group=\"extensions\",removed_release=\"1.22\",resource=\"ingresses\",subresource=\"\",version=\"v1beta1\"} 1");
    }
}
