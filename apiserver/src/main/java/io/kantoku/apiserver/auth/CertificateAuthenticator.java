package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.transport.pki.CertificateVerifier;
import io.kantoku.transport.pki.Subject;
import io.kantoku.transport.pki.Usage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Accepts client certificates of a logical cluster's own authority: the common name is the user, organizations are groups. A
 * certificate of anybody else, or one that is not valid now, names nobody.
 */
public final class CertificateAuthenticator implements Authenticator {
    private final ClusterTrust trust;
    private final InstantSource clock;
    private final Predicate<ClusterId> identified;

    /** @param identified whether users of a cluster carry which certificate they showed; from release 1.32 on they do */
    public CertificateAuthenticator(ClusterTrust trust, InstantSource clock, Predicate<ClusterId> identified) {
        this.trust = trust;
        this.clock = clock;
        this.identified = identified;
    }

    @Override
    public Optional<UserInfo> authenticate(ClusterId cluster, Credential credential) {
        if (!(credential instanceof Credential.Certificate(var chain)) || chain.isEmpty()) {
            return Optional.empty();
        }
        return trust.keys(cluster)
                .filter(keys -> CertificateVerifier.verify(
                                chain, keys.clientAuthorities(), Usage.CLIENT, clock.instant())
                        .trusted())
                .map(keys -> Subject.of(chain.getFirst()))
                .filter(subject -> !subject.commonName().isEmpty())
                .map(subject -> new UserInfo(
                        subject.commonName(),
                        "",
                        subject.organizations(),
                        identified.test(cluster)
                                ? Map.of(UserInfo.CREDENTIAL_ID, List.of("X509SHA256=" + fingerprint(chain.getFirst())))
                                : Map.of()));
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was verified has no fingerprint", e);
        }
    }
}
