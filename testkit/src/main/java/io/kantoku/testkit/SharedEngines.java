package io.kantoku.testkit;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.apiserver.auth.ClusterKeys;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.lab.FileTrees;
import io.kantoku.testkit.server.ClusterIdentity;
import io.kantoku.testkit.server.Engine;
import io.kantoku.testkit.server.EngineOptions;
import io.kantoku.transport.Listener;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The engines of this JVM, at most one with controllers and one without; each starts with its first cluster and ends with the
 * JVM.
 */
final class SharedEngines {
    private static final Map<Boolean, Engine> ENGINES = new HashMap<>();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final List<String> HOSTS = List.of(
            "127.0.0.1",
            "localhost",
            "10.96.0.1",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local");

    private SharedEngines() {}

    static TestCluster cluster(TestClusterOptions options) {
        ClusterId id = new ClusterId("test-" + NUMBER.incrementAndGet());
        Engine engine = engine(options.controllers());
        CertificateAuthority authority =
                CertificateAuthority.create("kubernetes", Duration.ofDays(1), InstantSource.system());
        KeyPair tokens = Keys.generate();
        ClusterIdentity identity = new ClusterIdentity(
                new ClusterKeys(
                        List.of(authority.certificate()),
                        "https://kubernetes.default.svc.cluster.local",
                        tokens.getPrivate(),
                        List.of(tokens.getPublic())),
                authority.issue(LeafSpec.server("kube-apiserver", HOSTS)),
                authority.certificatePem());
        try {
            Listener listener = engine.serve(
                    id,
                    ClusterOptions.of(
                            "10.96.0.0/12",
                            "10.244.0.0/16",
                            KubernetesRelease.of(options.version()).gitVersion()),
                    identity,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            if (options.nodes() > 0) {
                engine.addNodes(id, options.nodes());
            }
            return new TestCluster(id, engine, authority, listener);
        } catch (IOException e) {
            throw new UncheckedIOException("no port of 127.0.0.1 could be opened", e);
        }
    }

    private static synchronized Engine engine(boolean controllers) {
        return ENGINES.computeIfAbsent(controllers, SharedEngines::start);
    }

    private static Engine start(boolean controllers) {
        try {
            Path directory = Files.createTempDirectory("kantoku-testkit-");
            Engine engine =
                    Engine.start(directory, controllers ? EngineOptions.cluster() : EngineOptions.apiServerOnly());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(engine, directory), "testkit-end"));
            return engine;
        } catch (IOException e) {
            throw new UncheckedIOException("there is no temporary directory for the store", e);
        }
    }

    private static void end(Engine engine, Path directory) {
        engine.close();
        try {
            FileTrees.remove(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " could not be removed", e);
        }
    }
}
