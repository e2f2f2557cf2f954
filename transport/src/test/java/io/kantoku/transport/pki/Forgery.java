package io.kantoku.transport.pki;

import io.kantoku.transport.TlsIdentity;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs a certificate with the key of one that is no authority. */
final class Forgery {
    private Forgery() {}

    static TlsIdentity sign(TlsIdentity signer, LeafSpec spec, InstantSource clock) {
        KeyPair pair = Keys.generate();
        try {
            byte[] encoded = new JcaX509v3CertificateBuilder(
                            X500Name.getInstance(signer.certificate()
                                    .getSubjectX500Principal()
                                    .getEncoded()),
                            Keys.serial(),
                            Date.from(clock.instant().minusSeconds(60)),
                            Date.from(clock.instant().plusSeconds(3600)),
                            spec.subject().toName(),
                            pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.key()))
                    .getEncoded();
            return new TlsIdentity(pair.getPrivate(), List.of(Pem.certificate(encoded)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
