package io.kantoku.controllers.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.controllers.Pods;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Works out what a namespace uses of what its quota names. */
final class QuotaPlan {
    private static final String STORAGE_CLASS = ".storageclass.storage.k8s.io/";

    private QuotaPlan() {}

    /** The quota with its status; {@code list} finds the objects of a collection in the namespace, once per collection. */
    static KubeObject plan(KubeObject quota, Function<GroupResource, List<KubeObject>> list) {
        Map<GroupResource, List<KubeObject>> lists = new LinkedHashMap<>();
        Function<GroupResource, List<KubeObject>> once = resource -> lists.computeIfAbsent(resource, list);
        ObjectNode used = quota.json().objectNode();
        new TreeMap<>(hard(quota))
                .forEach((name, _) -> used.put(name, used(quota, name, once).toString()));
        KubeObject next = quota.copy();
        next.status().set("hard", quota.at("spec", "hard").deepCopy());
        next.status().set("used", used);
        return next;
    }

    /** The collection whose objects a limit counts; empty for a limit that is not known. */
    static Optional<GroupResource> counted(String limit) {
        if (limit.startsWith("count/")) {
            String name = limit.substring("count/".length());
            int dot = name.indexOf('.');
            return Optional.of(
                    dot < 0
                            ? new GroupResource("", name)
                            : new GroupResource(name.substring(dot + 1), name.substring(0, dot)));
        }
        if (limit.contains(STORAGE_CLASS)) {
            return Optional.of(new GroupResource("", "persistentvolumeclaims"));
        }
        return switch (limit) {
            case "services.loadbalancers", "services.nodeports" -> Optional.of(new GroupResource("", "services"));
            case "requests.storage" -> Optional.of(new GroupResource("", "persistentvolumeclaims"));
            case "services",
                    "secrets",
                    "configmaps",
                    "persistentvolumeclaims",
                    "replicationcontrollers",
                    "resourcequotas",
                    "pods" -> Optional.of(new GroupResource("", limit));
            default -> isCompute(limit) ? Optional.of(new GroupResource("", "pods")) : Optional.empty();
        };
    }

    private static Quantity used(KubeObject quota, String limit, Function<GroupResource, List<KubeObject>> list) {
        List<KubeObject> objects = counted(limit).map(list).orElse(List.of());
        if (limit.startsWith("count/")) {
            return Quantity.of(objects.size());
        }
        int storageClass = limit.indexOf(STORAGE_CLASS);
        if (storageClass > 0) {
            String name = limit.substring(0, storageClass);
            List<KubeObject> ofClass = objects.stream()
                    .filter(claim -> claim.text("spec", "storageClassName").equals(name))
                    .toList();
            return limit.endsWith("/requests.storage") ? storage(ofClass) : Quantity.of(ofClass.size());
        }
        return switch (limit) {
            case "requests.storage" -> storage(objects);
            case "services.loadbalancers" ->
                Quantity.of(objects.stream()
                        .filter(service -> service.text("spec", "type").equals("LoadBalancer"))
                        .count());
            case "services.nodeports" -> Quantity.of(nodePorts(objects));
            case "pods" -> Quantity.of(running(quota, objects).size());
            default -> isCompute(limit) ? compute(limit, running(quota, objects)) : Quantity.of(objects.size());
        };
    }

    private static boolean isCompute(String limit) {
        return limit.equals("cpu")
                || limit.equals("memory")
                || limit.equals("ephemeral-storage")
                || limit.startsWith("requests.")
                || limit.startsWith("limits.")
                || limit.startsWith("hugepages-");
    }

    private static Quantity storage(List<KubeObject> claims) {
        Quantity sum = Quantity.ZERO;
        for (KubeObject claim : claims) {
            sum = sum.plus(quantity(claim.at("spec", "resources", "requests", "storage")));
        }
        return sum;
    }

    private static long nodePorts(List<KubeObject> services) {
        long count = 0;
        for (KubeObject service : services) {
            for (JsonNode port : service.at("spec", "ports")) {
                count += port.path("nodePort").asInt() > 0 ? 1 : 0;
            }
        }
        return count;
    }

    private static List<KubeObject> running(KubeObject quota, List<KubeObject> pods) {
        List<KubeObject> running = new ArrayList<>();
        for (KubeObject pod : pods) {
            if (!Pods.isTerminal(pod) && inScope(quota, pod)) {
                running.add(pod);
            }
        }
        return running;
    }

