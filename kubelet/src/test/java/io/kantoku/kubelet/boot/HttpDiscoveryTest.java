package io.kantoku.kubelet.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Kubeconfig;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.kubelet.kubeadm.Discovery;
import io.kantoku.kubelet.kubeadm.KubeadmWriter;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way from bootstrap data to a cluster's configuration, against an HTTPS server that holds two ConfigMaps. */
class HttpDiscoveryTest {
    private static final String TOKEN = "abcdef.0123456789abcdef";
    private static final String HOST = "127.0.0.1";
    private static final String INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
    private static final String CONFIG = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config";
    private static final ClusterConfiguration CLUSTER = new ClusterConfiguration(
            "tkc01",
            "v1.18.5+kantoku.1",
            "127.0.0.1:6443",
            "193.0.0.0/16",
            "195.48.0.0/12",
            "cluster.local",
            List.of(HOST));
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("kubernetes", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system());
    private static final CertificateAuthority STRANGER =
            CertificateAuthority.create("stranger", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system());
    private static HttpServer server;
    private static HttpClient client;

    private final Map<String, String> documents = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private Listener listener;

    @BeforeAll
    static void startServer() {
        server = HttpServer.start();
        client = HttpClient.start();
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.close();
    }

    @BeforeEach
    void serveTheCluster() throws IOException {
        documents.put(INFO, configMap("kubeconfig", kubeconfig(AUTHORITY)));
        documents.put(
                CONFIG,
                configMap(
                        "ClusterConfiguration",
                        Yaml.write(KubeadmWriter.forMinor(18).clusterConfiguration(CLUSTER))));
        listen(AUTHORITY.issue(LeafSpec.server("kube-apiserver", List.of(HOST))));
    }

    @AfterEach
    void stop() {
        listener.close();
    }

    @Test
    void findsTheConfigurationOfAPinnedCluster() {
        assertThat(discover(CaPins.pin(AUTHORITY.certificate()))).isEqualTo(CLUSTER);
        assertThat(requests)
                .containsExactly("GET " + INFO + " -", "GET " + INFO + " -", "GET " + CONFIG + " Bearer " + TOKEN);
    }

    @Test
    void acceptsAPinInUpperCaseAmongOthers() {
        String pin = CaPins.pin(AUTHORITY.certificate()).toUpperCase(Locale.ROOT);
        assertThat(discover("sha256:00", pin)).isEqualTo(CLUSTER);
    }

    @Test
    void refusesAnAuthorityThatIsNotPinnedAndKeepsTheToken() {
        assertJoinFails(
                "checking the authority of cluster-info",
                "hashes [" + CaPins.pin(STRANGER.certificate()) + "]",
                CaPins.pin(STRANGER.certificate()));
        assertThat(requests).containsExactly("GET " + INFO + " -");
    }

    @Test
    void refusesAServerThatShowsThePinnedAuthorityButNoCertificateOfIt() throws IOException {
        listener.close();
        listen(STRANGER.issue(LeafSpec.server("kube-apiserver", List.of(HOST))));
        assertJoinFails("reading kube-public/configmaps/cluster-info", "", CaPins.pin(AUTHORITY.certificate()));
        assertThat(requests).containsExactly("GET " + INFO + " -");
    }

    @Test
    void trustsOnlyWhatIsPinnedInABundleOfAuthorities() throws IOException {
        documents.put(INFO, configMap("kubeconfig", kubeconfig(STRANGER, AUTHORITY)));
        assertThat(discover(CaPins.pin(AUTHORITY.certificate()))).isEqualTo(CLUSTER);
        listener.close();
        listen(STRANGER.issue(LeafSpec.server("kube-apiserver", List.of(HOST))));
        assertJoinFails("reading kube-public/configmaps/cluster-info", "", CaPins.pin(AUTHORITY.certificate()));
    }

    @Test
    void refusesACertificateForAnotherHost() throws IOException {
        listener.close();
        listen(AUTHORITY.issue(LeafSpec.server("kube-apiserver", List.of("192.0.2.1"))));
        assertJoinFails(
                "reading kube-public/configmaps/cluster-info", "192.0.2.1", CaPins.pin(AUTHORITY.certificate()));
    }

