package io.kantoku.loadbalancer;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.transport.pki.CertificateVerifier;
import io.kantoku.transport.pki.HostNames;
import io.kantoku.transport.pki.Usage;
import io.kantoku.transport.pki.Verdict;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Finds out, step by step, whether a Data Plane API can be used, and what exactly is in the way if not: the address, the
 * certificate, the credentials, or who answers.
 */
public final class ConnectionCheck {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private ConnectionCheck() {}

    /** What is in the way. */
    public enum Kind {
        UNREACHABLE,
        UNTRUSTED,
        CREDENTIALS,
        NOT_DATA_PLANE_API
    }

    /**
     * Why an endpoint cannot be used.
     *
     * @param message what, why, and what to do
     */
    public record Fault(Kind kind, String message) {}

    /** The first thing that is in the way; empty when the endpoint can be used. */
    public static Optional<Fault> check(DataPlaneEndpoint endpoint, InstantSource clock) {
        List<X509Certificate> chain;
        try {
            chain = connect(endpoint);
        } catch (UnknownHostException e) {
            return fault(Kind.UNREACHABLE, endpoint.host() + " is not known to DNS; check the name, or give an IP address");
        } catch (HandshakeFailedException e) {
            return fault(
                    Kind.NOT_DATA_PLANE_API,
                    endpoint.url() + " accepts connections but does not speak TLS (" + e.getMessage()
                            + "); check the port: the appliance's default is 5556");
        } catch (IOException e) {
            return fault(
                    Kind.UNREACHABLE,
                    endpoint.url() + " cannot be reached from the management network: " + e.getMessage()
                            + "; check address, port and routes, and that the appliance runs");
        }
        Optional<Fault> distrust = judge(endpoint, chain, clock);
        return distrust.isPresent() ? distrust : logIn(endpoint);
    }

    private static Optional<Fault> fault(Kind kind, String message) {
        return Optional.of(new Fault(kind, message));
    }

    /** TCP and TLS work, and who answers is whoever it may be; thrown when only TLS does not. */
    private static final class HandshakeFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        HandshakeFailedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Connects, and returns the certificates that the server shows. */
    private static List<X509Certificate> connect(DataPlaneEndpoint endpoint) throws IOException {
        InetSocketAddress address = endpoint.resolve();
        try (SocketChannel channel = endpoint.stack().socket()) {
            Socket socket = channel.socket();
            socket.connect(address, (int) LONGEST.toMillis());
            socket.setSoTimeout((int) LONGEST.toMillis());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustLater()}, new SecureRandom());
            try (SSLSocket tls = (SSLSocket)
                    context.getSocketFactory().createSocket(socket, endpoint.host(), endpoint.port(), false)) {
                tls.startHandshake();
                List<X509Certificate> chain = new ArrayList<>();
                for (Certificate certificate : tls.getSession().getPeerCertificates()) {
                    chain.add((X509Certificate) certificate);
                }
                return chain;
            } catch (IOException e) {
                throw new HandshakeFailedException(e);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private static Optional<Fault> judge(
            DataPlaneEndpoint endpoint, List<X509Certificate> chain, InstantSource clock) {
        X509Certificate leaf = chain.getFirst();
        Verdict verdict = CertificateVerifier.verify(chain, endpoint.authorities(), Usage.SERVER, clock.instant());
        if (verdict instanceof Verdict.Rejected rejected) {
            return fault(
                    Kind.UNTRUSTED,
                    endpoint.url() + " shows a certificate issued by \"" + leaf.getIssuerX500Principal()
                            + "\" that the given authorities do not vouch for: " + rejected.message()
                            + "; give the appliance's CA certificate (/etc/haproxy/ca.crt, or ca.crt in its directory)");
        }
        if (!HostNames.matches(leaf, endpoint.host())) {
            return fault(
                    Kind.UNTRUSTED,
                    "the certificate of " + endpoint.url() + " is for " + String.join(", ", HostNames.of(leaf)) + ", not for "
                            + endpoint.host() + "; use one of those addresses, or renew the certificate");
        }
        return Optional.empty();
    }

    private static Optional<Fault> logIn(DataPlaneEndpoint endpoint) {
        try (DataPlaneClient client = DataPlaneClient.to(endpoint)) {
            client.version();
            return Optional.empty();
        } catch (DataPlaneException e) {
            if (e.code() == Code.UNAUTHORIZED) {
                return fault(
                        Kind.CREDENTIALS,
                        endpoint.url() + " refuses user " + endpoint.user() + " with the given password; check both");
            }
            Kind kind =
                    switch (e.code()) {
                        case UNTRUSTED -> Kind.UNTRUSTED;
                        case UNREACHABLE, DEADLINE -> Kind.UNREACHABLE;
                        case UNAUTHORIZED -> Kind.CREDENTIALS;
                        case BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED, OUTDATED, CONFLICT, TOO_LARGE, INVALID,
                                TOO_MANY_TRANSACTIONS, INTERNAL, NOT_DATA_PLANE_API, RELOAD_FAILED ->
                            Kind.NOT_DATA_PLANE_API;
                    };
            return fault(kind, String.valueOf(e.getMessage()));
        }
    }

    /** Lets every chain through the handshake, so that it can be judged, and explained, afterwards; nothing is sent before. */
    private static final class TrustLater extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
