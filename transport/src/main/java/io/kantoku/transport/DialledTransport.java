package io.kantoku.transport;

import io.kantoku.lab.NetworkStack;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import org.eclipse.jetty.io.Transport;

/** Jetty's view of a {@link Dialler}; equal transports share connections. */
final class DialledTransport extends Transport.TCPIP {
    private final NetworkStack stack;

    private DialledTransport(NetworkStack stack) {
        this.stack = stack;
    }

    static Transport of(Dialler dialler) {
        return switch (dialler) {
            case Dialler.Tcp tcp -> new DialledTransport(tcp.stack());
            case Dialler.UnixSocket socket -> new Transport.TCPUnix(socket.path());
        };
    }

    @Override
    public SelectableChannel newSelectableChannel() throws IOException {
        return stack.socket();
    }

    @Override
    public int hashCode() {
        return stack.hashCode();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DialledTransport that && stack.equals(that.stack);
    }
}
