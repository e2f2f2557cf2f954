package io.kantoku.testkit.envtest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.store.StoreException;
import io.kantoku.testkit.server.Engine;
import io.kantoku.transport.Listener;
import io.kantoku.transport.pki.PkiException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The program {@code kube-apiserver} of a test suite: an API server without controllers, as upstream's. It takes upstream's flags;
 * those that change nothing here are named on standard error. {@code KANTOKU_KUBERNETES_VERSION} chooses the release.
 */
public final class KubeApiServer implements AutoCloseable {
    private static final ClusterId CLUSTER = new ClusterId("envtest");
    private static final String VERSION = "KANTOKU_KUBERNETES_VERSION";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

    private final Engine engine;
    private final Listener listener;

    private KubeApiServer(Engine engine, Listener listener) {
        this.engine = engine;
        this.listener = listener;
    }

    /** Serves until the process is ended. */
    public static void main(String[] arguments) throws InterruptedException {
        Flags flags = Flags.parse(arguments);
        KubernetesRelease release =
                KubernetesRelease.of(Optional.ofNullable(System.getenv(VERSION)).orElse(""));
        if (flags.find("version").isPresent()) {
            System.out.println("Kubernetes " + release.gitVersion());
            return;
        }
        try {
            KubeApiServer server = start(flags, release, System.err);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "end"));
            new CountDownLatch(1).await();
        } catch (IOException | UncheckedIOException | IllegalArgumentException | StoreException | PkiException e) {
            System.err.println("kube-apiserver: " + e.getMessage());
            System.exit(1);
        }
    }

    /**
     * Starts a server; it answers when this returns.
     *
     * @throws IOException when a file cannot be read, etcd does not answer, or the address cannot be bound
     */
    static KubeApiServer start(Flags given, KubernetesRelease release, PrintStream log) throws IOException {
        ServerFlags flags = new ServerFlags(given);
        Path directory = dataDirectory(flags.etcd()).resolve("kube-apiserver");
        Engine engine = Engine.start(directory, flags.engine());
        boolean started = false;
        try {
            Listener listener = engine.serve(
                    CLUSTER,
                    ClusterOptions.of(flags.serviceNetwork(), "", release.gitVersion()),
                    flags.identity(),
                    flags.address());
            started = true;
            List<String> ignored = given.unread();
            if (!ignored.isEmpty()) {
                log.println("these flags change nothing here: --" + String.join(", --", ignored));
            }
            log.println("Serving securely on " + listener.address().getHostString() + ":"
                    + listener.address().getPort());
            return new KubeApiServer(engine, listener);
        } finally {
            if (!started) {
                engine.close();
            }
        }
    }

    int port() {
        return listener.address().getPort();
    }

    /** Asks the suite's etcd, which may still be starting, for its data directory. */
    private static Path dataDirectory(String etcd) throws IOException {
        URL url = URI.create(etcd).resolve(Etcd.DIRECTORY).toURL();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (InputStream answer = url.openStream()) {
                return Path.of(new String(answer.readAllBytes(), StandardCharsets.UTF_8));
            } catch (ConnectException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("--etcd-servers=" + etcd + " did not answer within " + PATIENCE, e);
                }
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            } catch (FileNotFoundException e) {
                throw new IOException(
                        "--etcd-servers=" + etcd
                                + " is not the etcd beside this kube-apiserver; start the program etcd of"
                                + " the same directory",
                        e);
            }
        }
    }

    @Override
    public void close() {
        listener.close();
        engine.close();
    }
}
