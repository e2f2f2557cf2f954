package io.kantoku.kubelet.kubeadm;

/**
 * Where an API server listens ({@code localAPIEndpoint}).
 *
 * @param advertiseAddress an IP address of the machine
 * @param bindPort usually 6443
 */
public record ApiEndpoint(String advertiseAddress, int bindPort) {}
