package io.kantoku.kubelet.boot;

import io.kantoku.kubelet.NodeException;
import java.util.Map;

/**
 * The keys that all masters of a cluster share, as PEM texts; they come with the bootstrap data, as kubeadm expects them.
 *
 * @param caCertificate the cluster's authority
 * @param caKey its key; never printed
 * @param frontProxyCaCertificate the authority of proxies that speak for others
 * @param frontProxyCaKey its key; never printed
 * @param serviceAccountKey signs service-account tokens; never printed
 * @param serviceAccountPublicKey verifies them
 */
public record ControlPlaneKeys(
        String caCertificate,
        String caKey,
        String frontProxyCaCertificate,
        String frontProxyCaKey,
        String serviceAccountKey,
        String serviceAccountPublicKey) {
    /** The directory in which kubeadm looks for them. */
    public static final String DIRECTORY = "/etc/kubernetes/pki/";

    /**
     * Picks the keys out of a machine's files.
     *
     * @param files absolute path to content
     * @throws NodeException naming the file that is missing
     */
    public static ControlPlaneKeys from(Map<String, String> files) {
        return new ControlPlaneKeys(
                file(files, "ca.crt"),
                file(files, "ca.key"),
                file(files, "front-proxy-ca.crt"),
                file(files, "front-proxy-ca.key"),
                file(files, "sa.key"),
                file(files, "sa.pub"));
    }

    private static String file(Map<String, String> files, String name) {
        String content = files.get(DIRECTORY + name);
        if (content == null) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "the bootstrap data has no file " + DIRECTORY + name + ", which a control plane needs");
        }
        return content;
    }

    @Override
    public String toString() {
        return "ControlPlaneKeys[redacted]";
    }
}
