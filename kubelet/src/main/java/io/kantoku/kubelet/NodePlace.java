package io.kantoku.kubelet;

import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.lab.NetworkStack;
import java.nio.file.Path;

/**
 * Where a node runs, and how it reaches its cluster.
 *
 * @param network the machine's; all sockets of the node are opened in it
 * @param directory the machine's disk; survives its restarts and goes with it
 * @param cluster the configuration that the node joined with
 * @param apiServer {@code host:port} that the node's programs dial: the control-plane endpoint, on a control plane its own server
 * @param controlPlane whether the machine serves the cluster's API
 */
public record NodePlace(
        NetworkStack network, Path directory, ClusterConfiguration cluster, String apiServer, boolean controlPlane) {}
