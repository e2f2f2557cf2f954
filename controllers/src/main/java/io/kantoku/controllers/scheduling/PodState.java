package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.controllers.Toleration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the scheduler knows of a pod.
 *
 * @param owner the uid of its controller, {@code ""} when it has none; pods of one controller are spread
 * @param node where it runs, {@code ""} while it is to be scheduled
 * @param volumes for each volume that not every node can reach, the terms of which one must match the node
 */
record PodState(
        NamespacedName name,
        String uid,
        String owner,
        String node,
        Map<String, String> labels,
        Amounts requests,
        List<HostPort> hostPorts,
        List<Toleration> tolerations,
        NodeSelection nodeSelection,
        List<PodTerm> affinity,
        List<PodTerm> antiAffinity,
        List<Weighted> preferred,
        List<SpreadConstraint> spread,
        List<List<NodeSelection.Term>> volumes) {

    /** A port of the node that the pod wants for itself; {@code address} is {@code 0.0.0.0} for all addresses. */
    record HostPort(String address, String protocol, int port) {
        boolean collides(HostPort other) {
            return port == other.port
                    && protocol.equals(other.protocol)
                    && (address.equals(other.address) || address.equals("0.0.0.0") || other.address.equals("0.0.0.0"));
        }
    }

    /** A pod term with its weight, negative for anti-affinity. */
    record Weighted(PodTerm term, int weight) {}

    static PodState of(KubeObject pod) {
        JsonNode affinity = pod.at("spec", "affinity");
        String required = "requiredDuringSchedulingIgnoredDuringExecution";
        String preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        List<Weighted> weighted = new ArrayList<>();
        for (JsonNode term : affinity.path("podAffinity").path(preferred)) {
            weighted.add(new Weighted(
                    PodTerm.of(term.path("podAffinityTerm"), pod.namespace()),
                    term.path("weight").asInt()));
        }
        for (JsonNode term : affinity.path("podAntiAffinity").path(preferred)) {
            weighted.add(new Weighted(
                    PodTerm.of(term.path("podAffinityTerm"), pod.namespace()),
                    -term.path("weight").asInt()));
        }
        return new PodState(
                pod.namespacedName(),
                pod.uid(),
                pod.controller().map(OwnerReference::uid).orElse(""),
                pod.text("spec", "nodeName"),
                new HashMap<>(pod.labels()),
                Amounts.requestedBy(pod),
                hostPorts(pod),
                Toleration.of(pod),
                NodeSelection.of(pod),
                terms(affinity.path("podAffinity").path(required), pod.namespace()),
                terms(affinity.path("podAntiAffinity").path(required), pod.namespace()),
                weighted,
                SpreadConstraint.of(pod),
                List.of());
    }

    PodState on(String newNode) {
        return with(newNode, volumes);
    }

    /** With the node terms of its volumes, of each of which one must match. */
    PodState reaching(List<List<NodeSelection.Term>> newVolumes) {
        return with(node, newVolumes);
    }

    private PodState with(String newNode, List<List<NodeSelection.Term>> newVolumes) {
        return new PodState(
                name,
                uid,
                owner,
                newNode,
                labels,
                requests,
                hostPorts,
                tolerations,
                nodeSelection,
                affinity,
                antiAffinity,
                preferred,
                spread,
                newVolumes);
    }

    private static List<PodTerm> terms(JsonNode list, String namespace) {
        List<PodTerm> terms = new ArrayList<>();
        list.forEach(term -> terms.add(PodTerm.of(term, namespace)));
        return terms;
    }

    private static List<HostPort> hostPorts(KubeObject pod) {
        List<HostPort> ports = new ArrayList<>();
        for (JsonNode container : pod.at("spec", "containers")) {
            for (JsonNode port : container.path("ports")) {
                if (port.path("hostPort").asInt() > 0) {
                    String address = port.path("hostIP").asText("");
                    ports.add(new HostPort(
                            address.isEmpty() ? "0.0.0.0" : address,
                            port.path("protocol").asText("TCP"),
                            port.path("hostPort").asInt()));
                }
            }
        }
        return ports;
    }
}
