package io.kantoku.e2e;

import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.WriteFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A control VM that leads elsewhere: each pair of systemd units in its user data is a listening socket. */
record RelayGuest(List<ServerSocket> sockets) implements AutoCloseable {
    private static final Pattern LISTEN = Pattern.compile("ListenStream=([0-9.]+):(\\d+)");
    private static final Pattern LEAD = Pattern.compile("systemd-socket-proxyd ([0-9.]+):(\\d+)");

    static RelayGuest boot(CloudInit config) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (WriteFile file : config.files()) {
            if (file.path().endsWith(".socket")) {
                WriteFile service =
                        config.file(file.path().replace(".socket", ".service")).orElseThrow();
                sockets.add(relay(address(LISTEN, file.text()), address(LEAD, service.text())));
            }
        }
        return new RelayGuest(sockets);
    }

    private static InetSocketAddress address(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + text);
        }
        return new InetSocketAddress(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }

    private static ServerSocket relay(InetSocketAddress from, InetSocketAddress to) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(from);
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = socket.accept();
                    Thread.ofVirtual().start(() -> lead(client, to));
                }
            } catch (IOException e) {
                // closed: the machine is off
            }
        });
        return socket;
    }

    private static void lead(Socket client, InetSocketAddress to) {
        try (client;
                Socket server = new Socket()) {
            server.connect(to);
            Thread back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (IOException e) {
            // nothing listens there, as for a proxy whose server is away
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            // one side has ended
        }
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }
}
