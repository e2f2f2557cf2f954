package io.kantoku.kubelet.node;

import io.kantoku.lab.NetworkNamespace;
import io.kantoku.network.NetworkException;
import io.kantoku.network.NodeNetwork;
import io.kantoku.network.PodLink;
import io.kantoku.network.PodSandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A pod network for tests: a pair of links and a route per pod, in a node's namespace. */
final class PointToPoint implements NodeNetwork {
    private final NetworkNamespace node;
    private final AtomicInteger next = new AtomicInteger(2);
    private final ConcurrentMap<String, PodLink> links = new ConcurrentHashMap<>();

    PointToPoint(NetworkNamespace node) {
        this.node = node;
    }

    @Override
    public PodLink attach(PodSandbox sandbox) {
        return links.computeIfAbsent(sandbox.id(), id -> {
            int number = next.getAndIncrement();
            String address = "10.77.0." + number;
            String pod = sandbox.networkNamespace().toString();
            String link = "v" + number;
            run(
                    "nsenter",
                    "--net=" + node.path(),
                    "ip",
                    "link",
                    "add",
                    link,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    "eth0",
                    "netns",
                    pod);
            run("ip", "-n", node.name(), "address", "add", "169.254.1.1/32", "dev", link, "scope", "link");
            run("ip", "-n", node.name(), "link", "set", link, "up");
            run("ip", "-n", node.name(), "route", "add", address + "/32", "dev", link, "src", "10.77.255.1");
            String in = "nsenter --net=" + pod + " ip ";
            run(
                    "sh",
                    "-c",
                    in + "address add " + address + "/24 dev eth0 && " + in + "link set eth0 up && " + in
                            + "route replace default via 169.254.1.1 dev eth0 onlink");
            return new PodLink(address + "/24", "169.254.1.1", "02:00:00:00:00:01");
        });
    }

    @Override
    public void detach(PodSandbox sandbox) {
        links.remove(sandbox.id());
    }

    @Override
    public Optional<String> problem() {
        return Optional.empty();
    }

    @Override
    public void close() {}

    static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new NetworkException(NetworkException.Code.FAILED, String.join(" ", command) + ": " + output);
            }
        } catch (IOException e) {
            throw new NetworkException(NetworkException.Code.FAILED, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetworkException(NetworkException.Code.FAILED, "interrupted", e);
        }
    }
}
