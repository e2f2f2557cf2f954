package io.kantoku.transport;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/** The server's end of a TCP connection, which knows the listener that it came through. */
final class ListenerEndPoint extends SocketChannelEndPoint {
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(0);

    private final OpenListener listener;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;

    ListenerEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            OpenListener listener) {
        super(channel, selector, key, scheduler);
        this.listener = listener;
        this.local = known(super.getLocalSocketAddress());
        this.remote = known(super.getRemoteSocketAddress());
    }

    /** The TCP connection below an end point of any protocol that this server speaks. */
    static ListenerEndPoint below(EndPoint endPoint) {
        EndPoint current = endPoint;
        while (current instanceof EndPoint.Wrapper wrapper) {
            current = wrapper.unwrap();
        }
        return (ListenerEndPoint) current;
    }

    OpenListener listener() {
        return listener;
    }

    InetSocketAddress local() {
        return local;
    }

    InetSocketAddress remote() {
        return remote;
    }

    /** A connection that is reset before it is looked at has no addresses any more. */
    private static InetSocketAddress known(SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet : UNKNOWN;
    }
}
