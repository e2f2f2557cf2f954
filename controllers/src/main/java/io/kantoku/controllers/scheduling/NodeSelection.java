package io.kantoku.controllers.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which nodes a pod may run on, and which it likes: {@code nodeSelector} and node affinity.
 *
 * @param labels all of which the node must have
 * @param required terms of which one must match; empty without required node affinity
 * @param preferred terms that add their weight
 */
public record NodeSelection(Map<String, String> labels, List<Term> required, List<Preference> preferred) {
    /** A node selector term: all requirements hold; one without requirements matches nothing. */
    public record Term(List<Requirement> expressions, List<Requirement> fields) {
        boolean matches(String name, Map<String, String> nodeLabels) {
            return (!expressions.isEmpty() || !fields.isEmpty())
                    && expressions.stream().allMatch(requirement -> requirement.matches(nodeLabels))
                    && fields.stream().allMatch(requirement -> requirement.matches(Map.of("metadata.name", name)));
        }
    }

    /** One condition on a label or field. */
    public record Requirement(String key, String operator, Set<String> values) {
        boolean matches(Map<String, String> actual) {
            String value = actual.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                case "Gt" -> value != null && compare(value) > 0;
                case "Lt" -> value != null && compare(value) < 0;
                default -> false;
            };
        }

        /** The sign of value minus bound; 0 when either is not a number, which matches neither operator. */
        private int compare(String value) {
            try {
                return Long.compare(
                        Long.parseLong(value), Long.parseLong(values.iterator().next()));
            } catch (NumberFormatException _) {
                return 0;
            }
        }
    }

    /** A term that a pod likes. */
    public record Preference(Term term, int weight) {}

    /** Reads a pod's selector and affinity. */
    public static NodeSelection of(KubeObject pod) {
        Map<String, String> labels = new TreeMap<>();
        pod.at("spec", "nodeSelector")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        JsonNode affinity = pod.at("spec", "affinity", "nodeAffinity");
        List<Term> required = new ArrayList<>();
        affinity.path("requiredDuringSchedulingIgnoredDuringExecution")
                .path("nodeSelectorTerms")
                .forEach(term -> required.add(term(term)));
        List<Preference> preferred = new ArrayList<>();
        affinity.path("preferredDuringSchedulingIgnoredDuringExecution")
                .forEach(node -> preferred.add(new Preference(
                        term(node.path("preference")), node.path("weight").asInt())));
        return new NodeSelection(labels, required, preferred);
    }

    /** Whether the pod may run on a node of that name and labels. */
    public boolean allows(String name, Map<String, String> nodeLabels) {
        return nodeLabels.entrySet().containsAll(labels.entrySet())
                && (required.isEmpty() || required.stream().anyMatch(term -> term.matches(name, nodeLabels)));
    }

    /**
     * The names of nodes that are all that can match, because each required term names some ({@code matchFields} on
     * {@code metadata.name}); empty when any node may.
     */
    Optional<Set<String>> pinned() {
        Set<String> names = new HashSet<>();
        for (Term term : required) {
            Set<String> named = null;
            for (Requirement field : term.fields()) {
                if (field.key().equals("metadata.name") && field.operator().equals("In")) {
                    if (named == null) {
                        named = new HashSet<>(field.values());
                    } else {
                        named.retainAll(field.values());
                    }
                }
            }
            if (named == null) {
                return Optional.empty();
            }
            names.addAll(named);
        }
        return required.isEmpty() ? Optional.empty() : Optional.of(names);
    }

    int liking(String name, Map<String, String> nodeLabels) {
        return preferred.stream()
                .filter(preference -> preference.term().matches(name, nodeLabels))
                .mapToInt(Preference::weight)
                .sum();
    }

    static Term term(JsonNode node) {
        return new Term(requirements(node.path("matchExpressions")), requirements(node.path("matchFields")));
    }

    private static List<Requirement> requirements(JsonNode list) {
        List<Requirement> requirements = new ArrayList<>();
        for (JsonNode node : list) {
            Set<String> values = new HashSet<>();
            node.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(new Requirement(
                    node.path("key").asText(), node.path("operator").asText(), values));
        }
        return requirements;
    }
}
