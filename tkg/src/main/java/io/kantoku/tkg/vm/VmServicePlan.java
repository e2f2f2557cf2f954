package io.kantoku.tkg.vm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Service and the Endpoints of a VirtualMachineService, and what it says of them. Pure. */
final class VmServicePlan {
    private static final String ANNOTATIONS = "virtualmachineservice.vmoperator.vmware.com/";
    private static final String TRAFFIC_POLICY = ANNOTATIONS + "service.externalTrafficPolicy";

    private VmServicePlan() {}

    /** Whether the Service's selector means the machine; one without selector means none. */
    static boolean selects(KubeObject vmService, KubeObject vm) {
        JsonNode selector = vmService.at("spec", "selector");
        Map<String, String> labels = vm.labels();
        return !selector.isEmpty()
                && selector.properties().stream()
                        .allMatch(entry -> entry.getValue().asText().equals(labels.getOrDefault(entry.getKey(), "\0")));
    }

    /** The Service; {@code present} keeps what the API server has filled in. */
    static KubeObject service(KubeObject vmService, Optional<KubeObject> present) {
        KubeObject service = present.map(KubeObject::copy)
                .orElseGet(() -> Kinds.SERVICE
                        .create(vmService.namespace(), vmService.name())
                        .ownedBy(vmService));
        vmService.labels().forEach(service::label);
        Labels.removeBalancing(service);
        vmService.annotations().forEach(service::annotate);
        ObjectNode spec = service.spec();
        spec.put("type", vmService.text("spec", "type"));
        spec.remove("selector");
        ports(spec, vmService.at("spec", "ports"));
        copy(vmService, spec, "loadBalancerIP");
        copy(vmService, spec, "loadBalancerSourceRanges");
        copy(vmService, spec, "externalName");
        if (vmService.text("spec", "type").equals("LoadBalancer")) {
            String policy = vmService.annotations().getOrDefault(TRAFFIC_POLICY, "Cluster");
            if (!spec.path("externalTrafficPolicy").asText("Cluster").equals(policy)) {
                spec.put("externalTrafficPolicy", policy);
            }
        }
        return service;
    }

    private static void ports(ObjectNode spec, JsonNode wanted) {
        JsonNode before = spec.path("ports");
        ArrayNode ports = spec.objectNode().arrayNode();
        for (JsonNode port : wanted) {
            ObjectNode entry = ports.addObject();
            entry.put("name", port.path("name").asText())
                    .put("protocol", port.path("protocol").asText("TCP"))
                    .put("port", port.path("port").asInt())
                    .put("targetPort", port.path("targetPort").asInt());
            for (JsonNode old : before) {
                if (old.path("name").asText().equals(port.path("name").asText()) && old.has("nodePort")) {
                    entry.set("nodePort", old.path("nodePort"));
                }
            }
        }
        spec.set("ports", ports);
    }

    private static void copy(KubeObject vmService, ObjectNode spec, String field) {
        JsonNode value = vmService.at("spec", field);
        if (value.isMissingNode()
                || value.isNull()
                || (value.isTextual() && value.asText().isEmpty())) {
            spec.remove(field);
        } else {
            spec.set(field, value.deepCopy());
        }
    }

    /** The machine takes part: it is on, has an address, and its system answers. */
    static boolean serves(KubeObject vm) {
        return !vm.deleting()
                && vm.text("status", "powerState").equals("poweredOn")
                && !vm.text("status", "vmIp").isEmpty()
                && Conditions.isTrue(vm, "Ready");
    }

    /** Whether two states of a machine mean different endpoints. */
    static boolean differ(KubeObject before, KubeObject after) {
        return serves(before) != serves(after)
                || !before.labels().equals(after.labels())
                || !before.text("status", "vmIp").equals(after.text("status", "vmIp"));
    }

    /** @param vms those that the selector means */
    static KubeObject endpoints(KubeObject vmService, List<KubeObject> vms) {
        KubeObject endpoints =
                Kinds.ENDPOINTS.create(vmService.namespace(), vmService.name()).ownedBy(vmService);
        vmService.labels().forEach(endpoints::label);
        List<String> addresses = vms.stream()
                .filter(VmServicePlan::serves)
                .map(vm -> vm.text("status", "vmIp"))
                .sorted()
                .toList();
        ArrayNode subsets = endpoints.json().putArray("subsets");
        if (!addresses.isEmpty()) {
            ObjectNode subset = subsets.addObject();
            ArrayNode list = subset.putArray("addresses");
            addresses.forEach(address -> list.addObject().put("ip", address));
            ArrayNode ports = subset.putArray("ports");
            for (JsonNode port : vmService.at("spec", "ports")) {
                ports.addObject()
                        .put("name", port.path("name").asText())
                        .put("port", port.path("targetPort").asInt())
                        .put("protocol", port.path("protocol").asText("TCP"));
            }
        }
        return endpoints;
    }

    /** Writes the Service's address, or why it has none. */
    static void status(KubeObject vmService, Optional<KubeObject> service, Instant now) {
        JsonNode ingress = service.map(object -> object.at("status", "loadBalancer", "ingress"))
                .orElse(vmService.at("none"));
        boolean balanced = vmService.text("spec", "type").equals("LoadBalancer");
        if (ingress.isEmpty()) {
            vmService.status().remove("loadBalancer");
        } else {
            ArrayNode copied = vmService.status().putObject("loadBalancer").putArray("ingress");
            for (JsonNode entry : ingress) { // without what newer servers add, which the definition does not know
                copied.addObject().put("ip", entry.path("ip").asText());
            }
        }
        Condition ready = !balanced || !ingress.isEmpty()
                ? Condition.isTrue("Ready", "", "")
                : service.flatMap(object -> Conditions.find(object, "Programmed"))
                        .filter(condition -> !condition.isTrue())
                        .map(why -> Condition.isFalse("Ready", why.reason(), why.message()))
                        .orElse(Condition.isFalse(
                                "Ready", "WaitingForLoadBalancerIP", "waiting for the load balancer"));
        Conditions.set(vmService, ready, now);
    }
}
