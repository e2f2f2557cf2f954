package io.kantoku.testkit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.client.Kubeconfig;
import io.kantoku.testkit.server.Engine;
import io.kantoku.transport.Listener;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes cluster in this JVM that listens on a free port of 127.0.0.1, until it is closed. Thread-safe.
 *
 * <p>Clients of any kind reach it with {@link #kubeconfig}: kubectl, programs in other languages, other processes of this machine.
 */
public final class TestCluster implements AutoCloseable {
    private final ClusterId id;
    private final Engine engine;
    private final CertificateAuthority authority;
    private final Listener listener;
    private final String kubeconfig;
    private @Nullable KubernetesClient client;
    private @Nullable Path file;

    TestCluster(ClusterId id, Engine engine, CertificateAuthority authority, Listener listener) {
        this.id = id;
        this.engine = engine;
        this.authority = authority;
        this.listener = listener;
        this.kubeconfig = kubeconfigOf("kubernetes-admin", "system:masters");
    }

    /** Starts a cluster of the newest Kubernetes with controllers. */
    public static TestCluster start() {
        return start(TestClusterOptions.defaults());
    }

    /**
     * Starts a cluster.
     *
     * @throws IllegalArgumentException when there is no such Kubernetes release
     */
    public static TestCluster start(TestClusterOptions options) {
        return SharedEngines.cluster(options);
    }

    /** For example {@code https://127.0.0.1:45123}. */
    public String url() {
        return "https://127.0.0.1:" + listener.address().getPort();
    }

    /** A kubeconfig's text, with the certificate of a cluster administrator. */
    public String kubeconfig() {
        return kubeconfig;
    }

    /** The kubeconfig of any user, with a new client certificate. What the user may do is up to RBAC. */
    public String kubeconfigOf(String user, String... groups) {
        TlsIdentity identity = authority.issue(LeafSpec.client(user, List.of(groups)));
        return Kubeconfig.of(
                        id.value(),
                        new Kubeconfig.Cluster(url(), authority.certificatePem(), false),
                        Kubeconfig.User.certificate(Pem.certificates(identity), Pem.key(identity)))
                .write();
    }

    /** {@link #kubeconfig} in a file of its own, which goes with the cluster. */
    public synchronized Path kubeconfigFile() {
        Path made = file;
        if (made != null) {
            return made;
        }
        try {
            Path written = Files.createTempFile(
                    "kubeconfig-",
                    ".yaml",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(written, kubeconfig);
            file = written;
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException("the kubeconfig could not be written", e);
        }
    }

    /** fabric8's configuration for this cluster; nothing of the machine's own configuration is in it. */
    public Config config() {
        return Config.fromKubeconfig(kubeconfig);
    }

    /** A client of a cluster administrator; the same one each time, closed with the cluster. */
    public synchronized KubernetesClient client() {
        KubernetesClient made = client;
        if (made == null) {
            made = new KubernetesClientBuilder().withConfig(config()).build();
            client = made;
        }
        return made;
    }

    /** Ends all connections and forgets all objects. */
    @Override
    public void close() {
        synchronized (this) {
            if (client != null) {
                client.close();
            }
            if (file != null) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException("the kubeconfig could not be removed", e);
                }
            }
        }
        listener.close();
        engine.remove(id);
    }
}