    @Test
    void saysWhatTheApiServerSaid() {
        documents.remove(CONFIG);
        assertJoinFails(
                "reading kube-system/configmaps/kubeadm-config",
                "HTTP 404 no such document",
                CaPins.pin(AUTHORITY.certificate()));
    }

    @Test
    void saysWhatIsMissingInWhatItReads() {
        documents.put(INFO, configMap("other", "x"));
        assertJoinFails("cluster-info", "no data.kubeconfig", CaPins.pin(AUTHORITY.certificate()));
        documents.put(INFO, configMap("kubeconfig", "clusters: []"));
        assertJoinFails("cluster-info", "no certificate-authority-data", CaPins.pin(AUTHORITY.certificate()));
        documents.put(INFO, "hello");
        assertJoinFails("cluster-info", "not a Kubernetes API server's", CaPins.pin(AUTHORITY.certificate()));
        documents.put(INFO, configMap("kubeconfig", kubeconfig(AUTHORITY)));
        documents.put(CONFIG, configMap("ClusterConfiguration", "kind: ClusterConfiguration"));
        assertJoinFails("kubeadm-config", "kubernetesVersion is missing", CaPins.pin(AUTHORITY.certificate()));
    }

    @Test
    void refusesBootstrapDataWithoutPins() {
        assertJoinFails("checking the bootstrap data", "no caCertHashes");
        assertThat(requests).isEmpty();
    }

    @Test
    void saysThatNothingListens() {
        int port = listener.address().getPort();
        listener.close();
        assertThatThrownBy(() -> discover(port, List.of("sha256:00")))
                .isInstanceOf(NodeException.class)
                .hasMessageStartingWith("cannot join through 127.0.0.1:" + port + ": reading kube-public")
                .hasMessageContaining("nothing listens there");
    }

    @Test
    void refusesAnEndpointWithoutPort() {
        Discovery discovery = new Discovery(TOKEN, "cluster.example", List.of("sha256:00"));
        assertThatThrownBy(() -> new HttpDiscovery(client).discover(discovery, NetworkStack.host()))
                .isInstanceOf(NodeException.class)
                .hasMessageContaining("apiServerEndpoint must be HOST:PORT");
    }

    private void assertJoinFails(String step, String why, String... pins) {
        assertThatThrownBy(() -> discover(pins))
                .isInstanceOfSatisfying(
                        NodeException.class, e -> assertThat(e.code()).isEqualTo(NodeException.Code.JOIN_FAILED))
                .hasMessageContaining(step)
                .hasMessageContaining(why)
                .hasMessageNotContaining(TOKEN);
    }

    private ClusterConfiguration discover(String... pins) {
        return discover(listener.address().getPort(), List.of(pins));
    }

    private static ClusterConfiguration discover(int port, List<String> pins) {
        return new HttpDiscovery(client).discover(new Discovery(TOKEN, HOST + ":" + port, pins), NetworkStack.host());
    }

    private void listen(TlsIdentity identity) throws IOException {
        listener = server.listen(new ListenSpec(
                "api",
                NetworkStack.host(),
                new InetSocketAddress(HOST, 0),
                Optional.of(identity),
                List.of(),
                this::answer));
    }

    private void answer(Exchange exchange) throws IOException {
        requests.add(exchange.method() + " " + exchange.rawPath() + " "
                + exchange.header("Authorization").orElse("-"));
        String document = documents.get(exchange.rawPath());
        if (document == null) {
            exchange.respond(
                    404, "application/json", "{\"message\":\"no such document\"}".getBytes(StandardCharsets.UTF_8));
        } else {
            exchange.respond(200, "application/json", document.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String configMap(String key, String value) {
        var json = Json.object();
        json.putObject("data").put(key, value);
        return new String(Json.bytes(json), StandardCharsets.UTF_8);
    }

    private static String kubeconfig(CertificateAuthority... authorities) {
        List<String> bundle = new ArrayList<>();
        for (CertificateAuthority authority : authorities) {
            bundle.add(authority.certificatePem());
        }
        return Kubeconfig.empty()
                .withCluster("", new Kubeconfig.Cluster("https://127.0.0.1:6443", String.join("", bundle), false))
                .write();
    }
}
