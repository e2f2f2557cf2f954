package io.kantoku.tkg.capi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.kubelet.boot.ControlPlaneKeys;
import io.kantoku.tkg.cluster.ClusterKeys;
import io.kantoku.tkg.cluster.TanzuCluster;
import io.kantoku.tkg.cluster.TanzuCluster.GuestNetwork;
import io.kantoku.tkg.cluster.TanzuCluster.GuestStorage;
import io.kantoku.tkg.cluster.TanzuCluster.MachinePool;
import io.kantoku.tkg.cluster.TkcObjects;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.Pem;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.Command;
import io.kantoku.vsphere.cloudinit.WriteFile;
import java.io.IOException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bootstrap data of every kind of node, for every Kubernetes minor, against what upstream's kubeadm and cloud-init read. */
class UpstreamBootstrapTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final CertificateAuthority AUTHORITY = authority("kubernetes");
    private static final CertificateAuthority PROXY = authority("front-proxy-ca");
    private static final CertificateAuthority ETCD = authority("etcd-ca");
    private static final KeyPair ACCOUNTS = Keys.generate();
    private static final ControlPlaneKeys KEYS = new ControlPlaneKeys(
            AUTHORITY.certificatePem(),
            AUTHORITY.keyPem(),
            PROXY.certificatePem(),
            PROXY.keyPem(),
            Pem.encode(ACCOUNTS.getPrivate()),
            Pem.encode(ACCOUNTS.getPublic()));
    private static final String VIP = "10.44.59.52";

    private final KubeadmSchema schema = KubeadmSchema.load();

    UpstreamBootstrapTest() throws IOException {}

    static IntStream minors() {
        return IntStream.rangeClosed(18, 36);
    }

    @ParameterizedTest
    @MethodSource("minors")
    void everyDocumentFitsTheSchemaOfItsRelease(int minor) {
        for (CloudInit config : List.of(first(minor), master(minor), worker(minor))) {
            for (JsonNode document : documents(config)) {
                assertThat(schema.faults(document, minor))
                        .as("%s of 1.%d%n%s", document.path("kind").asText(), minor, document.toPrettyString())
                        .isEmpty();
            }
        }
    }

    /** The check itself finds what kubeadm would refuse. */
    @Test
    void theSchemaFindsFaults() {
        ObjectNode join = (ObjectNode) documents(worker(18)).getFirst();
        assertThat(schema.faults(join, 27)).containsExactly("kubeadm 1.27 does not read kubeadm.k8s.io/v1beta2");
        join.remove("discovery");
        join.put("skipPhases", "x");
        join.withObjectProperty("nodeRegistration").put("name", 7);
        assertThat(schema.faults(join, 18))
                .containsExactlyInAnyOrder(
                        "JoinConfiguration.skipPhases is unknown",
                        "JoinConfiguration.discovery is missing",
                        "JoinConfiguration.nodeRegistration.name must be text");
    }

    @ParameterizedTest
    @MethodSource("minors")
    void theFirstMasterBeginsTheWholeCluster(int minor) {
        List<JsonNode> documents = documents(first(minor));
        assertThat(documents)
                .extracting(document -> document.path("kind").asText())
                .containsExactly(
                        "InitConfiguration", "ClusterConfiguration", "KubeletConfiguration", "KubeProxyConfiguration");
        JsonNode init = documents.getFirst();
        assertThat(init.at("/localAPIEndpoint/bindPort").asInt()).isEqualTo(6443);
        assertThat(init.at("/nodeRegistration/criSocket").asText()).isEqualTo("unix:///run/containerd/containerd.sock");
        JsonNode cluster = documents.get(1);
        assertThat(cluster.path("clusterName").asText()).isEqualTo("tkc01");
        assertThat(cluster.path("kubernetesVersion").asText()).isEqualTo(version(minor));
        assertThat(cluster.path("controlPlaneEndpoint").asText()).isEqualTo(VIP + ":6443");
        assertThat(cluster.at("/apiServer/certSANs"))
                .extracting(JsonNode::asText)
                .contains(VIP);
        assertThat(cluster.at("/networking/podSubnet").asText()).isEqualTo("193.0.0.0/16");
        assertThat(cluster.at("/networking/serviceSubnet").asText()).isEqualTo("195.48.0.0/12");
        assertThat(cluster.at("/networking/dnsDomain").asText()).isEqualTo("cluster.local");
        assertThat(cluster.at("/etcd/local/dataDir").asText()).isEqualTo("/var/lib/etcd");
        assertThat(cluster.at("/etcd/external").isMissingNode()).isTrue();
        assertThat(documents.get(2).at("/clusterDNS/0").asText()).isEqualTo("195.48.0.10");
        assertThat(documents.get(2).path("cgroupDriver").asText()).isEqualTo("systemd");
        assertThat(documents.get(3).path("clusterCIDR").asText()).isEqualTo("193.0.0.0/16");
    }

    @ParameterizedTest
    @MethodSource("minors")
    void mastersBringAllKeysThatTheyShareAndWorkersNone(int minor) {
        for (CloudInit config : List.of(first(minor), master(minor))) {
            assertThat(config.files())
                    .extracting(WriteFile::path)
                    .contains(
                            "/etc/kubernetes/pki/ca.crt",
                            "/etc/kubernetes/pki/ca.key",
                            "/etc/kubernetes/pki/front-proxy-ca.crt",
                            "/etc/kubernetes/pki/front-proxy-ca.key",
                            "/etc/kubernetes/pki/etcd/ca.crt",
                            "/etc/kubernetes/pki/etcd/ca.key",
                            "/etc/kubernetes/pki/sa.key",
                            "/etc/kubernetes/pki/sa.pub");
            assertThat(config.files())
                    .filteredOn(file -> file.path().endsWith(".key"))
                    .allMatch(file -> file.permissions().equals("0600"));
            assertThat(config.file("/etc/kubernetes/pki/etcd/ca.crt")
                            .orElseThrow()
                            .text())
                    .isEqualTo(ETCD.certificatePem());
        }
        assertThat(worker(minor).files()).extracting(WriteFile::path).noneMatch(path -> path.contains("/pki/"));
    }

    @ParameterizedTest
    @MethodSource("minors")
    void joiningNodesPinTheAuthorityAndOnlyMastersServe(int minor) throws Exception {
        JsonNode master = documents(master(minor)).getFirst();
        JsonNode worker = documents(worker(minor)).getFirst();
        String pin = "sha256:"
                + HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(AUTHORITY.certificate().getPublicKey().getEncoded()));
        for (JsonNode join : List.of(master, worker)) {
            JsonNode discovery = join.at("/discovery/bootstrapToken");
            assertThat(discovery.path("token").asText()).isEqualTo("abcdef.0123456789abcdef");
            assertThat(discovery.path("apiServerEndpoint").asText()).isEqualTo(VIP + ":6443");
            assertThat(discovery.at("/caCertHashes/0").asText()).isEqualTo(pin);
        }
        assertThat(master.at("/controlPlane/localAPIEndpoint/bindPort").asInt()).isEqualTo(6443);
        assertThat(worker.has("controlPlane")).isFalse();
    }

    /** Roles by upstream's history: {@code master} to 1.23, {@code control-plane} from 1.20 (label) and 1.24 (taint). */
    @ParameterizedTest
    @MethodSource("minors")
    void labelsAndTaintsAreThoseOfTheRelease(int minor) {
        JsonNode registration = documents(master(minor)).getFirst().path("nodeRegistration");
        String labels = argument(registration, "node-labels");
        assertThat(labels.contains("node-role.kubernetes.io/master=")).isEqualTo(minor <= 23);
        assertThat(labels.contains("node-role.kubernetes.io/control-plane=")).isEqualTo(minor >= 20);
        assertThat(registration.at("/taints/0/key").asText())
                .isEqualTo("node-role.kubernetes.io/" + (minor <= 23 ? "master" : "control-plane"));
        assertThat(argument(registration, "provider-id")).startsWith("vsphere://");
        assertThat(documents(worker(minor)).getFirst().at("/nodeRegistration/taints"))
                .isEmpty();
    }

    @Test
    void cloudInitRunsKubeadmOnTheFileThatItWrites() {
        for (CloudInit config : List.of(first(18), master(18), worker(18))) {
            assertThat(config.commands()).singleElement().isInstanceOfSatisfying(Command.Shell.class, command -> {
                assertThat(command.line()).matches("kubeadm (init|join) --config /run/kubeadm/\\S+");
                assertThat(config.file(command.line().substring(command.line().lastIndexOf(' ') + 1)))
                        .hasValueSatisfying(
                                file -> assertThat(file.permissions()).isEqualTo("0600"));
            });
            assertThat(CloudInit.read(config.toYaml()).unknownKeys()).isEmpty();
        }
    }

    private static String argument(JsonNode registration, String name) {
        JsonNode arguments = registration.path("kubeletExtraArgs");
        for (JsonNode item : arguments) {
            if (arguments.isArray() && item.path("name").asText().equals(name)) {
                return item.path("value").asText();
            }
        }
        return arguments.path(name).asText();
    }

    private static List<JsonNode> documents(CloudInit config) {
        WriteFile file = config.files().getLast();
        return Yaml.parseAll(file.text());
    }

    private static CloudInit first(int minor) {
        return data(minor).begin(objects(minor).controlPlane().at("spec", "kubeadmConfigSpec"));
    }

    private static CloudInit master(int minor) {
        return data(minor)
                .join(objects(minor).controlPlane().at("spec", "kubeadmConfigSpec"), "abcdef.0123456789abcdef");
    }

    private static CloudInit worker(int minor) {
        return data(minor)
                .join(objects(minor).workersConfigTemplate().at("spec", "template", "spec"), "abcdef.0123456789abcdef");
    }

    private static BootstrapData data(int minor) {
        KubeObject cluster = objects(minor).cluster();
        cluster.spec().putObject("controlPlaneEndpoint").put("host", VIP).put("port", 6443);
        return new BootstrapData(
                "tkc01-control-plane-abcde",
                version(minor),
                cluster,
                KEYS,
                new ClusterKeys.Authority(ETCD.certificatePem(), ETCD.keyPem()));
    }

    private static TkcObjects objects(int minor) {
        MachinePool pool = new MachinePool(3, "best-effort-small", "k8s-storage");
        KubeObject owner = Kinds.TANZU_CLUSTER.create("ns1", "tkc01");
        owner.metadata().put("uid", "0b5e");
        return new TkcObjects(
                owner,
                new TanzuCluster(
                        new NamespacedName("ns1", "tkc01"),
                        "0b5e",
                        version(minor),
                        pool,
                        pool,
                        new GuestNetwork("antrea", "193.0.0.0/16", "195.48.0.0/12", "cluster.local"),
                        new GuestStorage(List.of(), "")),
                new ClusterId("ns1.tkc01.0b5e"),
                "ob-1-photon-3-k8s-" + version(minor));
    }

    private static String version(int minor) {
        return "v1." + minor + ".3+kantoku.1";
    }

    private static CertificateAuthority authority(String name) {
        return CertificateAuthority.create(name, CertificateAuthority.DEFAULT_VALIDITY, CLOCK);
    }
}
