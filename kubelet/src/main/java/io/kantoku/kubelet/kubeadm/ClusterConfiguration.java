package io.kantoku.kubelet.kubeadm;

import java.util.List;

/**
 * What all control planes of a cluster agree on.
 *
 * @param clusterName for people
 * @param kubernetesVersion for example {@code v1.18.5+kantoku.1}
 * @param controlPlaneEndpoint {@code host:port} of the load balancer
 * @param podSubnet the pods' addresses, a CIDR, {@code ""} for none
 * @param serviceSubnet the Services' addresses, a CIDR
 * @param dnsDomain usually {@code cluster.local}
 * @param certificateNames extra names and addresses in the API server's certificate
 */
public record ClusterConfiguration(
        String clusterName,
        String kubernetesVersion,
        String controlPlaneEndpoint,
        String podSubnet,
        String serviceSubnet,
        String dnsDomain,
        List<String> certificateNames) {
    public ClusterConfiguration {
        certificateNames = List.copyOf(certificateNames);
    }
}
