package io.kantoku.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.Target;
import io.kantoku.vsphere.cloudinit.CloudInit;
import io.kantoku.vsphere.cloudinit.WriteFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the simulator cannot do: boots its machines. The user data that vCenter was given are read back, and each pair of systemd units in
 * them becomes a listening socket that leads to where the unit says.
 */
final class RelayGuests implements AutoCloseable {
    private static final Pattern LISTEN = Pattern.compile("ListenStream=([0-9.]+):(\\d+)");
    private static final Pattern LEAD = Pattern.compile("systemd-socket-proxyd ([0-9.]+):(\\d+)");

    private final HttpClient http = HttpClient.start();
    private final Target vcenter;
    private final String session;
    private final Map<String, List<ServerSocket>> booted = new HashMap<>();

    RelayGuests(URI url, Path certificate) throws IOException {
        vcenter = Target.https(url.getHost(), url.getPort(), ClientTls.trusting(Files.readString(certificate)));
        String basic = Base64.getEncoder().encodeToString("user:pass".getBytes(StandardCharsets.UTF_8));
        session = Json.parse(http.send(HttpRequest.of("POST", vcenter, "/rest/com/vmware/cis/session")
                                .header("Authorization", "Basic " + basic))
                        .body())
                .path("value")
                .asText();
    }

    JsonNode get(String path) {
        return Json.parse(http.send(HttpRequest.of("GET", vcenter, "/rest/vcenter/" + path)
                                .header("vmware-api-session-id", session))
                        .body())
                .path("value");
    }

    /** Boots the machines that are on, and ends those that are not. */
    void follow() throws IOException {
        for (JsonNode vm : get("vm")) {
            String id = vm.path("vm").asText();
            boolean on = vm.path("power_state").asText().equals("POWERED_ON");
            if (on && !booted.containsKey(id)) {
                booted.put(id, boot(userData(id)));
            } else if (!on && booted.containsKey(id)) {
                end(booted.remove(id));
            }
        }
    }

    CloudInit userData(String vm) {
        String text = get("vm/" + vm).at("/extra_config/user-data").asText();
        String yaml = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        return CloudInit.read(yaml).config();
    }

    private static List<ServerSocket> boot(CloudInit config) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (WriteFile file : config.files()) {
            if (file.path().endsWith(".socket")) {
                WriteFile service =
                        config.file(file.path().replace(".socket", ".service")).orElseThrow();
                sockets.add(relay(address(LISTEN, file.text()), address(LEAD, service.text())));
            }
        }
        return sockets;
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

    private static void end(List<ServerSocket> sockets) throws IOException {
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (List<ServerSocket> sockets : booted.values()) {
            end(sockets);
        }
        http.close();
    }
}
