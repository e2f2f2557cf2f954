package io.kantoku.cli.bench;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.apiserver.auth.ClusterKeys;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.cli.trial.Shell;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.testkit.server.ClusterIdentity;
import io.kantoku.testkit.server.Engine;
import io.kantoku.testkit.server.EngineOptions;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What {@code kantoku bench api} measures, in its order. */
final class ApiBench {
    private static final GroupVersionKind CONFIG_MAP = new GroupVersionKind("", "v1", "ConfigMap");
    private static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");
    private static final int PODS_LISTED = 1000;
    private static final int CHANGES = 5;
    private static final String KILOBYTE = "x".repeat(1000);

    private final PrintStream out;
    private final Duration time;
    private final int watchers;

    /**
     * A run.
     *
     * @param time of each load
     * @param watchers the larger of the two crowds
     */
    ApiBench(PrintStream out, Duration time, int watchers) {
        this.out = out;
        this.time = time;
        this.watchers = watchers;
    }

    void run(List<String> etcdLoads) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("kantoku-bench-api-");
        try {
            Shell shell = new Shell(Map.of("PATH", "/usr/bin:/bin", "ETCDCTL_API", "3"), directory);
            try (ServerProcess server = new ServerProcess(Files.createDirectory(directory.resolve("api")));
                    HttpClient http = HttpClient.start()) {
                requests(server.client(http));
                watches(server, server.client(http));
                out.println("memory of this server: " + server.memory(shell));
            }
            idleClusters(directory);
            for (String load : etcdLoads) {
                beside(shell, directory, load);
            }
        } finally {
            remove(directory);
        }
    }

    private void requests(KubeClient client) throws InterruptedException {
        Load.run("", 64, 0, Duration.ofSeconds(2), i -> create(client, "warm-" + i)); // the JVM compiles
        show(Load.run("durable creates, 64 clients", 64, 0, time, i -> create(client, "c-" + i)));
        show(Load.run("durable creates, 1 client", 1, 0, time, i -> create(client, "s-" + i)));
        show(Load.run(
                "durable updates, 64 clients",
                64,
                0,
                time,
                i -> client.update(Resources.CONFIG_MAPS, map("c-" + i % 64))));
        show(Load.run(
                "gets, 64 clients",
                64,
                0,
                time,
                i -> client.get(Resources.CONFIG_MAPS, new NamespacedName("default", "c-" + i % 64))));
        for (int i = 0; i < PODS_LISTED; i++) {
            client.create(PODS, pod("pod-" + i));
        }
        show(Load.run("lists of 1 000 pods, 4 clients", 4, 0, time, i -> client.list(PODS, Query.all())));
    }

    private void watches(ServerProcess server, KubeClient client) throws InterruptedException {
        for (int size : List.of(1000, watchers)) {
            long start = System.nanoTime();
            try (WatchCrowd crowd = WatchCrowd.open(size, server)) {
                double opened = (System.nanoTime() - start) / 1e9;
                Duration[] times = new Duration[CHANGES];
                for (int i = 0; i < CHANGES; i++) {
                    times[i] = crowd.change(() -> change(client));
                }
                out.println(String.format(
                        Locale.ROOT,
                        "a change reaches all of %,d watchers in %19.1f ms   (opened in %.1f s, TLS each)",
                        size,
                        Load.median(times).toNanos() / 1e6,
                        opened));
            }
        }
    }

    /** In this process, so that its heap can be looked at. */
    private void idleClusters(Path directory) throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create("bench", Duration.ofDays(1), InstantSource.system());
        KeyPair tokens = Keys.generate();
        ClusterIdentity identity = new ClusterIdentity(
                new ClusterKeys(
                        List.of(authority.certificate()),
                        "https://kubernetes.default.svc",
                        tokens.getPrivate(),
                        List.of(tokens.getPublic())),
                authority.issue(LeafSpec.server("kube-apiserver", List.of("127.0.0.1"))),
                authority.certificatePem());
        try (Engine engine = Engine.start(directory.resolve("idle"), EngineOptions.apiServerOnly())) {
            long before = heap();
            int made = 0;
            for (int goal : List.of(1, 100, 1000)) {
                while (made < goal) {
                    engine.serve(
                            new ClusterId("idle-" + made++),
                            ClusterOptions.of(
                                    "10.96.0.0/12",
                                    "",
                                    KubernetesRelease.newest().gitVersion()),
                            identity,
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                }
                long used = heap() - before;
                out.println(String.format(
                        Locale.ROOT,
                        "memory of %,5d idle clusters %21.1f MiB   %.3f MiB each",
                        goal,
                        used / 1048576.0,
                        used / 1048576.0 / goal));
            }
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** The same load on etcd and on the API server, one after the other. */
    private void beside(Shell shell, Path directory, String load) throws IOException, InterruptedException {
        int clients = load.equals("s") ? 50 : load.equals("m") ? 200 : 500;
        int rate = load.equals("s") ? 150 : load.equals("m") ? 1000 : 8000;
        out.println("load " + load + ": " + clients + " clients, " + rate + " writes a second");
        out.println("  etcd:    " + EtcdReference.checkPerf(shell, directory, load));
        try (ServerProcess server = new ServerProcess(Files.createDirectory(directory.resolve("beside-" + load)));
                HttpClient http = HttpClient.start()) {
            KubeClient client = server.client(http);
            Load.run("", clients, 0, Duration.ofSeconds(2), i -> create(client, "warm-" + i));
            out.print("  kantoku: ");
            show(Load.run("creates of 1 KB", clients, rate, Duration.ofSeconds(60), i -> create(client, "p-" + i)));
            out.println("  memory:  " + server.memory(shell));
        }
    }

    private void show(Load.Result result) {
        out.println(result.line());
    }

    private static void create(KubeClient client, String name) {
        client.create(Resources.CONFIG_MAPS, map(name));
    }

    private static void change(KubeClient client) {
        KubeObject map = map("fan-out");
        if (client.find(Resources.CONFIG_MAPS, map.namespacedName()).isEmpty()) {
            client.create(Resources.CONFIG_MAPS, map);
        } else {
            map.json().withObjectProperty("data").put("at", String.valueOf(System.nanoTime()));
            client.update(Resources.CONFIG_MAPS, map);
        }
    }

    private static KubeObject map(String name) {
        KubeObject map = KubeObject.create(CONFIG_MAP, "default", name);
        map.json().putObject("data").put("value", KILOBYTE);
        return map;
    }

    private static KubeObject pod(String name) {
        KubeObject pod = KubeObject.create(POD, "default", name);
        pod.label("app", "bench");
        pod.spec().putArray("containers").addObject().put("name", "c").put("image", "registry.example/app:1");
        return pod;
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }
}
