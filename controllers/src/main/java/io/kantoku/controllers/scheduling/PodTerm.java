package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.LabelSelector.Operator;
import io.kantoku.apimachinery.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A pod affinity or anti-affinity term.
 *
 * @param namespaces where it looks
 * @param namespaceSelector where it looks as well
 */
record PodTerm(LabelSelector selector, Set<String> namespaces, LabelSelector namespaceSelector, String topologyKey) {
    PodTerm {
        namespaces = Set.copyOf(namespaces);
    }

    /**
     * Reads a pod's term; without namespaces and their selector it looks in the pod's own namespace. {@code matchLabelKeys} and
     * {@code mismatchLabelKeys} (KEP-3633) add the pod's own values of these labels to the selector.
     */
    static PodTerm of(JsonNode term, KubeObject pod) {
        Set<String> namespaces = new HashSet<>();
        term.path("namespaces").forEach(name -> namespaces.add(name.asText()));
        LabelSelector namespaceSelector = LabelSelector.fromJson(term.path("namespaceSelector"));
        if (namespaces.isEmpty() && namespaceSelector.nothing()) {
            namespaces.add(pod.namespace());
        }
        LabelSelector selector = LabelSelector.fromJson(term.path("labelSelector"));
        selector = withOwn(selector, term.path("matchLabelKeys"), Operator.IN, pod.labels());
        selector = withOwn(selector, term.path("mismatchLabelKeys"), Operator.NOT_IN, pod.labels());
        return new PodTerm(
                selector,
                namespaces,
                namespaceSelector,
                term.path("topologyKey").asText());
    }

    /** Adds, for each key that the labels have, that the value is or is not theirs. */
    static LabelSelector withOwn(LabelSelector selector, JsonNode keys, Operator operator, Map<String, String> labels) {
        if (keys.isEmpty()) {
            return selector;
        }
        List<Requirement> requirements = new ArrayList<>(selector.requirements());
        for (JsonNode key : keys) {
            String value = labels.get(key.asText());
            if (value != null) {
                TreeSet<String> values = new TreeSet<>();
                values.add(value);
                requirements.add(new Requirement(key.asText(), operator, values));
            }
        }
        return new LabelSelector(requirements, selector.nothing());
    }

    boolean matches(PodState pod, Namespaces known) {
        String namespace = pod.name().namespace();
        return (namespaces.contains(namespace)
                        || (!namespaceSelector.nothing() && namespaceSelector.matches(known.labels(namespace))))
                && selector.matches(pod.labels());
    }
}
