package io.kantoku.tkg.guest;

import io.kantoku.lab.NetworkStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Whether somebody takes connections at a port of a machine. */
@FunctionalInterface
public interface NodePorts {
    /** Where machines run nothing that could answer, they are taken at their word. */
    NodePorts ASSUMED = (address, port) -> true;

    /**
     * Asks once.
     *
     * @param address of a machine, as text
     */
    boolean answers(String address, int port);

    /** By connections that are opened in a network and closed at once. */
    static NodePorts dialled(NetworkStack network, Duration longest) {
        return (address, port) -> {
            try (SocketChannel channel = network.socket()) {
                channel.socket()
                        .connect(
                                new InetSocketAddress(InetAddress.ofLiteral(address), port),
                                Math.toIntExact(longest.toMillis()));
                return true;
            } catch (IOException e) {
                return false; // refused, or silent: nobody takes it
            }
        };
    }
}
