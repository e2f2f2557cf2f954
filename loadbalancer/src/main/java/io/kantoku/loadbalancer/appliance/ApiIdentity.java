package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.dataplane.DurableFile;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.CertificateVerifier;
import io.kantoku.transport.pki.HostNames;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.Usage;
import io.kantoku.transport.pki.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;

/**
 * The certificate of the Data Plane API and the authority that issued it, both kept in the appliance's directory. The
 * authority is made once; the certificate again when it is about to expire or does not name all addresses.
 *
 * @param authorityPem what clients are given to trust
 */
record ApiIdentity(TlsIdentity identity, String authorityPem) {
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    static ApiIdentity open(Path directory, String name, List<String> hosts, InstantSource clock) throws IOException {
        CertificateAuthority authority = authority(directory, name, clock);
        Path certificateFile = directory.resolve("server.crt");
        Path keyFile = directory.resolve("server.key");
        if (Files.exists(certificateFile) && Files.exists(keyFile)) {
            TlsIdentity kept = Pem.identity(Files.readString(certificateFile), Files.readString(keyFile));
            Verdict verdict = CertificateVerifier.verify(
                    kept.chain(),
                    List.of(authority.certificate()),
                    Usage.SERVER,
                    clock.instant().plus(RENEW_BEFORE));
            boolean names = new HashSet<>(HostNames.of(kept.certificate())).containsAll(hosts);
            if (names && verdict instanceof Verdict.Trusted) {
                return new ApiIdentity(kept, authority.certificatePem());
            }
        }
        TlsIdentity issued = authority.issue(LeafSpec.server(name, hosts));
        DurableFile.write(keyFile, Pem.key(issued));
        DurableFile.write(certificateFile, Pem.certificates(issued));
        return new ApiIdentity(issued, authority.certificatePem());
    }

    private static CertificateAuthority authority(Path directory, String name, InstantSource clock) throws IOException {
        Path certificateFile = directory.resolve("ca.crt");
        Path keyFile = directory.resolve("ca.key");
        if (Files.exists(certificateFile) && Files.exists(keyFile)) {
            return CertificateAuthority.restore(Files.readString(certificateFile), Files.readString(keyFile), clock);
        }
        CertificateAuthority created =
                CertificateAuthority.create(name + " CA", CertificateAuthority.DEFAULT_VALIDITY, clock);
        DurableFile.write(keyFile, created.keyPem());
        DurableFile.write(certificateFile, created.certificatePem());
        return created;
    }
}
