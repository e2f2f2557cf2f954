package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the subresources {@code resize} and {@code ephemeralcontainers} of a pod change: whatever else is sent is left out, as upstream.
 */
final class PodParts {
    private static final Set<String> RESIZED = Set.of("cpu", "memory");
    private static final FieldPath SPEC = FieldPath.of("spec");

    private PodParts() {}

    /** Leaves of {@code pod} only what the subresource may change; the rest is that of {@code old}. */
    static void limit(String subresource, ObjectNode pod, ObjectNode old) {
        ObjectNode sent = Tree.object(pod, "spec").deepCopy();
        ObjectNode spec = Tree.object(old, "spec").deepCopy();
        if (subresource.equals("ephemeralcontainers")) {
            Tree.carry(sent, spec, "ephemeralContainers");
        } else {
            resources(sent, spec, "containers");
            resources(sent, spec, "initContainers");
        }
        pod.set("spec", spec);
    }

    /** By name, so that one that is not sent stays as it was. */
    private static void resources(ObjectNode sent, ObjectNode spec, String list) {
        for (ObjectNode container : Tree.objects(spec, list)) {
            for (ObjectNode wanted : Tree.objects(sent, list)) {
                if (Tree.text(wanted, "name").equals(Tree.text(container, "name"))) {
                    Tree.carry(wanted, container, "resources");
                    Tree.carry(wanted, container, "resizePolicy");
                }
            }
        }
    }

    /** Finds what is wrong with a resize. */
    static void checkResize(ObjectNode pod, ObjectNode old, Problems problems) {
        String before = Tree.text(old, "status", "qosClass");
        String after = QualityOfService.of(Tree.object(pod, "spec"));
        if (!before.isEmpty() && !before.equals(after)) {
            problems.invalid(SPEC, after, "Pod QOS Class may not change as a result of resizing");
        }
        for (String list : List.of("containers", "initContainers")) {
            List<ObjectNode> containers = Tree.objects(pod, "spec", list);
            for (int i = 0; i < containers.size(); i++) {
                ObjectNode container = containers.get(i);
                JsonNode was = Tree.at(old, "spec", list).path(i);
                FieldPath path = SPEC.child(list).index(i);
                boolean sidecar = Tree.text(container, "restartPolicy").equals("Always");
                if (list.equals("initContainers") && !sidecar && !Json.equal(resources(container), resources(was))) {
                    problems.forbidden(
                            path.child("resources"), "resources of non-sidecar init containers cannot be resized");
                    continue;
                }
                amounts(container, was, "limits", path.child("resources"), problems);
                amounts(container, was, "requests", path.child("resources"), problems);
            }
        }
    }

    private static JsonNode resources(JsonNode container) {
        return container.path("resources").isObject() ? container.path("resources") : Json.object();
    }

    private static void amounts(JsonNode container, JsonNode was, String list, FieldPath resources, Problems problems) {
        JsonNode now = resources(container).path(list);
        JsonNode before = resources(was).path(list);
        Set<String> names = new TreeSet<>();
        now.fieldNames().forEachRemaining(names::add);
        before.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (Json.equal(now.path(name), before.path(name))) {
                continue;
            }
            if (!RESIZED.contains(name)) {
                problems.forbidden(resources.child(list), "only cpu and memory resources are mutable");
            } else if (!now.has(name)) {
                problems.forbidden(resources.child(list), "resource " + list + " cannot be removed");
            }
        }
    }

    /** Ephemeral containers come and stay. */
    static void checkEphemeral(ObjectNode pod, ObjectNode old, Problems problems) {
        FieldPath path = SPEC.child("ephemeralContainers");
        List<ObjectNode> present = Tree.objects(pod, "spec", "ephemeralContainers");
        Set<String> targets = new TreeSet<>();
        Tree.objects(pod, "spec", "containers").forEach(container -> targets.add(Tree.text(container, "name")));
        for (int i = 0; i < present.size(); i++) {
            ObjectNode container = present.get(i);
            String target = Tree.text(container, "targetContainerName");
            if (!target.isEmpty() && !targets.contains(target)) {
                problems.add(FieldError.notFound(path.index(i).child("targetContainerName"), target));
            }
            for (String field : forbidden(container)) {
                problems.forbidden(path.index(i).child(field), "cannot be set for an Ephemeral Container");
            }
        }
        for (ObjectNode before : Tree.objects(old, "spec", "ephemeralContainers")) {
            String name = Tree.text(before, "name");
            List<ObjectNode> same = present.stream()
                    .filter(container -> Tree.text(container, "name").equals(name))
                    .toList();
            if (same.isEmpty()) {
                problems.forbidden(path, "existing ephemeral containers \"" + name + "\" may not be removed");
            } else if (!Json.equal(same.getFirst(), before)) {
                problems.forbidden(path, "existing ephemeral containers \"" + name + "\" may not be changed");
            }
        }
    }

    private static List<String> forbidden(ObjectNode container) {
        List<String> set = new ArrayList<>();
        for (String field :
                List.of("ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy")) {
            if (!container.path(field).isMissingNode() && !container.path(field).isEmpty()) {
                set.add(field);
            }
        }
        if (!resources(container).isEmpty()) {
            set.add("resources");
        }
        return set;
    }
}
