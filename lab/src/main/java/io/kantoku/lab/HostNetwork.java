package io.kantoku.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The network that the process itself is in. */
enum HostNetwork implements NetworkStack {
    INSTANCE;

    @Override
    public ServerSocketChannel listen(InetSocketAddress address) throws IOException {
        if (address.getAddress().isAnyLocalAddress()) {
            throw new IOException("refusing to listen on the wildcard address " + address);
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, 1024);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    @Override
    public SocketChannel socket() throws IOException {
        return SocketChannel.open();
    }

    @Override
    public DatagramChannel datagram(InetSocketAddress address) throws IOException {
        if (address.getAddress().isAnyLocalAddress()) {
            throw new IOException("refusing to listen on the wildcard address " + address);
        }
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            channel.bind(address);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "host network";
    }
}
