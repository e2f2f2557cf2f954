package io.kantoku.transport;

import io.kantoku.transport.pki.CertificateVerifier;
import io.kantoku.transport.pki.HostNames;
import io.kantoku.transport.pki.Usage;
import io.kantoku.transport.pki.Verdict;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/** Judges a server's certificate: the chain by pinned authorities, the name by the one that is dialled. */
final class ServerTrust extends X509ExtendedTrustManager {
    private final Optional<List<X509Certificate>> authorities;
    private final InstantSource clock;

    ServerTrust(Optional<List<X509Certificate>> authorities, InstantSource clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine.getPeerHost());
    }

    private void check(X509Certificate[] chain, String host) throws CertificateException {
        if (authorities.isEmpty()) {
            return;
        }
        Verdict verdict = CertificateVerifier.verify(List.of(chain), authorities.get(), Usage.SERVER, clock.instant());
        switch (verdict) {
            case Verdict.Rejected rejected ->
                throw new Untrusted(TransportException.Code.TLS_UNTRUSTED, rejected.message());
            case Verdict.Trusted _ -> checkName(chain[0], host);
        }
    }

    private static void checkName(X509Certificate leaf, String host) throws Untrusted {
        if (!HostNames.matches(leaf, host)) {
            throw new Untrusted(
                    TransportException.Code.TLS_NAME_MISMATCH,
                    "the certificate is for " + HostNames.of(leaf) + ", not for " + host);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("the peer's name is not known here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        if (!(socket instanceof SSLSocket tls)) {
            throw new UnsupportedOperationException("only TLS sockets are supported");
        }
        check(chain, tls.getHandshakeSession().getPeerHost());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("a client does not check clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    /** Carries the reason through the TLS engine's own exceptions. */
    static final class Untrusted extends CertificateException {
        private static final long serialVersionUID = 1L;

        private final TransportException.Code code;

        Untrusted(TransportException.Code code, String message) {
            super(message);
            this.code = code;
        }

        TransportException.Code code() {
            return code;
        }
    }
}
