package io.kantoku.testkit.envtest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.client.Endpoint;
import io.kantoku.client.HttpClusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Kubeconfig;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** What a process does from which the ahead-of-time cache of {@link KubeApiServer} is made: a start and the calls of a small suite. */
public final class Training {
    private Training() {}

    /**
     * Walks through it.
     *
     * @param arguments one: a directory to work in, which the caller removes
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        PrintStream log = System.err;
        CertificateAuthority authority =
                CertificateAuthority.create("training", Duration.ofDays(1), InstantSource.system());
        TlsIdentity server = authority.issue(LeafSpec.server("kube-apiserver", List.of("127.0.0.1")));
        TlsIdentity admin = authority.issue(LeafSpec.client("admin", List.of("system:masters")));
        write(directory.resolve("apiserver.crt"), Pem.certificates(server));
        write(directory.resolve("apiserver.key"), Pem.key(server));
        write(directory.resolve("client-ca.crt"), authority.certificatePem());
        write(directory.resolve("sa.key"), Pem.encode(Keys.generate().getPrivate()));
        try (Etcd etcd = Etcd.start(
                        Flags.parse(
                                "--data-dir=" + directory.resolve("etcd"), "--listen-client-urls=http://127.0.0.1:0"),
                        log);
                KubeApiServer api =
                        KubeApiServer.start(flags(directory, etcd.port()), KubernetesRelease.newest(), log);
                HttpClient http = HttpClient.start()) {
            Endpoint endpoint = Endpoint.of(
                    new Kubeconfig.Cluster("https://127.0.0.1:" + api.port(), authority.certificatePem(), false),
                    Kubeconfig.User.certificate(Pem.certificates(admin), Pem.key(admin)),
                    Dialler.host());
            ClusterId cluster = new ClusterId("envtest");
            use(new HttpClusters(cluster, http, endpoint).cluster(cluster));
        }
    }

    private static Flags flags(Path directory, int etcd) {
        return Flags.parse(
                "--secure-port=0",
                "--bind-address=127.0.0.1",
                "--authorization-mode=RBAC",
                "--disable-admission-plugins=ServiceAccount",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--etcd-servers=http://127.0.0.1:" + etcd,
                "--cert-dir=" + directory,
                "--client-ca-file=" + directory.resolve("client-ca.crt"),
                "--service-account-issuer=https://localhost",
                "--service-account-signing-key-file=" + directory.resolve("sa.key"),
                "--service-account-key-file=" + directory.resolve("sa.key"));
    }

    private static void use(KubeClient client) {
        KubeObject map = KubeObject.create(new GroupVersionKind("", "v1", "ConfigMap"), "default", "training");
        client.create(Resources.CONFIG_MAPS, map);
        NamespacedName name = new NamespacedName("default", "training");
        client.update(Resources.CONFIG_MAPS, client.get(Resources.CONFIG_MAPS, name));
        client.list(Resources.NAMESPACES, Query.all());
        client.list(Resources.SERVICES, Query.all());
        client.list(Resources.CUSTOM_RESOURCE_DEFINITIONS, Query.all());
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
    }
}
