package io.kantoku.transport;

import io.kantoku.transport.TransportException.Code;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/** One request to switch protocols, over a connection that carries nothing else. Runs on the caller's thread. */
final class UpgradeCall {
    /*
     * A pooled client could be made to send a later request over a connection whose upgrade had failed half-way
     * (CVE-2018-1002105). Here a connection is opened for the request, and is afterwards either a tunnel or closed. Blocking
     * sockets are what virtual threads are for; they come from the target's network stack, as those of the pool do.
     */
    private static final int BUFFER = 16 * 1024;

    private final HttpRequest request;
    private final long deadline;

    private UpgradeCall(HttpRequest request) {
        this.request = request;
        this.deadline = System.nanoTime() + request.timeout().toNanos();
    }

    static UpgradeAnswer send(HttpRequest request) {
        Target target = request.target();
        if (!(target.dialler() instanceof Dialler.Tcp tcp)) {
            throw new IllegalArgumentException("upgrades are made over TCP only: " + target);
        }
        UpgradeCall call = new UpgradeCall(request);
        SocketChannel channel = call.connect(tcp);
        boolean kept = false;
        try {
            UpgradeAnswer answer = call.exchange(call.secured(channel.socket()), channel);
            kept = answer instanceof UpgradeAnswer.Switched;
            return answer;
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw call.interruptedOrLate(e);
        } catch (IOException e) {
            throw Failures.explain(request, e);
        } finally {
            if (!kept) {
                close(channel);
            }
        }
    }

    private SocketChannel connect(Dialler.Tcp tcp) {
        Target target = request.target();
        try {
            SocketChannel channel = tcp.stack().socket();
            try {
                KeepAlive.configure(channel);
                Socket socket = channel.socket();
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(target.host(), target.port()), remaining());
                return channel;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (ClosedByInterruptException e) {
            throw interruptedOrLate(e);
        } catch (IOException e) {
            throw Failures.explain(request, e);
        }
    }

    private Socket secured(Socket plain) throws IOException {
        Optional<ClientTls> tls = request.target().tls();
        if (tls.isEmpty()) {
            return plain;
        }
        SSLSocket secured =
                tls.get().over(plain, request.target().host(), request.target().port());
        plain.setSoTimeout(remaining());
        secured.startHandshake();
        return secured;
    }

    private UpgradeAnswer exchange(Socket socket, SocketChannel channel) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(UpgradeHead.request(request).getBytes(StandardCharsets.ISO_8859_1));
        out.write(request.body());
        out.flush();
        InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        socket.setSoTimeout(remaining());
        UpgradeHead head = UpgradeHead.read(in);
        while (head.status() >= 100 && head.status() < 200 && head.status() != 101) {
            head = UpgradeHead.read(in);
        }
        if (head.status() == 101) {
            socket.setSoTimeout(0);
            return new UpgradeAnswer.Switched(head.headers(), new SocketConnection(socket, channel, in));
        }
        return new UpgradeAnswer.Refused(new HttpResponse(head.status(), head.headers(), head.body(in)));
    }

    private TransportException interruptedOrLate(IOException failure) {
        if (failure instanceof SocketTimeoutException) {
            return Failures.explain(request, failure);
        }
        Thread.currentThread().interrupt();
        return Failures.of(Code.INTERRUPTED, request, "interrupted while waiting for the answer", failure);
    }

    /** Milliseconds, as sockets want them, of which none would mean for ever. */
    private int remaining() {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        return Math.clamp(millis, 1, Integer.MAX_VALUE);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("a connection could not be closed", e);
        }
    }

    /** A switched connection over a blocking socket. */
    private static final class SocketConnection implements Exchange.RawConnection {
        private final Socket socket;
        private final SocketChannel channel;
        private final InputStream in;
        private final HalfClosing out;

        SocketConnection(Socket socket, SocketChannel channel, InputStream in) throws IOException {
            this.socket = socket;
            this.channel = channel;
            this.in = in;
            this.out = new HalfClosing(socket);
        }

        @Override
        public InputStream input() {
            return in;
        }

        @Override
        public OutputStream output() {
            return out;
        }

        /** Closes the channel itself: closing a TLS socket would wait for a writer whose peer does not read. */
        @Override
        public void close() {
            UpgradeCall.close(channel);
        }

        @Override
        public String toString() {
            return "connection to " + socket.getRemoteSocketAddress();
        }
    }

    /** Closing says that nothing more comes, and leaves the other direction open. */
    private static final class HalfClosing extends OutputStream {
        private final Socket socket;
        private final OutputStream out;

        HalfClosing(Socket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        @Override
        public void write(int single) throws IOException {
            out.write(single);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (!socket.isClosed() && !socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
        }
    }
}
