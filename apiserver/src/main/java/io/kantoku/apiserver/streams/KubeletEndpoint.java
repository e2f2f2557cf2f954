package io.kantoku.apiserver.streams;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Status;
import java.net.InetAddress;
import java.util.function.Predicate;

/** Where a node's kubelet listens, as its status says. */
record KubeletEndpoint(InetAddress address, int port) {
    private static final int DEFAULT_PORT = 10250;
    private static final int HIGHEST_PORT = 65_535;

    /**
     * Reads a node's status.
     *
     * @throws ApiException 503 when the node has no InternalIP; 400 when that is no address to call
     */
    static KubeletEndpoint of(KubeObject node, Predicate<InetAddress> allowed) {
        int port =
                node.at("status", "daemonEndpoints", "kubeletEndpoint", "Port").asInt(DEFAULT_PORT);
        if (port < 1 || port > HIGHEST_PORT) {
            throw ApiException.badRequest(
                    "node " + node.name() + " names " + port + " as its kubelet's port, which is none");
        }
        for (JsonNode address : node.at("status", "addresses")) {
            if (address.path("type").asText().equals("InternalIP")) {
                return new KubeletEndpoint(
                        ProxyableAddresses.check(address.path("address").asText(), allowed), port);
            }
        }
        throw new ApiException(Status.failure(
                503, "ServiceUnavailable", "node " + node.name() + " has no InternalIP in its status.addresses yet"));
    }

    String host() {
        return address.getHostAddress();
    }
}
