package io.kantoku.kubelet.kubeadm;

import java.util.List;

/**
 * How a joining node finds and trusts its cluster ({@code discovery.bootstrapToken}).
 *
 * @param token a bootstrap token, {@code abcdef.0123456789abcdef}; never printed
 * @param apiServerEndpoint {@code host:port} of the control plane
 * @param caCertHashes {@code sha256:<hex>} of the public keys (SubjectPublicKeyInfo) of acceptable authorities
 */
public record Discovery(String token, String apiServerEndpoint, List<String> caCertHashes) {
    public Discovery {
        caCertHashes = List.copyOf(caCertHashes);
    }

    @Override
    public String toString() {
        return "Discovery[" + apiServerEndpoint + "]";
    }
}
