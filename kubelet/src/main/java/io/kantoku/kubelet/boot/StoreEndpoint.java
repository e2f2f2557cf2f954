package io.kantoku.kubelet.boot;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.kubelet.NodeException;

/** The form in which a cluster's configuration names its storage: {@code kantoku://store/<cluster id>}. */
public final class StoreEndpoint {
    private static final String PREFIX = "kantoku://store/";

    private StoreEndpoint() {}

    public static String of(ClusterId cluster) {
        return PREFIX + cluster;
    }

    /**
     * Reads the form.
     *
     * @throws NodeException when the configuration names a storage of another kind
     */
    public static ClusterId cluster(String endpoint) {
        if (!endpoint.startsWith(PREFIX)) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "etcd.external.endpoints[0] must begin with " + PREFIX + ", found \"" + endpoint + "\"");
        }
        try {
            return new ClusterId(endpoint.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "etcd.external.endpoints[0] names no cluster: " + e.getMessage(),
                    e);
        }
    }
}
