package io.kantoku.testkit.envtest;

import io.kantoku.apiserver.auth.ClusterKeys;
import io.kantoku.testkit.server.ClusterIdentity;
import io.kantoku.testkit.server.EngineOptions;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What kube-apiserver's flags mean here. Reads key files; makes those that upstream makes when they are missing. */
final class ServerFlags {
    private static final String DEFAULT_CERTIFICATES = "/var/run/kubernetes";
    private static final String DEFAULT_ISSUER = "https://kubernetes.default.svc.cluster.local";

    private final Flags flags;

    ServerFlags(Flags flags) {
        this.flags = flags;
    }

    String etcd() {
        List<String> servers = flags.list("etcd-servers");
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("--etcd-servers must be specified");
        }
        return servers.getFirst();
    }

    InetSocketAddress address() throws UnknownHostException {
        int port = Integer.parseInt(flags.get("secure-port", "6443"));
        return new InetSocketAddress(LocalAddress.of(flags.get("bind-address", "0.0.0.0")), port);
    }

    String serviceNetwork() {
        List<String> ranges = flags.list("service-cluster-ip-range");
        return ranges.isEmpty() ? "10.0.0.0/24" : ranges.getFirst();
    }

    EngineOptions engine() {
        Set<String> disabled = new LinkedHashSet<>(flags.list("disable-admission-plugins"));
        disabled.removeAll(flags.list("enable-admission-plugins"));
        EngineOptions options = EngineOptions.apiServerOnly().withoutAdmission(disabled);
        List<String> modes = flags.list("authorization-mode");
        return modes.isEmpty() || modes.contains("AlwaysAllow") ? options.withoutAuthorization() : options;
    }

    /**
     * All keys of the server.
     *
     * @throws IOException when a file cannot be read or made
     */
    ClusterIdentity identity() throws IOException {
        TlsIdentity server = serverIdentity();
        List<X509Certificate> clients = new ArrayList<>();
        for (String file : flags.all("client-ca-file")) {
            clients.addAll(Pem.certificates(Files.readString(Path.of(file))));
        }
        List<String> issuers = flags.all("service-account-issuer");
        ClusterKeys keys = tokens(clients, issuers.isEmpty() ? DEFAULT_ISSUER : issuers.getFirst());
        return new ClusterIdentity(keys, server, Pem.encode(server.chain().getLast()));
    }

    private ClusterKeys tokens(List<X509Certificate> clients, String issuer) throws IOException {
        List<PublicKey> verify = new ArrayList<>();
        Optional<String> file = flags.find("service-account-signing-key-file");
        PrivateKey sign;
        if (file.isPresent()) {
            KeyPair pair = Pem.keyPair(Files.readString(Path.of(file.get())));
            sign = pair.getPrivate();
            verify.add(pair.getPublic());
        } else {
            KeyPair pair = Keys.generate();
            sign = pair.getPrivate();
            verify.add(pair.getPublic());
        }
        for (String other : flags.all("service-account-key-file")) {
            verify.addAll(Pem.publicKeys(Files.readString(Path.of(other))));
        }
        return new ClusterKeys(clients, issuer, sign, verify);
    }

    private TlsIdentity serverIdentity() throws IOException {
        Path directory = Path.of(flags.get("cert-dir", DEFAULT_CERTIFICATES));
        Path certificate = Path.of(
                flags.get("tls-cert-file", directory.resolve("apiserver.crt").toString()));
        Path key = Path.of(flags.get(
                "tls-private-key-file", directory.resolve("apiserver.key").toString()));
        if (Files.exists(certificate) && Files.exists(key)) {
            return Pem.identity(Files.readString(certificate), Files.readString(key));
        }
        CertificateAuthority authority = CertificateAuthority.create(
                "kantoku-envtest-ca", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system());
        TlsIdentity leaf = authority.issue(LeafSpec.server(
                "kube-apiserver", List.of("127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc")));
        TlsIdentity made = new TlsIdentity(leaf.key(), List.of(leaf.certificate(), authority.certificate()));
        Files.createDirectories(directory);
        Files.writeString(certificate, Pem.certificates(made));
        Files.deleteIfExists(key);
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, Pem.key(made));
        return made;
    }
}
