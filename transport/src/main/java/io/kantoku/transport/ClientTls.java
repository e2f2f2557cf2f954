package io.kantoku.transport;

import io.kantoku.transport.pki.Pem;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of TLS towards one server: whom it trusts, under which name, and who it says it is. Compared by identity:
 * connections and sessions belong to one instance, so make one per server and keep it.
 */
public final class ClientTls {
    private final Optional<List<X509Certificate>> authorities;
    private final Optional<String> serverName;
    private final Optional<TlsIdentity> identity;
    private final InstantSource clock;
    private SslContextFactory.@Nullable Client factory;

    private ClientTls(
            Optional<List<X509Certificate>> authorities,
            Optional<String> serverName,
            Optional<TlsIdentity> identity,
            InstantSource clock) {
        this.authorities = authorities;
        this.serverName = serverName;
        this.identity = identity;
        this.clock = clock;
    }

    /** Trusts servers whose certificate leads to one of these authorities and is for the host that is dialled. */
    public static ClientTls trusting(List<X509Certificate> authorities) {
        return new ClientTls(
                Optional.of(List.copyOf(authorities)), Optional.empty(), Optional.empty(), InstantSource.system());
    }

    /** Like {@link #trusting(List)}, from a PEM bundle. */
    public static ClientTls trusting(String authoritiesPem) {
        return trusting(Pem.certificates(authoritiesPem));
    }

    /** Trusts any server, as {@code --insecure-skip-tls-verify} does. */
    public static ClientTls insecure() {
        return new ClientTls(Optional.empty(), Optional.empty(), Optional.empty(), InstantSource.system());
    }

    /** Expects a certificate for this name instead of the host that is dialled. */
    public ClientTls expecting(String newServerName) {
        return new ClientTls(authorities, Optional.of(newServerName), identity, clock);
    }

    /** Presents a client certificate when the server asks for one. */
    public ClientTls presenting(TlsIdentity newIdentity) {
        return new ClientTls(authorities, serverName, Optional.of(newIdentity), clock);
    }

    /** Judges validity by this clock instead of the system's. */
    public ClientTls at(InstantSource newClock) {
        return new ClientTls(authorities, serverName, identity, newClock);
    }

    synchronized SslContextFactory.Client factory() {
        if (factory == null) {
            SslContextFactory.Client created = new NamedFactory(serverName);
            created.setSslContext(TlsContexts.create(
                    identity.map(i -> new KeyManager[] {new IdentityKeyManager(i)})
                            .orElseGet(() -> new KeyManager[0]),
                    new TrustManager[] {new ServerTrust(authorities, clock)}));
            created.setIncludeProtocols("TLSv1.2", "TLSv1.3");
            created.setEndpointIdentificationAlgorithm(null); // ServerTrust compares the name
            LifeCycle.start(created);
            factory = created;
        }
        return factory;
    }

    /** Lays TLS over a connected socket; the handshake has not begun. */
    SSLSocket over(Socket socket, String host, int port) throws IOException {
        SSLSocket tls = (SSLSocket)
                factory().getSslContext().getSocketFactory().createSocket(socket, serverName.orElse(host), port, true);
        tls.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        return tls;
    }

    @Override
    public String toString() {
        return "ClientTls[" + (authorities.isPresent() ? "verified" : "insecure")
                + serverName.map(name -> " as " + name).orElse("")
                + identity.map(i -> " by " + i).orElse("") + "]";
    }

    /** Tells the engine the expected name, for SNI and for {@link ServerTrust}. */
    private static final class NamedFactory extends SslContextFactory.Client {
        private final Optional<String> serverName;

        NamedFactory(Optional<String> serverName) {
            super(false);
            this.serverName = serverName;
        }

        /** Jetty would warn that nobody compares names. */
        @Override
        protected void checkConfiguration() {}

        @Override
        public SSLEngine newSSLEngine(String host, int port) {
            return super.newSSLEngine(serverName.orElse(host), port);
        }
    }
}
