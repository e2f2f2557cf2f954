package io.kantoku.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.apiserver.auth.ClusterKeys;
import io.kantoku.kubelet.boot.BootListener;
import io.kantoku.kubelet.boot.ControlPlaneHost;
import io.kantoku.kubelet.boot.ControlPlaneSpec;
import io.kantoku.kubelet.boot.HttpDiscovery;
import io.kantoku.kubelet.boot.KubeadmNode;
import io.kantoku.kubelet.boot.MachineFacts;
import io.kantoku.kubelet.boot.NodeDisk;
import io.kantoku.kubelet.boot.NodeEnvironment;
import io.kantoku.kubelet.kubeadm.KubeadmConfig;
import io.kantoku.kubelet.kubeadm.KubeadmReader;
import io.kantoku.lab.NetworkStack;
import io.kantoku.testkit.server.ClusterIdentity;
import io.kantoku.testkit.server.Engine;
import io.kantoku.testkit.server.EngineOptions;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.Listener;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.Command;
import io.kantoku.vsphere.cloudinit.WriteFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays the nodes of guest clusters: an API server of this JVM with a listener at each master's address, which knows nothing of the
 * instance that is tested, a real etcd beside each, and nodes that do with their user data what cloud-init, kubeadm and a kubelet would. Whoever joins finds the
 * cluster through its virtual IP, with the token and the hash of the user data.
 */
final class KubeadmGuests implements ControlPlaneHost, AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("Address=([0-9.]+)");
    private static final Pattern CONFIG = Pattern.compile("kubeadm (?:init|join) --config (\\S+)");
    private static final String ETCD_AUTHORITY = "/etc/kubernetes/pki/etcd/ca.key";
    private static final int CPUS = 2;
    private static final long MEMORY = 4L << 30;

    private final HttpClient http;
    private final Path directory;
    private final Engine engine;
    private final NodeEnvironment environment;
    private final NodePortAnswers answers = new NodePortAnswers();

    /** By the endpoint that the user data of all its machines name. */
    private final Map<String, ClusterId> clusters = new HashMap<>();

    /** Of each cluster, the members of its etcd in the order in which they came. */
    private final Map<ClusterId, List<EtcdMember>> etcd = new HashMap<>();

    KubeadmGuests(HttpClient http, Path directory) {
        this.http = http;
        this.directory = directory;
        engine = Engine.start(directory.resolve("guests"), EngineOptions.cluster());
        environment = new NodeEnvironment(
                this,
                engine.clusters("kubeadm"),
                engine.fleet(),
                new HttpDiscovery(http),
                InstantSource.system(),
                new SecureRandom());
        engine.clusters("kube-proxy").subscribe(NodePortAnswers.SERVICES, answers);
    }

    /**
     * Switches a machine on; closing what is returned switches it off.
     *
     * @param userData the whole of it, with the addresses of the machine's cards
     */
    AutoCloseable boot(JsonNode vm, CloudInit config, String userData) throws IOException, InterruptedException {
        String uuid = vm.path("identity").path("bios_uuid").asText();
        Map<String, String> files = new LinkedHashMap<>();
        for (WriteFile file : config.files()) {
            files.put(file.path(), file.text().replace("@bios-uuid@", uuid)); // the user data's own sed
        }
        List<String> commands = config.commands().stream()
                .map(command -> command instanceof Command.Shell shell ? shell.line() : "")
                .toList();
        ClusterId cluster = cluster(files, commands);
        String address = first(ADDRESS, userData);
        Path disk = Files.createDirectories(directory.resolve("disk-" + config.hostname()));
        List<EtcdMember> members = etcd.computeIfAbsent(cluster, _ -> new ArrayList<>());
        Optional<EtcdMember> member = files.containsKey(ETCD_AUTHORITY)
                ? Optional.of(EtcdMember.start(
                        http, config.hostname(), address, files, running(members), disk.resolve("etcd")))
                : Optional.empty();
        member.ifPresent(members::add);
        KubeadmNode node = KubeadmNode.start(
                environment,
                new MachineFacts(
                        config.hostname(),
                        cluster,
                        "",
                        List.of(address),
                        CPUS,
                        MEMORY,
                        files,
                        commands,
                        NetworkStack.host(),
                        disk,
                        NodeDisk.in(disk)),
                new Quiet());
        answers.add(cluster, address);
        return () -> {
            answers.remove(cluster, address);
            node.close();
            member.ifPresent(EtcdMember::close);
            member.ifPresent(members::remove);
        };
    }

    /** The etcd of the clusters that there are, each by a member that runs. */
    List<EtcdMember> etcd() {
        return etcd.values().stream()
                .flatMap(members -> running(members).stream())
                .toList();
    }

    /** One that was taken out of its cluster has ended, before its machine does. */
    private static Optional<EtcdMember> running(List<EtcdMember> members) {
        return members.stream().filter(EtcdMember::isRunning).findFirst();
    }

    private ClusterId cluster(Map<String, String> files, List<String> commands) {
        String command = commands.stream()
                .filter(line -> line.startsWith("kubeadm "))
                .findFirst()
                .orElseThrow();
        KubeadmConfig config = KubeadmReader.read(Yaml.parseAll(files.get(first(CONFIG, command))));
        return switch (config) {
            case KubeadmConfig.Init init -> {
                ClusterId id = new ClusterId("guest-" + clusters.size());
                clusters.put(init.cluster().controlPlaneEndpoint(), id);
                yield id;
            }
            case KubeadmConfig.Join join -> clusters.get(join.discovery().apiServerEndpoint());
        };
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }

    /** An API server of a master, with the keys of its user data and a certificate for the names in its configuration. */
    @Override
    public ControlPlane start(ControlPlaneSpec spec) {
        CertificateAuthority authority = CertificateAuthority.restore(
                spec.keys().caCertificate(), spec.keys().caKey(), InstantSource.system());
        String address = spec.addresses().getFirst();
        List<String> names = new ArrayList<>(spec.cluster().certificateNames());
        names.add(address);
        ClusterIdentity identity = new ClusterIdentity(
                new ClusterKeys(
                        List.of(authority.certificate()),
                        "https://kubernetes.default.svc.cluster.local",
                        Pem.privateKey(spec.keys().serviceAccountKey()),
                        Pem.publicKeys(spec.keys().serviceAccountPublicKey())),
                authority.issue(LeafSpec.server("kube-apiserver", names)),
                authority.certificatePem());
        try {
            Listener listener = engine.serve(
                    spec.id(),
                    ClusterOptions.of(
                            spec.cluster().serviceSubnet(),
                            spec.cluster().podSubnet(),
                            spec.cluster().kubernetesVersion()),
                    identity,
                    new InetSocketAddress(InetAddress.ofLiteral(address), spec.port()));
            return new Serving(spec.id(), listener);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private record Serving(ClusterId cluster, Listener listener) implements ControlPlane {
        @Override
        public void close() {
            listener.close();
        }
    }

    /** What goes wrong on a machine is seen by what does not become of it. */
    private static final class Quiet implements BootListener {
        @Override
        public void progress(String message) {}

        @Override
        public void joined() {}

        @Override
        public void failed(String reason) {
            System.err.println("a guest's node failed: " + reason);
        }
    }

    @Override
    public void close() {
        answers.close();
        engine.close();
    }
}
