package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.LabelSelector;
import java.util.HashSet;
import java.util.Set;

/**
 * A pod affinity or anti-affinity term.
 *
 * @param namespaces where it looks; empty for everywhere
 */
record PodTerm(LabelSelector selector, Set<String> namespaces, String topologyKey) {
    PodTerm {
        namespaces = Set.copyOf(namespaces);
    }

    /**
     * Reads a term; without a list of namespaces it looks in the pod's own namespace. A {@code namespaceSelector} that selects
     * something other than all namespaces counts as all: labels of namespaces are not known here.
     */
    static PodTerm of(JsonNode term, String namespace) {
        Set<String> namespaces = new HashSet<>();
        term.path("namespaces").forEach(name -> namespaces.add(name.asText()));
        boolean everywhere =
                term.has("namespaceSelector") && !term.path("namespaceSelector").isNull();
        if (everywhere) {
            namespaces.clear();
        } else if (namespaces.isEmpty()) {
            namespaces.add(namespace);
        }
        return new PodTerm(
                LabelSelector.fromJson(term.path("labelSelector")),
                namespaces,
                term.path("topologyKey").asText());
    }

    boolean matches(PodState pod) {
        return (namespaces.isEmpty() || namespaces.contains(pod.name().namespace())) && selector.matches(pod.labels());
    }
}
