package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.vsphere.net.Cidr;

/**
 * The configuration of the programs that kubeadm sets up beside the control plane: it goes into the cluster with {@code kubeadm init},
 * and joining nodes take it from there ({@code kubelet.config.k8s.io/v1beta1}, {@code kubeproxy.config.k8s.io/v1alpha1}). Pure.
 *
 * @param pods the pods' addresses, a CIDR
 * @param services the Services' addresses, a CIDR, whose tenth is cluster DNS, as kubeadm has it
 */
record ComponentConfig(String pods, String services, String dnsDomain) {
    private static final int DNS = 10;

    /** The cgroup driver is that of node images with containerd; certificates are renewed before they end. */
    ObjectNode kubelet() {
        ObjectNode json = Json.object()
                .put("apiVersion", "kubelet.config.k8s.io/v1beta1")
                .put("kind", "KubeletConfiguration")
                .put("cgroupDriver", "systemd")
                .put("clusterDomain", dnsDomain)
                .put("rotateCertificates", true);
        json.putArray("clusterDNS").add(Cidr.parse(services).address(DNS).toString());
        return json;
    }

    ObjectNode proxy() {
        return Json.object()
                .put("apiVersion", "kubeproxy.config.k8s.io/v1alpha1")
                .put("kind", "KubeProxyConfiguration")
                .put("clusterCIDR", pods)
                .put("mode", "iptables");
    }
}
