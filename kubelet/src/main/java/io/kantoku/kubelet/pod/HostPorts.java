package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of the node that lead to one pod ({@code hostPort}), each opened in the node's network. TCP and UDP. {@link #follow} and
 * {@link #close} are called by the pod's worker.
 */
final class HostPorts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostPorts.class);

    /** A port of the node and where it leads. */
    private record Mapping(boolean datagrams, InetSocketAddress node, InetSocketAddress pod) {}

    private final PodHost host;
    private final Map<Mapping, Closeable> open = new HashMap<>();

    HostPorts(PodHost host) {
        this.host = host;
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
        wanted.stream().filter(mapping -> !open.containsKey(mapping)).forEach(mapping -> open(pod, mapping));
    }

    private Optional<Mapping> mapping(JsonNode port, String podIp) {
        int hostPort = port.path("hostPort").asInt();
        String protocol = port.path("protocol").asText("TCP");
        if (hostPort == 0 || !(protocol.equals("TCP") || protocol.equals("UDP"))) {
            return Optional.empty();
        }
        String hostIp = port.path("hostIP").asText();
        boolean any = hostIp.isEmpty() || hostIp.equals("0.0.0.0");
        return Optional.of(new Mapping(
                protocol.equals("UDP"),
                new InetSocketAddress(any ? host.hostIp() : hostIp, hostPort),
                new InetSocketAddress(podIp, port.path("containerPort").asInt())));
    }

    private void open(KubeObject pod, Mapping mapping) {
        try {
            open.put(
                    mapping,
                    mapping.datagrams()
                            ? DatagramPort.open(
                                    host.network(),
                                    mapping.node(),
                                    new InetSocketAddress(host.hostIp(), 0).getAddress(),
                                    mapping.pod())
                            : StreamPort.open(host.network(), mapping.node(), mapping.pod()));
        } catch (IOException e) {
            host.event(
                    pod,
                    "",
                    "Warning",
                    "HostPortConflict",
                    "port " + mapping.node().getPort() + " of the node cannot be opened: " + e.getMessage());
        }
    }

    private void shut(Mapping mapping) {
        Closeable port = open.remove(mapping);
        if (port != null) {
            try {
                port.close();
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
