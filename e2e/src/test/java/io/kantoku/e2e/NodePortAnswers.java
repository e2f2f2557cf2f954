package io.kantoku.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plays kube-proxy and the pods behind it: each node answers HTTP at the node ports of its cluster's Services, with its address. */
final class NodePortAnswers implements ObjectListener, AutoCloseable {
    static final GroupVersionResource SERVICES = Resources.SERVICES;

    private final Map<ClusterId, Set<String>> nodes = new HashMap<>();
    private final Map<ClusterId, Map<String, Set<Integer>>> ports = new HashMap<>();
    private final Map<Door, ServerSocket> open = new HashMap<>();

    private record Door(String address, int port) {}

    synchronized void add(ClusterId cluster, String address) {
        nodes.computeIfAbsent(cluster, _ -> new HashSet<>()).add(address);
        follow();
    }

    synchronized void remove(ClusterId cluster, String address) {
        nodes.computeIfAbsent(cluster, _ -> new HashSet<>()).remove(address);
        follow();
    }

    @Override
    public synchronized void onPresent(ClusterId cluster, KubeObject service, @Nullable KubeObject previous) {
        Set<Integer> wanted = new HashSet<>();
        for (JsonNode port : service.at("spec", "ports")) {
            if (port.has("nodePort")) {
                wanted.add(port.path("nodePort").asInt());
            }
        }
        ports.computeIfAbsent(cluster, _ -> new HashMap<>()).put(service.uid(), wanted);
        follow();
    }

    @Override
    public synchronized void onDeleted(ClusterId cluster, KubeObject last) {
        ports.computeIfAbsent(cluster, _ -> new HashMap<>()).remove(last.uid());
        follow();
    }

    private void follow() {
        Set<Door> wanted = new HashSet<>();
        ports.forEach((cluster, services) -> services.values()
                .forEach(set -> set.forEach(port -> nodes.getOrDefault(cluster, Set.of())
                        .forEach(address -> wanted.add(new Door(address, port))))));
        Set<Door> ended = new HashSet<>(open.keySet());
        ended.removeAll(wanted);
        ended.forEach(door -> close(open.remove(door)));
        wanted.forEach(door -> open.computeIfAbsent(door, NodePortAnswers::listen));
    }

    private static ServerSocket listen(Door door) {
        try {
            ServerSocket socket = new ServerSocket(door.port(), 50, InetAddress.ofLiteral(door.address()));
            Thread.ofVirtual().start(() -> serve(socket, door.address()));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void serve(ServerSocket socket, String address) {
        byte[] answer = ("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nhello from " + address + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                if (client.getInputStream().read() >= 0) { // a request; a health check sends nothing
                    client.getOutputStream().write(answer);
                }
            } catch (IOException e) {
                // closed, or a client that has gone
            }
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(NodePortAnswers::close);
        open.clear();
    }
}
