package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.Declaration.cluster;
import static io.kantoku.apiserver.catalog.Declaration.namespaced;

import io.kantoku.apiserver.registry.Strategy;
import java.util.List;

/** Networking beside Services. */
final class NetworkKinds {
    private NetworkKinds() {}

    static List<Declaration> all() {
        return List.of(
                namespaced("discovery.k8s.io", "EndpointSlice", "endpointslices", "v1")
                        .table(NetworkTables.ENDPOINT_SLICES)
                        .rules(NetworkRules.ENDPOINT_SLICES),
                cluster("networking.k8s.io", "IPAddress", "ipaddresses", "v1")
                        .shortNames("ip")
                        .selectable("spec.parentRef.resource")
                        .table(NetworkTables.IP_ADDRESSES),
                cluster("networking.k8s.io", "ServiceCIDR", "servicecidrs", "v1")
                        .status()
                        .table(NetworkTables.SERVICE_CIDRS)
                        .rules(Rules.of().fixedByStatus(Strategy.CLIENT_METADATA)),
                namespaced("networking.k8s.io", "Ingress", "ingresses", "v1")
                        .shortNames("ing")
                        .status()
                        .table(NetworkTables.INGRESSES)
                        .rules(NetworkRules.INGRESSES),
                namespaced("extensions", "Ingress", "ingresses", "v1beta1")
                        .shortNames("ing")
                        .status()
                        .table(NetworkTables.INGRESSES)
                        .rules(NetworkRules.FIRST_INGRESSES),
                cluster("networking.k8s.io", "IngressClass", "ingressclasses", "v1")
                        .table(NetworkTables.INGRESS_CLASSES)
                        .rules(NetworkRules.INGRESS_CLASSES),
                namespaced("networking.k8s.io", "NetworkPolicy", "networkpolicies", "v1")
                        .shortNames("netpol")
                        .table(NetworkTables.NETWORK_POLICIES)
                        .rules(NetworkRules.NETWORK_POLICIES));
    }
}
