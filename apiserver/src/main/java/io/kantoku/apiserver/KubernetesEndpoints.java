package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.KubeClient;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The Endpoints and the EndpointSlice of the Service {@code kubernetes}: where the cluster's API servers listen. */
final class KubernetesEndpoints {
    private static final GroupVersionResource ENDPOINTS = new GroupVersionResource("", "v1", "endpoints");
    private static final GroupVersionResource SLICES =
            new GroupVersionResource("discovery.k8s.io", "v1", "endpointslices");

    private KubernetesEndpoints() {}

    /** @param addresses all with the same port; none when no server listens */
    static void publish(KubeClient admin, List<InetSocketAddress> addresses) {
        int port = addresses.isEmpty() ? 6443 : addresses.getFirst().getPort();
        replace(admin, ENDPOINTS, endpoints(addresses, port));
        replace(admin, SLICES, slice(addresses, port));
    }

    private static KubeObject endpoints(List<InetSocketAddress> addresses, int port) {
        KubeObject object = KubeObject.create(
                new GroupVersionKind("", "v1", "Endpoints"),
                CoreBootstrap.KUBERNETES.namespace(),
                CoreBootstrap.KUBERNETES.name());
        object.label("endpointslice.kubernetes.io/skip-mirror", "true");
        ArrayNode subsets = object.json().putArray("subsets");
        if (!addresses.isEmpty()) {
            ObjectNode subset = subsets.addObject();
            ArrayNode listed = subset.putArray("addresses");
            addresses.forEach(address -> listed.addObject().put("ip", address.getHostString()));
            subset.putArray("ports")
                    .addObject()
                    .put("name", "https")
                    .put("port", port)
                    .put("protocol", "TCP");
        }
        return object;
    }

    private static KubeObject slice(List<InetSocketAddress> addresses, int port) {
        KubeObject object = KubeObject.create(
                new GroupVersionKind("discovery.k8s.io", "v1", "EndpointSlice"),
                CoreBootstrap.KUBERNETES.namespace(),
                CoreBootstrap.KUBERNETES.name());
        object.label("kubernetes.io/service-name", CoreBootstrap.KUBERNETES.name());
        object.json().put("addressType", "IPv4");
        ArrayNode listed = object.json().putArray("endpoints");
        addresses.forEach(address -> {
            ObjectNode endpoint = listed.addObject();
            endpoint.putArray("addresses").add(address.getHostString());
            endpoint.putObject("conditions").put("ready", true);
        });
        object.json()
                .putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", port)
                .put("protocol", "TCP");
        return object;
    }

    private static void replace(KubeClient admin, GroupVersionResource resource, KubeObject wanted) {
        Optional<KubeObject> present = admin.find(resource, wanted.namespacedName());
        if (present.isPresent()) {
            admin.update(resource, wanted);
            return;
        }
        try {
            admin.create(resource, wanted);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
            admin.update(resource, wanted);
        }
    }
}
