package io.kantoku.tkg.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.time.Instant;
import java.util.Optional;

/** The VirtualMachineService of a guest's Service of type LoadBalancer, and its address on the way back. Pure. */
final class GuestServicePlan {
    private static final int HASH = 21;
    private static final String ANNOTATIONS = "virtualmachineservice.vmoperator.vmware.com/";

    private GuestServicePlan() {}

    /** Unique in the namespace, and short enough for a label. */
    static String name(String cluster, NamespacedName service) {
        return cluster + "-" + ClusterNames.hex(service.name() + "." + service.namespace(), HASH);
    }

    /** Whether every port has the node port that machines are reached at. */
    static boolean hasNodePorts(KubeObject service) {
        for (JsonNode port : service.at("spec", "ports")) {
            if (port.path("nodePort").asInt(0) == 0) {
                return false;
            }
        }
        return !service.at("spec", "ports").isEmpty();
    }

    /** @param tkc the cluster that the Service is in */
    static KubeObject vmService(KubeObject tkc, KubeObject service) {
        KubeObject wanted = Kinds.VM_SERVICE.create(tkc.namespace(), name(tkc.name(), service.namespacedName()));
        wanted.ownedBy(tkc)
                .label(Labels.GUEST_CLUSTER, tkc.name())
                .label(Labels.GUEST_SERVICE, service.name())
                .label(Labels.GUEST_SERVICE_NAMESPACE, service.namespace());
        if (service.text("spec", "externalTrafficPolicy").equals("Local")) {
            wanted.annotate(ANNOTATIONS + "service.externalTrafficPolicy", "Local");
            String check = service.text("spec", "healthCheckNodePort");
            if (!check.isEmpty()) {
                wanted.annotate(ANNOTATIONS + "service.healthCheckNodePort", check);
            }
        }
        if (service.text("spec", "sessionAffinity").equals("ClientIP")) {
            wanted.annotate(Labels.SESSION_AFFINITY, "ClientIP");
        }
        String proxy = service.annotations().getOrDefault(Labels.PROXY_PROTOCOL, "");
        if (!proxy.isEmpty()) {
            wanted.annotate(Labels.PROXY_PROTOCOL, proxy);
        }
        wanted.metadata().putArray("finalizers").add(Labels.VM_SERVICE_FINALIZER);
        ObjectNode spec = wanted.spec();
        spec.put("type", "LoadBalancer");
        ArrayNode ports = spec.putArray("ports");
        for (JsonNode port : service.at("spec", "ports")) {
            String name = port.path("name").asText("");
            ports.addObject()
                    .put("name", name.isEmpty() ? "port-" + port.path("port").asInt() : name)
                    .put("protocol", port.path("protocol").asText("TCP"))
                    .put("port", port.path("port").asInt())
                    .put("targetPort", port.path("nodePort").asInt());
        }
        spec.putObject("selector").put(Labels.VM_CLUSTER, tkc.name()).put(Labels.VM_ROLE, Labels.ROLE_NODE);
        String address = service.text("spec", "loadBalancerIP");
        if (!address.isEmpty()) {
            spec.put("loadBalancerIP", address);
        }
        JsonNode ranges = service.at("spec", "loadBalancerSourceRanges");
        if (!ranges.isEmpty()) {
            spec.set("loadBalancerSourceRanges", ranges.deepCopy());
        }
        return wanted;
    }

    /** Writes the address, or why there is none, into the guest's Service. */
    static void status(KubeObject service, KubeObject vmService, Instant now) {
        JsonNode ingress = vmService.at("status", "loadBalancer", "ingress");
        if (ingress.isEmpty()) {
            if (!service.at("status", "loadBalancer", "ingress").isEmpty()) {
                service.status().putObject("loadBalancer");
            }
        } else {
            // Compared by address: newer servers add members of their own to an entry.
            if (!address(service).equals(address(vmService))) {
                service.status().withObjectProperty("loadBalancer").set("ingress", ingress.deepCopy());
            }
        }
        problem(vmService)
                .ifPresent(why ->
                        Conditions.set(service, Condition.isFalse("Programmed", why.reason(), why.message()), now));
        if (!ingress.isEmpty() && problem(vmService).isEmpty()) {
            Conditions.set(service, Condition.isTrue("Programmed", "Programmed", "the load balancer serves it"), now);
        }
    }

    /** The virtual IP that a Service of either kind has, {@code ""} for none. */
    static String address(KubeObject service) {
        return service.at("status", "loadBalancer", "ingress")
                .path(0)
                .path("ip")
                .asText("");
    }

    /** Why the load balancer does not serve it. */
    static Optional<Condition> problem(KubeObject vmService) {
        return Conditions.find(vmService, "Ready")
                .filter(condition -> !condition.isTrue())
                .filter(condition -> !condition.reason().equals("WaitingForLoadBalancerIP"));
    }
}
