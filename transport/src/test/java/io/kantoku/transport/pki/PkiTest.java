package io.kantoku.transport.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.transport.TlsIdentity;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;

class PkiTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.500Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final Duration TEN_YEARS = CertificateAuthority.DEFAULT_VALIDITY;

    private final CertificateAuthority authority = CertificateAuthority.create("kubernetes", TEN_YEARS, CLOCK);

    @Test
    void anAuthorityIsABackdatedP256CertificateThatMaySign() {
        X509Certificate certificate = authority.certificate();
        assertThat(certificate.getSubjectX500Principal()).isEqualTo(certificate.getIssuerX500Principal());
        assertThat(certificate.getBasicConstraints()).isNotNegative();
        assertThat(certificate.getKeyUsage()[5]).as("keyCertSign").isTrue();
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(certificate.getNotBefore()).isEqualTo(Instant.parse("2026-11-23T11:55:00Z"));
        assertThat(certificate.getNotAfter())
                .isEqualTo(Instant.parse("2026-11-23T12:00:00Z").plus(TEN_YEARS));
        assertThat(certificate.getExtensionValue("2.5.29.14"))
                .as("subject key identifier")
                .isNotNull();
    }

    @Test
    void aServerCertificateCarriesAddressesAndNames() {
        TlsIdentity server = authority.issue(LeafSpec.server(
                "kube-apiserver",
                List.of("127.44.59.51", "kubernetes", "kubernetes.default.svc", "::1", "kubernetes")));
        X509Certificate certificate = server.certificate();
        assertThat(HostNames.of(certificate))
                .containsExactly("127.44.59.51", "kubernetes", "kubernetes.default.svc", "0:0:0:0:0:0:0:1");
        assertThat(HostNames.matches(certificate, "127.44.59.51")).isTrue();
        assertThat(HostNames.matches(certificate, "[::1]")).isTrue();
        assertThat(HostNames.matches(certificate, "KUBERNETES.default.svc")).isTrue();
        assertThat(HostNames.matches(certificate, "127.44.59.52")).isFalse();
        assertThat(HostNames.matches(certificate, "kube-apiserver"))
                .as("the common name is no host")
                .isFalse();
        assertThat(certificate.getBasicConstraints()).isNegative();
        assertThat(certificate.getExtensionValue("2.5.29.35"))
                .as("authority key identifier")
                .isNotNull();
        assertThat(verify(server, Usage.SERVER, NOW).trusted()).isTrue();
        assertThat(rejection(verify(server, Usage.CLIENT, NOW))).isEqualTo(Verdict.Reason.WRONG_USAGE);
    }

    @Test
    void wildcardsStandForOneLabel() {
        X509Certificate certificate = authority
                .issue(LeafSpec.server("wild", List.of("*.example.org", "*.org")))
                .certificate();
        assertThat(HostNames.matches(certificate, "a.example.org")).isTrue();
        assertThat(HostNames.matches(certificate, "a.b.example.org")).isFalse();
        assertThat(HostNames.matches(certificate, "example.org"))
                .as("*.org is too wide")
                .isFalse();
    }

    @Test
    void aClientCertificateNamesUserAndGroups() {
        TlsIdentity client = authority.issue(LeafSpec.client("system:node:n1", List.of("system:nodes", "a,b=c")));
        assertThat(Subject.of(client.certificate()))
                .isEqualTo(new Subject("system:node:n1", List.of("system:nodes", "a,b=c")));
        assertThat(verify(client, Usage.CLIENT, NOW)).isEqualTo(new Verdict.Trusted(authority.certificate()));
        assertThat(client.toString()).doesNotContain("PRIVATE").contains("system:node:n1");
    }

    @Test
    void serialsAreLargePositiveAndDifferent() {
        Set<BigInteger> serials = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            BigInteger serial = Keys.serial();
            assertThat(serial.signum()).isPositive();
            assertThat(serial.bitLength()).isGreaterThanOrEqualTo(64).isLessThan(160);
            serials.add(serial);
        }
        assertThat(serials).hasSize(50);
    }

    @Test
    void aLeafEndsNoLaterThanItsAuthority() {
        CertificateAuthority brief = CertificateAuthority.create("brief", Duration.ofDays(30), CLOCK);
        assertThat(brief.issue(LeafSpec.client("a", List.of())).certificate().getNotAfter())
                .isEqualTo(brief.certificate().getNotAfter());
    }

    @Test
    void anAuthoritySurvivesAsPem() {
        CertificateAuthority restored =
                CertificateAuthority.restore(authority.certificatePem(), authority.keyPem(), CLOCK);
        TlsIdentity leaf = restored.issue(LeafSpec.client("jane", List.of()));
        assertThat(verify(leaf, Usage.CLIENT, NOW).trusted()).isTrue();
        assertThat(restored.certificate()).isEqualTo(authority.certificate());
    }

    @Test
    void refusesToRestoreWhatDoesNotBelongTogether() {
        CertificateAuthority other = CertificateAuthority.create("other", TEN_YEARS, CLOCK);
        assertThatThrownBy(() -> CertificateAuthority.restore(authority.certificatePem(), other.keyPem(), CLOCK))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("does not belong");
        TlsIdentity leaf = authority.issue(LeafSpec.client("jane", List.of()));
        assertThatThrownBy(() -> CertificateAuthority.restore(Pem.certificates(leaf), Pem.key(leaf), CLOCK))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("CA:FALSE");
        assertThatThrownBy(() -> Pem.identity(Pem.certificates(leaf), authority.keyPem()))
                .hasMessageContaining("does not belong");
    }

    @Test
    void readsKeysInPkcs8AndSec1() throws Exception {
        KeyPair pair = Keys.generate();
        byte[] sec1 = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        ECPrivateKey fromPkcs8 = (ECPrivateKey) Pem.privateKey(Pem.encode(pair.getPrivate()));
        ECPrivateKey fromSec1 =
                (ECPrivateKey) Pem.privateKey(Pem.block("EC PRIVATE KEY", withoutParameters(sec1, pair)));
        assertThat(fromPkcs8.getS()).isEqualTo(((ECPrivateKey) pair.getPrivate()).getS());
        assertThat(fromSec1.getS()).isEqualTo(fromPkcs8.getS());
        assertThat(Pem.publicKeys(Pem.encode(pair.getPublic()))).containsExactly(pair.getPublic());
    }

    /** OpenSSL writes the curve into SEC1 keys, as the parser needs it; PKCS#8 has it outside. */
    private static byte[] withoutParameters(byte[] inner, KeyPair pair) throws Exception {
        var structure = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(inner);
        return new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256, structure.getKey(), org.bouncycastle.asn1.sec.SECObjectIdentifiers.secp256r1)
                .getEncoded();
    }

    @Test
    void readsRsaKeysOfOthers() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        byte[] pkcs1 = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        String pem = Pem.block("RSA PRIVATE KEY", pkcs1);
        assertThat(Pem.privateKey(pem).getEncoded()).isEqualTo(pair.getPrivate().getEncoded());
        assertThat(Pem.publicKeys(pem)).containsExactly(pair.getPublic());
        String request = CertificateSigningRequest.create(pair, new Subject("rsa", List.of()), List.of());
        X509Certificate certificate =
                authority.sign(CertificateSigningRequest.parse(request), EnumSet.of(Usage.CLIENT), Duration.ofDays(1));
        assertThat(certificate.getPublicKey()).isEqualTo(pair.getPublic());
    }

    @Test
    void pemTextAroundBlocksIsIgnoredAndRubbishIsRefused() {
        String bundle = "# first\n" + authority.certificatePem() + "\n# second\n"
                + CertificateAuthority.create("b", TEN_YEARS, CLOCK).certificatePem();
        assertThat(Pem.certificates(bundle)).hasSize(2);
        assertThat(Pem.certificates(Pem.encode(Pem.certificates(bundle)))).isEqualTo(Pem.certificates(bundle));
        assertThatThrownBy(() -> Pem.certificates("nothing")).isInstanceOf(PkiException.class);
        assertThatThrownBy(() -> Pem.privateKey(authority.certificatePem())).isInstanceOf(PkiException.class);
        assertThatThrownBy(() -> Pem.certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
                .isInstanceOf(PkiException.class);
    }

    @Test
    void signsARequestForAKeyThatItNeverSees() {
        KeyPair pair = Keys.generate();
        Subject subject = new Subject("system:node:n1", List.of("system:nodes"));
        String pem = CertificateSigningRequest.create(pair, subject, List.of("127.44.59.100", "n1"));
        CertificateSigningRequest request = CertificateSigningRequest.parse(pem);
        assertThat(request)
                .isEqualTo(new CertificateSigningRequest(pair.getPublic(), subject, List.of("127.44.59.100", "n1")));
        X509Certificate certificate = authority.sign(request, EnumSet.allOf(Usage.class), Duration.ofDays(1));
        assertThat(certificate.getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(HostNames.matches(certificate, "n1")).isTrue();
        assertThat(CertificateVerifier.verify(List.of(certificate), List.of(authority.certificate()), Usage.CLIENT, NOW)
                        .trusted())
                .isTrue();
    }

    @Test
    void refusesARequestThatWasTamperedWith() {
        String pem = CertificateSigningRequest.create(Keys.generate(), new Subject("jane", List.of()), List.of());
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        int at = new String(der, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("jane");
        der[at] = 'x';
        assertThatThrownBy(() -> CertificateSigningRequest.parse(Pem.block("CERTIFICATE REQUEST", der)))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("not signed with its own key");
    }

    @Test
    void explainsWhyAChainIsNotTrusted() {
        TlsIdentity client = authority.issue(LeafSpec.client("jane", List.of()).withValidity(Duration.ofHours(1)));
        CertificateAuthority namesake = CertificateAuthority.create("kubernetes", TEN_YEARS, CLOCK);
        assertThat(rejection(verify(client, Usage.CLIENT, NOW.plus(Duration.ofHours(2)))))
                .isEqualTo(Verdict.Reason.EXPIRED);
        assertThat(rejection(verify(client, Usage.CLIENT, NOW.minus(Duration.ofHours(2)))))
                .isEqualTo(Verdict.Reason.NOT_YET_VALID);
        assertThat(rejection(
                        CertificateVerifier.verify(client.chain(), List.of(namesake.certificate()), Usage.CLIENT, NOW)))
                .isEqualTo(Verdict.Reason.UNKNOWN_AUTHORITY);
        assertThat(rejection(CertificateVerifier.verify(client.chain(), List.of(), Usage.CLIENT, NOW)))
                .isEqualTo(Verdict.Reason.UNKNOWN_AUTHORITY);
        assertThat(rejection(
                        CertificateVerifier.verify(List.of(), List.of(authority.certificate()), Usage.CLIENT, NOW)))
                .isEqualTo(Verdict.Reason.NO_CERTIFICATE);
    }

    @Test
    void aLeafCannotSignAnother() {
        // A certificate for a user whose key then signs one for an administrator.
        TlsIdentity jane = authority.issue(LeafSpec.client("jane", List.of()));
        TlsIdentity forged = Forgery.sign(jane, LeafSpec.client("admin", List.of("system:masters")), CLOCK);
        Verdict verdict = CertificateVerifier.verify(
                List.of(forged.certificate(), jane.certificate()), List.of(authority.certificate()), Usage.CLIENT, NOW);
        assertThat(verdict.trusted()).isFalse();
    }

    @Test
    void registersNoSecurityProvider() {
        authority.issue(LeafSpec.client("jane", List.of()));
        assertThat(Security.getProvider("BC")).isNull();
    }

    private Verdict verify(TlsIdentity identity, Usage usage, Instant now) {
        return CertificateVerifier.verify(identity.chain(), List.of(authority.certificate()), usage, now);
    }

    private static Verdict.Reason rejection(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Rejected rejected -> rejected.reason();
            case Verdict.Trusted trusted -> throw new AssertionError("trusted by " + trusted.authority());
        };
    }
}
