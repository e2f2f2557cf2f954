package io.kantoku.transport;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/** Lets the kernel notice within two minutes that the machine at the other end of a silent connection is gone. */
final class KeepAlive {
    private static final int SECONDS = 30;
    private static final int PROBES = 3;

    private KeepAlive() {}

    /** Does nothing for what is not TCP. */
    static void configure(SelectableChannel selectable) throws IOException {
        if (selectable instanceof SocketChannel channel
                && channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, SECONDS);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, SECONDS);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        }
    }
}
