package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.Amounts;
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
 * @param volumes what its volumes ask of a node
 * @param rank how it stands when there is not room for all
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
        VolumeNeeds volumes,
        Rank rank) {

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
                    PodTerm.of(term.path("podAffinityTerm"), pod),
                    term.path("weight").asInt()));
        }
        for (JsonNode term : affinity.path("podAntiAffinity").path(preferred)) {
            weighted.add(new Weighted(
                    PodTerm.of(term.path("podAffinityTerm"), pod),
                    -term.path("weight").asInt()));
        }
        return new PodState(
                pod.namespacedName(),
                pod.uid(),
                pod.controller().map(OwnerReference::uid).orElse(""),
                pod.text("spec", "nodeName"),
                new HashMap<>(pod.labels()),
                Amounts.heldBy(pod),
                hostPorts(pod),
                Toleration.of(pod),
                NodeSelection.of(pod),
                terms(affinity.path("podAffinity").path(required), pod),
                terms(affinity.path("podAntiAffinity").path(required), pod),
                weighted,
                SpreadConstraint.of(pod),
                VolumeNeeds.NONE,
                Rank.of(pod));
    }

    PodState on(String newNode) {
        return with(newNode, volumes);
    }

    PodState needing(VolumeNeeds newVolumes) {
        return with(node, newVolumes);
    }

    int priority() {
        return rank.priority();
    }

    /** Whether it likes or dislikes to have other pods near. */
    boolean opinionated() {
        return !affinity.isEmpty() || !preferred.isEmpty();
    }

    private PodState with(String newNode, VolumeNeeds newVolumes) {
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
                newVolumes,
                rank);
    }

    private static List<PodTerm> terms(JsonNode list, KubeObject pod) {
        List<PodTerm> terms = new ArrayList<>();
        list.forEach(term -> terms.add(PodTerm.of(term, pod)));
        return terms;
    }

    private static List<HostPort> hostPorts(KubeObject pod) {
        List<HostPort> ports = new ArrayList<>();
        List<JsonNode> containers = new ArrayList<>();
        pod.at("spec", "containers").forEach(containers::add);
        for (JsonNode container : pod.at("spec", "initContainers")) {
            if (container.path("restartPolicy").asText().equals("Always")) {
                containers.add(container);
            }
        }
        for (JsonNode container : containers) {
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
