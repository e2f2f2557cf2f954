package io.kantoku.cli.instance;

import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.fleet.NodeSpec;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The certificates of a node, kept on its machine's disk as a kubelet keeps them in {@code /var/lib/kubelet/pki}: a node that has joined
 * once can start while no control plane of its cluster runs.
 *
 * @param authority of the cluster
 * @param client names the node to the API server
 * @param server names it to those who call its kubelet, with the authority behind it
 */
record NodeIdentity(X509Certificate authority, TlsIdentity client, TlsIdentity server) {
    private static final String AUTHORITY = "ca.crt";
    private static final String CLIENT = "kubelet-client";
    private static final String SERVER = "kubelet";

    /**
     * The identity on the disk, made anew when the authority is here to do that.
     *
     * @param directory the machine's disk
     * @throws NodeException when there is none and nobody can make one
     */
    static NodeIdentity of(NodeSpec spec, Path directory, Optional<CertificateAuthority> authority) {
        Path pki = directory.resolve("pki");
        if (authority.isPresent()) {
            NodeIdentity made = issue(spec, authority.get());
            made.write(pki);
            return made;
        }
        return read(pki)
                .orElseThrow(() -> new NodeException(
                        NodeException.Code.JOIN_FAILED,
                        "the node has no certificate, and no control plane of " + spec.cluster()
                                + " runs here to give it one"));
    }

    private static NodeIdentity issue(NodeSpec spec, CertificateAuthority authority) {
        String user = "system:node:" + spec.name();
        TlsIdentity leaf = authority.issue(LeafSpec.server(user, List.of(spec.name(), spec.internalIp())));
        return new NodeIdentity(
                authority.certificate(),
                authority.issue(LeafSpec.client(user, List.of("system:nodes"))),
                new TlsIdentity(leaf.key(), List.of(leaf.certificate(), authority.certificate())));
    }

    private void write(Path pki) {
        try {
            Files.createDirectories(pki);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StateDirectory.write(pki.resolve(AUTHORITY), Pem.encode(authority));
        write(pki, CLIENT, client);
        write(pki, SERVER, server);
    }

    private static void write(Path pki, String name, TlsIdentity identity) {
        StateDirectory.write(pki.resolve(name + ".crt"), Pem.certificates(identity));
        StateDirectory.write(pki.resolve(name + ".key"), Pem.key(identity));
    }

    private static Optional<NodeIdentity> read(Path pki) {
        Optional<String> authority = StateDirectory.read(pki.resolve(AUTHORITY));
        Optional<TlsIdentity> client = read(pki, CLIENT);
        Optional<TlsIdentity> server = read(pki, SERVER);
        return authority.isEmpty() || client.isEmpty() || server.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new NodeIdentity(Pem.certificates(authority.get()).getFirst(), client.get(), server.get()));
    }

    private static Optional<TlsIdentity> read(Path pki, String name) {
        Optional<String> chain = StateDirectory.read(pki.resolve(name + ".crt"));
        Optional<String> key = StateDirectory.read(pki.resolve(name + ".key"));
        return chain.isEmpty() || key.isEmpty() ? Optional.empty() : Optional.of(Pem.identity(chain.get(), key.get()));
    }
}
