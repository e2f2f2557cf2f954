package io.kantoku.transport;

import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** An authority for tests, and the JDK's TLS contexts that trust it. */
final class TestPki {
    final CertificateAuthority authority = CertificateAuthority.create(
            "test authority", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system());

    TlsIdentity server(String... hosts) {
        return authority.issue(LeafSpec.server("server", List.of(hosts)));
    }

    TlsIdentity client(String name, String... groups) {
        return authority.issue(LeafSpec.client(name, List.of(groups)));
    }

    /** Accepts every server and remembers the certificate that it showed. */
    static final class Accepting implements X509TrustManager {
        volatile @Nullable X509Certificate shown;

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            shown = chain[0];
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    static SSLContext context(TrustManager trust, @Nullable TlsIdentity identity) {
        KeyManager[] keys = identity == null ? new KeyManager[0] : new KeyManager[] {new IdentityKeyManager(identity)};
        return TlsContexts.create(keys, new TrustManager[] {trust});
    }
}
