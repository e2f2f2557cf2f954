package io.kantoku.tkg;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server behind a load balancer. It answers each byte that comes with its name and a line break, but the request of an HTTP check with the status
 * that is set; it remembers the first bytes of a connection. And those who visit it, who send a byte.
 */
final class WebSite implements AutoCloseable {
    private final String name;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    volatile int status = 200;
    volatile byte[] firstBytes = {};

    private WebSite(String name, ServerSocket listener) {
        this.name = name;
        this.listener = listener;
    }

    static WebSite open(String name, String address, int port) throws IOException {
        WebSite site = new WebSite(name, new ServerSocket(port, 100, InetAddress.ofLiteral(address)));
        Thread.ofVirtual().name("site-" + name).start(site::accept);
        return site;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket visitor = listener.accept();
                open.add(visitor);
                Thread.ofVirtual().start(() -> serve(visitor));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket visitor) {
        try (visitor) {
            byte[] bytes = new byte[512];
            InputStream in = visitor.getInputStream();
            OutputStream out = visitor.getOutputStream();
            int read = in.read(bytes);
            boolean check = read > 3 && new String(bytes, 0, 3, StandardCharsets.US_ASCII).equals("GET");
            if (read > 0 && !check) {
                firstBytes = java.util.Arrays.copyOf(bytes, read);
            }
            while (read > 0) {
                String answer = check ? "HTTP/1.0 " + status + " x\r\n\r\n" : name + "\n";
                out.write(answer.getBytes(StandardCharsets.US_ASCII));
                if (check) {
                    return;
                }
                read = in.read(bytes);
            }
        } catch (IOException e) {
            // a visitor that went away
        } finally {
            open.remove(visitor);
        }
    }

    /** A connection to whatever is there. */
    record Visit(Socket socket) implements AutoCloseable {
        static Visit to(String address, int port) throws IOException {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), 5_000);
            socket.setSoTimeout(5_000);
            return new Visit(socket);
        }

        /** The name of the site at the other end. */
        String ask() throws IOException {
            socket.getOutputStream().write('?');
            StringBuilder answer = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c != '\n';
                    c = socket.getInputStream().read()) {
                if (c < 0) {
                    throw new SocketException("closed before an answer came");
                }
                answer.append((char) c);
            }
            return answer.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Who answers there; {@code nobody} when none does. */
    static String at(String address, int port) {
        try (Visit visit = Visit.to(address, port)) {
            return visit.ask();
        } catch (IOException e) {
            return "nobody";
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket visitor : open) {
            visitor.close();
        }
    }
}
