package io.kantoku.kubelet.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.Target;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.UpgradeAnswer;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class KubeletServerTest {
    private static final ClusterId CLUSTER = new ClusterId("guest");

    @TempDir
    Path directory;

    private final CertificateAuthority authority =
            CertificateAuthority.create("kubernetes", Duration.ofDays(1), InstantSource.system());
    private final HttpServer http = HttpServer.start();
    private final HttpClient client = HttpClient.start();
    private final FakeReviews reviews = new FakeReviews(CLUSTER);
    private FakeRuntime runtime;
    private FileEvents events;
    private int port;

    @BeforeEach
    void start() throws IOException {
        Path log = directory.resolve("0.log");
        Files.writeString(log, "2026-01-02T03:04:05Z stdout F hello\n2026-01-02T03:04:06Z stdout F again\n");
        runtime = new FakeRuntime(log);
        events = FileEvents.open(directory);
        KubeletAccess access =
                new KubeletAccess("n1", List.of(authority.certificate()), reviews, InstantSource.system());
        RuntimeTunnel tunnel = new RuntimeTunnel(client, NetworkStack.host());
        port = listen(
                        Optional.of(authority.issue(LeafSpec.server("n1", List.of("127.0.0.1")))),
                        new KubeletServer(runtime, access, tunnel, events, InstantSource.system()))
                .address()
                .getPort();
    }

    private Listener listen(Optional<TlsIdentity> identity, io.kantoku.transport.HttpHandler handler)
            throws IOException {
        return http.listen(new ListenSpec(
                "test",
                NetworkStack.host(),
                new InetSocketAddress("127.0.0.1", 0),
                identity,
                List.of(authority.certificate()),
                handler));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        http.close();
        events.close();
    }

    private Target as(Optional<TlsIdentity> who) {
        ClientTls trusting = ClientTls.trusting(List.of(authority.certificate()));
        return Target.https("127.0.0.1", port, who.map(trusting::presenting).orElse(trusting));
    }

    private Target apiServer() {
        return as(Optional.of(
                authority.issue(LeafSpec.client("kube-apiserver-kubelet-client", List.of("system:masters")))));
    }

    private HttpResponse get(String path) {
        return client.send(HttpRequest.get(apiServer(), path));
    }

    @Test
    void servesLogsPodsAndFigures() {
        assertThat(get("/healthz").text()).isEqualTo("ok");
        assertThat(get("/configz").text()).isEqualTo("{\"kubeletconfig\":{\"maxPods\":110}}");
        assertThat(get("/containerLogs/ns/web/app").text()).isEqualTo("hello\nagain\n");
        assertThat(get("/containerLogs/ns/web/app?tailLines=1&timestamps=true").text())
                .isEqualTo("2026-01-02T03:04:06Z again\n");
        assertThat(Json.parse(get("/pods").body()).at("/items/0/metadata/name").asText())
                .isEqualTo("web");
        JsonNode summary = Json.parse(get("/stats/summary").body());
        assertThat(summary.at("/pods/0/containers/0/memory/workingSetBytes").asLong())
                .isEqualTo(1024);
        assertThat(get("/metrics/resource").text())
                .contains("container_cpu_usage_seconds_total{container=\"app\",namespace=\"ns\",pod=\"web\"} 1.5000");
        assertThat(get("/metrics/cadvisor").text())
                .contains("container_memory_working_set_bytes{container=\"app\",id=\"/kubepods/podu1/app\",image=\"\","
                        + "name=\"\",namespace=\"ns\",pod=\"web\"} 1024.00");
        assertThat(get("/metrics/none").status()).isEqualTo(404);
        assertThat(client.send(HttpRequest.of("POST", apiServer(), "/run/ns/web/app?cmd=ls%20-l"))
                        .text())
                .isEqualTo("ls|-l");
    }

    @Test
    void refusesInWordsForTheUser() {
        assertThat(get("/containerLogs/ns/other/app").text()).isEqualTo("pod \"other\" not found\n");
        HttpResponse container = get("/containerLogs/ns/web/other");
        assertThat(container.status()).isEqualTo(404);
        assertThat(container.text()).isEqualTo("container \"other\" not found in pod \"web\"\n");
        assertThat(get("/containerLogs/ns/web/app?previous=true").status()).isEqualTo(400);
        assertThat(get("/exec/ns/web/app?output=1").text()).isEqualTo("Upgrade request required\n");
        assertThat(get("/exec/ns/web/app").text()).startsWith("you must specify at least 1 of");
        assertThat(get("/nothing").status()).isEqualTo(404);
    }

    @Test
    void asksTheClusterWhoCallsAndWhatTheyMay() {
        Target nobody = as(Optional.empty());
        assertThat(client.send(HttpRequest.get(nobody, "/pods")).status()).isEqualTo(401);

        CertificateAuthority other = CertificateAuthority.create("other", Duration.ofDays(1), InstantSource.system());
        TlsIdentity stranger = other.issue(LeafSpec.client("admin", List.of("system:masters")));
        assertThat(client.send(HttpRequest.get(as(Optional.of(stranger)), "/pods"))
                        .status())
                .isEqualTo(401);

        HttpRequest token = HttpRequest.get(nobody, "/metrics/resource").header("Authorization", "Bearer good");
        assertThat(client.send(token).status()).isEqualTo(403);
        reviews.allow("alice", "get", "metrics");
        assertThat(client.send(HttpRequest.get(nobody, "/metrics/resource").header("Authorization", "Bearer bad"))
                        .status())
                .isEqualTo(401);
        TlsIdentity alice = authority.issue(LeafSpec.client("alice", List.of()));
        HttpResponse forbidden = client.send(HttpRequest.get(as(Optional.of(alice)), "/containerLogs/ns/web/app"));
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.text())
                .isEqualTo("Forbidden (user=alice, verb=get, resource=nodes, subresource(s)=[proxy])\n");
        reviews.allow("alice", "get", "proxy");
        TlsIdentity again = authority.issue(LeafSpec.client("alice", List.of("later")));
        assertThat(client.send(HttpRequest.get(as(Optional.of(again)), "/pods")).status())
                .as("nodes/proxy is enough for pods")
                .isEqualTo(200);
        assertThat(reviews.asked).isNotEmpty().allMatch(question -> question.endsWith(" n1"));
    }

    @Test
    void carriesStreamsToTheRuntimeByteByByte() throws Exception {
        Listener streaming = listen(Optional.empty(), exchange -> {
            assertThat(exchange.rawPath()).isEqualTo("/exec/token1");
            assertThat(exchange.header("X-Stream-Protocol-Version")).hasValue("v4.channel.k8s.io");
            assertThat(exchange.header("Authorization")).isEmpty();
            exchange.responseHeader("X-Stream-Protocol-Version", "v4.channel.k8s.io");
            try (Exchange.RawConnection connection = exchange.upgrade("SPDY/3.1")) {
                connection.input().transferTo(connection.output());
                connection.output().close();
            }
        });
        runtime.url = URI.create("http://127.0.0.1:" + streaming.address().getPort() + "/exec/token1");
        HttpRequest request = HttpRequest.of(
                        "POST", apiServer(), "/exec/ns/web/app?command=sh&command=-c&input=1&output=1&error=1&tty=1")
                .header("Connection", "Upgrade")
                .header("Upgrade", "SPDY/3.1")
                .header("X-Stream-Protocol-Version", "v4.channel.k8s.io")
                .header("Authorization", "Bearer secret");
        UpgradeAnswer.Switched switched = (UpgradeAnswer.Switched) client.upgrade(request);
        assertThat(switched.headers()).anyMatch(header -> header.value().equals("v4.channel.k8s.io"));
        try (Exchange.RawConnection connection = switched.connection()) {
            connection.output().write("to and fro".getBytes(UTF_8));
            assertThat(new String(connection.input().readNBytes(10), UTF_8)).isEqualTo("to and fro");
            connection.output().close();
            assertThat(connection.input().read()).isEqualTo(-1);
        }
        assertThat(runtime.calls)
                .containsExactly("exec ns/web/app [sh, -c] Standard[stdin=true, stdout=true, stderr=false, tty=true]");
    }

    /** CVE-2020-8559: a server behind that answers an upgrade with a redirect must not choose where the request goes. */
    @Test
    void doesNotFollowARedirectOfTheRuntimeCve20208559() throws Exception {
        Listener redirecting = listen(Optional.empty(), exchange -> {
            exchange.responseHeader("Location", "http://127.0.0.1:1/elsewhere");
            exchange.respond(302, "", new byte[0]);
        });
        runtime.url = URI.create("http://127.0.0.1:" + redirecting.address().getPort() + "/exec/token1");
        UpgradeAnswer answer = client.upgrade(HttpRequest.of("POST", apiServer(), "/portForward/ns/web?port=80")
                .header("Connection", "Upgrade")
                .header("Upgrade", "SPDY/3.1"));
        assertThat(answer)
                .isInstanceOfSatisfying(
                        UpgradeAnswer.Refused.class,
                        refused -> assertThat(refused.response().status()).isEqualTo(502));
        assertThat(runtime.calls).containsExactly("portForward ns/web [80]");
    }
}
