package io.kantoku.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/**
 * A named network namespace of Linux, as {@code ip netns} makes them; sockets opened here stay in it whichever thread uses them.
 *
 * @param name under {@code /run/netns}
 */
public record NetworkNamespace(String name) implements NetworkStack {
    /*
     * setns changes the calling thread only, and a thread that is started meanwhile inherits the namespace for life: a platform
     * thread that the callable starts, or a carrier that the JDK starts because something woke a virtual thread. So each visit
     * is made by a fresh platform thread that runs nothing but open and bind, goes back, and only then completes its future.
     */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    /** Opens sockets; must neither start threads nor wake any. */
    @FunctionalInterface
    private interface Opening<T> {
        T open() throws IOException;
    }

    public NetworkNamespace {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name of a network namespace: \"" + name + "\"");
        }
    }

    public Path path() {
        return Path.of("/run/netns", name);
    }

    public boolean exists() {
        return Files.exists(path());
    }

    @Override
    public ServerSocketChannel listen(InetSocketAddress address) throws IOException {
        return inside(() -> HostNetwork.INSTANCE.listen(address));
    }

    @Override
    public SocketChannel socket() throws IOException {
        return inside(HostNetwork.INSTANCE::socket);
    }

    @Override
    public DatagramChannel datagram(InetSocketAddress address) throws IOException {
        return inside(() -> HostNetwork.INSTANCE.datagram(address));
    }

    private <T> T inside(Opening<T> opening) throws IOException {
        SystemCalls.load();
        SocketChannel.open().close(); // loads the JDK's network classes outside
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().name("netns-" + name).start(() -> visit(opening, result));
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException("in network namespace " + name + ": " + cause.getMessage(), cause);
            }
            throw e;
        }
    }

    private <T> void visit(Opening<T> opening, CompletableFuture<T> result) {
        try {
            int home = SystemCalls.open("/proc/thread-self/ns/net");
            try {
                int namespace = openNamespace();
                T opened;
                try {
                    enter(namespace);
                    try {
                        opened = opening.open();
                    } finally {
                        SystemCalls.enterNetwork(home);
                    }
                } finally {
                    SystemCalls.close(namespace);
                }
                result.complete(opened);
            } finally {
                SystemCalls.close(home);
            }
        } catch (IOException | RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private int openNamespace() throws IOException {
        try {
            return SystemCalls.open(path().toString());
        } catch (SystemCalls.Refused e) {
            if (e.errno() == SystemCalls.ENOENT) {
                throw new IOException("it does not exist (" + path() + "); is its machine running?", e);
            }
            throw e;
        }
    }

    private static void enter(int namespace) throws IOException {
        try {
            SystemCalls.enterNetwork(namespace);
        } catch (SystemCalls.Refused e) {
            if (e.errno() == SystemCalls.EPERM) {
                throw new IOException(
                        "entering it is not permitted; run Kantoku as root, or use simulated machines", e);
            }
            throw e;
        }
    }

    @Override
    public String toString() {
        return "network namespace " + name;
    }
}
