package io.kantoku.kubelet.boot;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.lab.NetworkStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a node finds on the machine that it starts on.
 *
 * @param name the machine's host name
 * @param cluster the cluster that whoever made the machine made it for; bootstrap data that name another are refused
 * @param release the Kubernetes release of the image that the machine was made from, for example {@code v1.18.20+kantoku.1}; {@code
 *     ""} where the image has none, and a node is of its cluster's release
 * @param addresses the machine's IP addresses; the API server listens on all of them
 * @param files what the bootstrap data wrote, absolute path to content; may hold keys and is never printed
 * @param commands the commands of the bootstrap data in order, for example {@code kubeadm init --config /run/kubeadm.yaml}
 * @param directory the machine's disk
 * @param disk what the node has left behind when it ran before
 */
public record MachineFacts(
        String name,
        ClusterId cluster,
        String release,
        List<String> addresses,
        int cpus,
        long memoryBytes,
        Map<String, String> files,
        List<String> commands,
        NetworkStack network,
        Path directory,
        NodeDisk disk) {
    public MachineFacts {
        addresses = List.copyOf(addresses);
        files = Map.copyOf(files);
        commands = List.copyOf(commands);
    }

    @Override
    public String toString() {
        return "MachineFacts[" + name + "]";
    }
}
