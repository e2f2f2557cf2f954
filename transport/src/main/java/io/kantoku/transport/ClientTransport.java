package io.kantoku.transport;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** Jetty's HTTP/1.1, with TLS settings per destination instead of per client. */
final class ClientTransport extends HttpClientTransportOverHTTP {
    ClientTransport() {
        super(new Connector());
    }

    @Override
    public Destination newDestination(Origin origin) {
        return new HttpDestination(getHttpClient(), origin) {
            @Override
            public SslContextFactory.@Nullable Client resolveSslContextFactory() {
                return getOrigin().getTag() instanceof ClientTls tls ? tls.factory() : null;
            }
        };
    }

    /** A silent watch notices within two minutes that its server's machine is gone. */
    private static final class Connector extends ClientConnector {
        @Override
        protected void configure(SelectableChannel selectable) throws IOException {
            super.configure(selectable);
            KeepAlive.configure(selectable);
        }
    }
}
