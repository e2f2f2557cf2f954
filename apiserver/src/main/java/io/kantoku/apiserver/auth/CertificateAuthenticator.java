package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.transport.pki.CertificateVerifier;
import io.kantoku.transport.pki.Subject;
import io.kantoku.transport.pki.Usage;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Accepts client certificates of a logical cluster's own authority: the common name is the user, organizations are groups. A
 * certificate of anybody else, or one that is not valid now, names nobody.
 */
public final class CertificateAuthenticator implements Authenticator {
    private final ClusterTrust trust;
    private final InstantSource clock;

    public CertificateAuthenticator(ClusterTrust trust, InstantSource clock) {
        this.trust = trust;
        this.clock = clock;
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
                .map(subject -> new UserInfo(subject.commonName(), "", subject.organizations(), Map.of()));
    }
}
