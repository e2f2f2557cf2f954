package io.kantoku.transport;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** Jetty's HTTP/1.1, with TLS settings per destination instead of per client. */
final class ClientTransport extends HttpClientTransportOverHTTP {
    private static final int KEEPALIVE_SECONDS = 30;

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
            if (selectable instanceof SocketChannel channel
                    && channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
                channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_SECONDS);
                channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_SECONDS);
                channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
            }
        }
    }
}
