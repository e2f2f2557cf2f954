package io.kantoku.cli.instance;

import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The certificate authority of the embedded vCenter, which all certificates that users meet lead up to. */
final class VcenterAuthority {
    private final CertificateAuthority authority;

    private VcenterAuthority(CertificateAuthority authority) {
        this.authority = authority;
    }

    /** The one of the state directory; made when there is none. */
    static VcenterAuthority open(StateDirectory state, InstantSource clock) {
        if (!Files.exists(state.authorityKey())) {
            CertificateAuthority made =
                    CertificateAuthority.create("Kantoku vCenter CA", CertificateAuthority.DEFAULT_VALIDITY, clock);
            StateDirectory.write(state.authority(), made.certificatePem());
            StateDirectory.write(state.authorityKey(), made.keyPem());
        }
        return new VcenterAuthority(CertificateAuthority.restore(
                StateDirectory.read(state.authority()).orElseThrow(),
                StateDirectory.read(state.authorityKey()).orElseThrow(),
                clock));
    }

    CertificateAuthority authority() {
        return authority;
    }

    TlsIdentity identity(List<String> hosts) {
        return authority.issue(LeafSpec.server("vcenter.lab", hosts));
    }

    /** What {@code /certs/download.zip} gives: the certificate under the names that different systems look for. */
    byte[] download() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : List.of(
                    "certs/lin/kantoku-vcenter.0", "certs/mac/kantoku-vcenter.0", "certs/win/kantoku-vcenter.0.crt")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(authority.certificatePem().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
