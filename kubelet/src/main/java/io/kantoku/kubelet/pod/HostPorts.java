package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.lab.NetworkStack;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of the node that lead to one pod ({@code hostPort}): a listener each in the node's network, whose connections are carried
 * to the pod by two virtual threads. TCP only. {@link #follow} and {@link #close} are called by the pod's worker.
 */
final class HostPorts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostPorts.class);
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int CONNECT_MILLIS = 5_000;

    /** A port of the node and where it leads. */
    private record Mapping(InetSocketAddress node, InetSocketAddress pod) {}

    private final PodHost host;
    private final NetworkStack network;
    private final Map<Mapping, ServerSocketChannel> open = new HashMap<>();

    HostPorts(PodHost host) {
        this.host = host;
        this.network = host.network();
    }

    /** Makes exactly the ports of a running pod be open; {@code podIp} is {@code ""} while it has none. */
    void follow(KubeObject pod, String podIp, boolean running) {
        Set<Mapping> wanted = new HashSet<>();
        if (running && !podIp.isEmpty() && !pod.at("spec", "hostNetwork").asBoolean()) {
            for (PodContainer container : PodContainer.all(pod)) {
                container
                        .json()
                        .path("ports")
                        .forEach(port -> mapping(port, podIp).ifPresent(wanted::add));
            }
        }
        open.keySet().stream()
                .filter(mapping -> !wanted.contains(mapping))
                .toList()
                .forEach(this::shut);
        wanted.stream().filter(mapping -> !open.containsKey(mapping)).forEach(mapping -> listen(pod, mapping));
    }

    private Optional<Mapping> mapping(JsonNode port, String podIp) {
        int hostPort = port.path("hostPort").asInt();
        if (hostPort == 0 || !port.path("protocol").asText("TCP").equals("TCP")) {
            return Optional.empty();
        }
        String hostIp = port.path("hostIP").asText();
        boolean any = hostIp.isEmpty() || hostIp.equals("0.0.0.0");
        return Optional.of(new Mapping(
                new InetSocketAddress(any ? host.hostIp() : hostIp, hostPort),
                new InetSocketAddress(podIp, port.path("containerPort").asInt())));
    }

    private void listen(KubeObject pod, Mapping mapping) {
        try {
            ServerSocketChannel server = network.listen(mapping.node());
            open.put(mapping, server);
            Thread.ofVirtual().name("host-port-" + mapping.node().getPort()).start(() -> accept(server, mapping));
        } catch (IOException e) {
            host.event(
                    pod,
                    "",
                    "Warning",
                    "HostPortConflict",
                    "port " + mapping.node().getPort() + " of the node cannot be opened: " + e.getMessage());
        }
    }

    private void accept(ServerSocketChannel server, Mapping mapping) {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().name("host-port").start(() -> carry(client, mapping.pod()));
            } catch (IOException e) {
                LOG.atTrace()
                        .setMessage("a port of the node was closed")
                        .setCause(e)
                        .log();
            }
        }
    }

    private void carry(SocketChannel client, InetSocketAddress target) {
        try (client;
                SocketChannel pod = network.socket()) {
            pod.socket().connect(target, CONNECT_MILLIS);
            Thread back = Thread.ofVirtual().name("host-port-back").start(() -> copy(pod, client));
            copy(client, pod);
            back.join();
        } catch (IOException e) { // the client sees the end of its connection
            LOG.atDebug()
                    .setMessage("a connection to a port of the node was not carried")
                    .addKeyValue("pod", target)
                    .addKeyValue("why", e.getMessage())
                    .log();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the one side says that it is done, which is passed on. */
    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            LOG.atTrace().setMessage("a carried connection ended").setCause(e).log();
        }
    }

    private void shut(Mapping mapping) {
        ServerSocketChannel server = open.remove(mapping);
        if (server != null) {
            try {
                server.close();
            } catch (IOException e) {
                LOG.atDebug()
                        .setMessage("a port of the node did not close cleanly")
                        .setCause(e)
                        .log();
            }
        }
    }

    @Override
    public void close() {
        Set.copyOf(open.keySet()).forEach(this::shut);
    }
}
