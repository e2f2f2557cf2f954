package io.kantoku.transport;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The server's side of TLS 1.2 and 1.3: one certificate, and client certificates that the handler judges. */
final class ServerTls {
    private ServerTls() {}

    static SslContextFactory.Server contextFactory(TlsIdentity identity, List<X509Certificate> clientAuthorities) {
        SSLContext context = TlsContexts.create(
                new KeyManager[] {new IdentityKeyManager(identity)},
                new TrustManager[] {new AnyClientCertificate(clientAuthorities)});
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(context);
        factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        factory.setRenegotiationAllowed(false);
        factory.setSniRequired(false);
        factory.setWantClientAuth(!clientAuthorities.isEmpty());
        return factory;
    }

    /**
     * Takes whatever chain a client presents, so that a request with a bad certificate is answered with 401 and a reason and not
     * with a TLS alert. TLS proves that the client holds the leaf's key; who signed it is the handler's business.
     */
    private static final class AnyClientCertificate extends X509ExtendedTrustManager {
        private final X509Certificate[] authorities;

        AnyClientCertificate(List<X509Certificate> authorities) {
            this.authorities = authorities.toArray(X509Certificate[]::new);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return authorities.clone();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("a server does not check servers");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            checkServerTrusted(chain, authType);
        }
    }
}
