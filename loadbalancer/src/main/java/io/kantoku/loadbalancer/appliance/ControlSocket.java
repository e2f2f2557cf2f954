package io.kantoku.loadbalancer.appliance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command socket of HAProxy's: the master's or a worker's. Each command is a connection of its own. */
record ControlSocket(Path path) {
    private static final int LARGEST_ANSWER = 64 << 20;

    /**
     * Sends a line and reads until the other side closes. A reload closes the master's connections without an answer; what
     * was read by then is returned.
     *
     * @throws IOException when nobody listens, or the answer does not end in time
     */
    String send(String command, Duration longest) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            Thread.ofVirtual().name("haproxy-control").start(() -> {
                try {
                    answer.complete(exchange(channel, command));
                } catch (IOException e) {
                    answer.completeExceptionally(e);
                }
            });
            return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("HAProxy does not answer on " + path + " within " + longest.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(path + ": " + cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for HAProxy", e);
        }
    }

    private String exchange(SocketChannel channel, String command) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(path));
        channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
        channel.shutdownOutput(); // the master waits for this before it closes
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
        try {
            while (channel.read(buffer.clear()) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                if (answer.size() > LARGEST_ANSWER) {
                    throw new IOException(
                            "the answer to \"" + command + "\" is larger than " + LARGEST_ANSWER + " bytes");
                }
            }
        } catch (IOException e) {
            if (!command.equals("reload")) {
                throw e;
            }
        }
        return answer.toString(StandardCharsets.UTF_8);
    }
}