    /** Whether a pod is in all of the quota's scopes, those of its {@code scopeSelector} included. */
    private static boolean inScope(KubeObject quota, KubeObject pod) {
        for (JsonNode scope : quota.at("spec", "scopes")) {
            if (!isOf(scope.asText(), pod)) {
                return false;
            }
        }
        for (JsonNode expression : quota.at("spec", "scopeSelector", "matchExpressions")) {
            if (!matches(expression, pod)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(JsonNode expression, KubeObject pod) {
        String scope = expression.path("scopeName").asText();
        if (!scope.equals("PriorityClass")) {
            return isOf(scope, pod);
        }
        String name = pod.text("spec", "priorityClassName");
        boolean listed = false;
        for (JsonNode value : expression.path("values")) {
            listed |= value.asText().equals(name);
        }
        return switch (expression.path("operator").asText()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "DoesNotExist" -> name.isEmpty();
            default -> !name.isEmpty();
        };
    }

    private static boolean isOf(String scope, KubeObject pod) {
        boolean terminating = pod.at("spec").hasNonNull("activeDeadlineSeconds");
        boolean bestEffort = pod.text("status", "qosClass").equals("BestEffort");
        return switch (scope) {
            case "Terminating" -> terminating;
            case "NotTerminating" -> !terminating;
            case "BestEffort" -> bestEffort;
            case "NotBestEffort" -> !bestEffort;
            case "PriorityClass" -> !pod.text("spec", "priorityClassName").isEmpty();
            case "CrossNamespacePodAffinity" -> looksElsewhere(pod);
            default -> false;
        };
    }

    /** Whether the pod's affinity to other pods names namespaces. */
    private static boolean looksElsewhere(KubeObject pod) {
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode affinity = pod.at("spec", "affinity", kind);
            for (JsonNode term : affinity.path("requiredDuringSchedulingIgnoredDuringExecution")) {
                if (namesNamespaces(term)) {
                    return true;
                }
            }
            for (JsonNode term : affinity.path("preferredDuringSchedulingIgnoredDuringExecution")) {
                if (namesNamespaces(term.path("podAffinityTerm"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean namesNamespaces(JsonNode term) {
        return !term.path("namespaces").isEmpty() || term.hasNonNull("namespaceSelector");
    }

    private static Quantity compute(String limit, List<KubeObject> pods) {
        boolean limits = limit.startsWith("limits.");
        String resource = limit.substring(limit.indexOf('.') + 1);
        Quantity sum = Quantity.ZERO;
        for (KubeObject pod : pods) {
            sum = sum.plus(ofPod(pod, limits ? "limits" : "requests", resource));
        }
        return sum;
    }

    /**
     * The containers together, or what initialisation needs at one time if that is more, and the overhead. Init containers that
     * go on running (KEP-753) count beside all that come after them; what the pod as a whole asks for (KEP-2837) takes the
     * place of its containers'.
     */
    private static Quantity ofPod(KubeObject pod, String field, String resource) {
        Quantity overhead = quantity(pod.at("spec", "overhead").get(resource));
        Quantity whole = quantity(pod.at("spec", "resources", field).get(resource));
        if (!whole.isZero()) {
            return whole.plus(overhead);
        }
        Quantity running = Quantity.ZERO;
        Quantity most = Quantity.ZERO;
        for (JsonNode container : pod.at("spec", "initContainers")) {
            Quantity own = quantity(container.path("resources").path(field).get(resource));
            Quantity together = running.plus(own);
            most = together.compareTo(most) > 0 ? together : most;
            if (container.path("restartPolicy").asText().equals("Always")) {
                running = together;
            }
        }
        for (JsonNode container : pod.at("spec", "containers")) {
            running = running.plus(
                    quantity(container.path("resources").path(field).get(resource)));
        }
        Quantity needed = most.compareTo(running) > 0 ? most : running;
        return needed.isZero() ? needed : needed.plus(overhead);
    }

    private static Quantity quantity(@Nullable JsonNode node) {
        return node == null || node.isMissingNode() || node.isNull() ? Quantity.ZERO : Quantity.parse(node.asText());
    }

    private static Map<String, String> hard(KubeObject quota) {
        Map<String, String> hard = new LinkedHashMap<>();
        quota.at("spec", "hard")
                .properties()
                .forEach(entry -> hard.put(entry.getKey(), entry.getValue().asText()));
        return hard;
    }
}
