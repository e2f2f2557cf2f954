package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import java.util.List;
import java.util.Set;

/** Rules of pods and of pod templates that stand alone. */
final class PodRules {
    static final Rules PODS = Rules.of()
            .fixedByStatus(Set.of("ownerReferences"))
            .defaults(PodDefaults::pod)
            .onCreate(PodRules::begin)
            .check((pod, problems) -> PodSpecChecks.check(pod, FieldPath.ROOT, problems))
            .checkUpdate(PodRules::checkUpdate)
            .part("resize", PodParts::limit, PodParts::checkResize)
            .part("ephemeralcontainers", PodParts::limit, PodParts::checkEphemeral)
            .grace(PodRules::gracePeriod);

    static final Rules POD_TEMPLATES = Rules.of()
            .defaults(object -> PodDefaults.template(object, "template"))
            .check((object, problems) ->
                    PodSpecChecks.check(Tree.object(object, "template"), FieldPath.of("template"), problems));

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String FEW_CHANGES = "pod updates may not change fields other than"
            + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds`"
            + " (allow it to be set to 1 if it was previously negative)";

    private PodRules() {}

    private static void begin(ObjectNode pod) {
        ObjectNode spec = Tree.object(pod, "spec");
        ObjectNode status = pod.putObject("status");
        status.put("phase", "Pending").put("qosClass", QualityOfService.of(spec));
        if (!Tree.at(spec, "schedulingGates").isEmpty()) {
            status.putArray("conditions")
                    .addObject()
                    .put("type", "PodScheduled")
                    .put("status", "False")
                    .put("reason", "SchedulingGated")
                    .put("message", "Scheduling is blocked due to non-empty scheduling gates");
        }
    }

    /** Pods that no node knows of, or that have ended, are removed at once. */
    private static long gracePeriod(ObjectNode pod) {
        String phase = Tree.text(pod, "status", "phase");
        if (Tree.text(pod, "spec", "nodeName").isEmpty() || phase.equals("Succeeded") || phase.equals("Failed")) {
            return 0;
        }
        long seconds = Tree.at(pod, "spec", "terminationGracePeriodSeconds").asLong(30);
        return seconds < 0 ? 1 : seconds;
    }

    private static void checkUpdate(ObjectNode pod, ObjectNode old, Problems problems) {
        for (String list : List.of("containers", "initContainers")) {
            if (Tree.at(pod, "spec", list).size() != Tree.at(old, "spec", list).size()) {
                problems.forbidden(SPEC.child(list), "pod updates may not add or remove containers");
                return;
            }
        }
        checkDeadline(pod, old, problems);
        ObjectNode masked = Tree.object(pod, "spec").deepCopy();
        JsonNode before = old.path("spec");
        for (String list : List.of("containers", "initContainers")) {
            List<ObjectNode> containers = Tree.objects(masked, list);
            for (int i = 0; i < containers.size(); i++) {
                JsonNode was = before.path(list).path(i);
                if (was instanceof ObjectNode container) {
                    Tree.carry(container, containers.get(i), "image");
                }
            }
        }
        if (before instanceof ObjectNode was) {
            Tree.carry(was, masked, "activeDeadlineSeconds");
            if (onlyAdds(masked.path("tolerations"), was.path("tolerations"))) {
                Tree.carry(was, masked, "tolerations");
            }
            if (Tree.number(was, "terminationGracePeriodSeconds") < 0
                    && Tree.number(masked, "terminationGracePeriodSeconds") == 1) {
                Tree.carry(was, masked, "terminationGracePeriodSeconds");
            }
            relaxGated(masked, was);
        }
        if (!Json.equal(masked, before)) {
            problems.forbidden(SPEC, FEW_CHANGES);
        }
    }

    /** Gates may be removed from a pod that waits for them. */
    private static void relaxGated(ObjectNode masked, ObjectNode was) {
        List<ObjectNode> gates = Tree.objects(was, "schedulingGates");
        if (gates.containsAll(Tree.objects(masked, "schedulingGates"))) {
            Tree.carry(was, masked, "schedulingGates");
        }
    }

    private static void checkDeadline(ObjectNode pod, ObjectNode old, Problems problems) {
        FieldPath path = SPEC.child("activeDeadlineSeconds");
        if (Tree.has(old, "spec", "activeDeadlineSeconds")) {
            JsonNode now = Tree.at(pod, "spec", "activeDeadlineSeconds");
            long before = Tree.number(old, "spec", "activeDeadlineSeconds");
            if (Tree.absent(now)) {
                problems.invalid(path, now, "must not update from a positive integer to nil value");
            } else if (now.asLong() > before) {
                problems.invalid(path, now, "must be less than or equal to previous value");
            }
        }
    }

    private static boolean onlyAdds(JsonNode tolerations, JsonNode before) {
        for (JsonNode toleration : before) {
            boolean kept = false;
            for (JsonNode present : tolerations) {
                kept |= Json.equal(present, toleration);
            }
            if (!kept) {
                return false;
            }
        }
        return true;
    }

    /** For kinds whose {@code spec.template} is a pod template. */
    static void checkTemplate(ObjectNode object, Problems problems) {
        checkTemplate(object, problems, List.of("Always"));
    }

    static void checkTemplate(ObjectNode object, Problems problems, List<String> restartPolicies) {
        FieldPath path = FieldPath.of("spec", "template");
        if (!(Tree.at(object, "spec", "template") instanceof ObjectNode template)) {
            problems.required(path);
            return;
        }
        checkTemplate(template, path, problems, restartPolicies);
    }

    static void checkTemplate(ObjectNode template, FieldPath path, Problems problems, List<String> restartPolicies) {
        problems.labels(path.child("metadata").child("labels"), Tree.at(template, "metadata", "labels"));
        PodSpecChecks.check(template, path, problems);
        ObjectNode spec = Tree.object(template, "spec");
        problems.oneOf(spec, path.child("spec"), "restartPolicy", restartPolicies);
        if (Tree.has(spec, "activeDeadlineSeconds") && restartPolicies.contains("Always")) {
            problems.forbidden(
                    path.child("spec").child("activeDeadlineSeconds"),
                    "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
        if (!Tree.at(spec, "ephemeralContainers").isEmpty()) {
            problems.forbidden(
                    path.child("spec").child("ephemeralContainers"),
                    "ephemeral containers not allowed in pod template");
        }
    }
}
