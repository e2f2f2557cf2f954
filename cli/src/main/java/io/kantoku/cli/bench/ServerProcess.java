package io.kantoku.cli.bench;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.cli.trial.Shell;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.client.Endpoint;
import io.kantoku.client.HttpClusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Kubeconfig;
import io.kantoku.testkit.envtest.Etcd;
import io.kantoku.testkit.envtest.KubeApiServer;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** An API server in a process of its own, on a directory of its own, as a test suite would start it. */
final class ServerProcess implements AutoCloseable {
    private static final ClusterId CLUSTER = new ClusterId("bench");
    private static final int STARTING_SECONDS = 60;

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final CertificateAuthority authority =
            CertificateAuthority.create("bench", Duration.ofDays(1), InstantSource.system());
    private final TlsIdentity admin = authority.issue(LeafSpec.client("admin", List.of("system:masters")));
    private final int port;

    ServerProcess(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        TlsIdentity server = authority.issue(LeafSpec.server("kube-apiserver", List.of("127.0.0.1")));
        Files.writeString(directory.resolve("apiserver.crt"), Pem.certificates(server));
        Files.writeString(directory.resolve("apiserver.key"), Pem.key(server));
        Files.writeString(directory.resolve("ca.crt"), authority.certificatePem());
        int etcd = freePort();
        port = freePort();
        start(Etcd.class, "--data-dir=" + directory.resolve("data"), "--listen-client-urls=http://127.0.0.1:" + etcd);
        Process api = start(
                KubeApiServer.class,
                "--etcd-servers=http://127.0.0.1:" + etcd,
                "--secure-port=" + port,
                "--bind-address=127.0.0.1",
                "--authorization-mode=RBAC",
                "--disable-admission-plugins=ServiceAccount",
                "--cert-dir=" + directory,
                "--client-ca-file=" + directory.resolve("ca.crt"));
        await(api);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process start(Class<?> main, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseG1GC",
                "-Xmx1g",
                "-Dslf4j.internal.verbosity=ERROR",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(List.of(flags));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(main.getSimpleName() + ".log").toFile())
                .start();
        processes.add(process);
        return process;
    }

    /** Without a logger, as {@code kantoku envtest} starts these programs. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private void await(Process api) throws IOException, InterruptedException {
        Path log = directory.resolve("KubeApiServer.log");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STARTING_SECONDS);
        while (!Files.readString(log).contains("Serving securely")) {
            if (System.nanoTime() > end || api.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new TrialFailure("the API server did not start:\n" + Files.readString(log));
            }
        }
    }

    int port() {
        return port;
    }

    TlsIdentity admin() {
        return admin;
    }

    CertificateAuthority authority() {
        return authority;
    }

    KubeClient client(HttpClient http) {
        Endpoint endpoint = Endpoint.of(
                new Kubeconfig.Cluster("https://127.0.0.1:" + port, authority.certificatePem(), false),
                Kubeconfig.User.certificate(Pem.certificates(admin), Pem.key(admin)),
                Dialler.host());
        return new HttpClusters(CLUSTER, http, endpoint).cluster(CLUSTER);
    }

    Memory memory(Shell shell) throws IOException, InterruptedException {
        return Memory.of(shell, processes.getLast().pid());
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
