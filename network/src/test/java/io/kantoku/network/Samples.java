package io.kantoku.network;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.network.policy.Isolation;
import io.kantoku.network.services.BalancedPort;
import io.kantoku.network.services.Protocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** States of a node for tests of pure text and flow makers. */
public final class Samples {
    private Samples() {}

    public static NodeNetworkSpec spec(Cni cni) {
        return new NodeNetworkSpec(
                cni,
                new ClusterId("ns1.tkc01"),
                "n1",
                new NetworkNamespace("kt-n1"),
                "10.44.59.101",
                Optional.empty(),
                Ipv4Range.parse("192.168.0.0/16"),
                Ipv4Range.parse("10.96.0.0/12"),
                "cluster.local",
                Path.of("/nowhere"));
    }

    public static Attachment pod(String name, String address) {
        return new Attachment("sandbox-" + name, "default", name, "uid-" + name, address, "p" + name);
    }

    public static BalancedPort service(String name, String portName, int nodePort, int affinity, String... addresses) {
        List<BalancedPort.Backend> backends = List.of(addresses).stream()
                .map(address -> new BalancedPort.Backend(address, 8080))
                .toList();
        return new BalancedPort(
                new NamespacedName("default", name),
                portName,
                Protocol.TCP,
                "10.96.0." + (20 + Math.floorMod(name.chars().reduce(7, (sum, letter) -> sum * 37 + letter), 200)),
                80,
                nodePort,
                backends,
                backends,
                false,
                affinity);
    }

    public static NodeState state(Cni cni, List<Attachment> pods, List<BalancedPort> services) {
        return new NodeState(
                spec(cni),
                Ipv4Range.parse("192.168.1.0/24"),
                pods,
                services,
                new TreeMap<>(),
                List.of(),
                Isolation.NONE,
                true);
    }
}
