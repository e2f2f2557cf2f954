package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the conditions of a pod: those of others first, as they are, then the kubelet's in upstream's order and words, each with the
 * generation that it was found for. Pure.
 */
final class PodConditions {
    private static final Set<String> OWNED = Set.of(
            "PodResizePending",
            "PodResizeInProgress",
            "PodReadyToStartContainers",
            "Initialized",
            "Ready",
            "ContainersReady",
            "PodScheduled");

    private final KubeObject pod;
    private final ObservedPod observed;
    private final StatusFacts facts;
    private final String phase;

    /**
     * Conditions that follow from the rest of the status.
     *
     * @param pod with its present phase and statuses of containers, and the conditions of before
     */
    PodConditions(KubeObject pod, ObservedPod observed, StatusFacts facts) {
        this.pod = pod;
        this.observed = observed;
        this.facts = facts;
        this.phase = pod.text("status", "phase");
    }

    void write() {
        ArrayNode written = Json.object().putArray("conditions");
        ArrayNode before = pod.status().withArrayProperty("conditions");
        before.forEach(condition -> {
            if (!OWNED.contains(condition.path("type").asText())) {
                written.add(condition);
            }
        });
        for (Condition condition : own()) {
            Conditions.set(before, condition.observed(facts.generation()), facts.now());
            for (JsonNode present : before) {
                if (present.path("type").asText().equals(condition.type())) {
                    written.add(present);
                }
            }
        }
        pod.status().set("conditions", written);
    }

    private List<Condition> own() {
        List<Condition> own = new ArrayList<>();
        Allocation allocation = facts.allocation();
        allocation
                .pending()
                .ifPresent(why -> own.add(Condition.isTrue("PodResizePending", why.reason(), why.message())));
        if (allocation.inProgress()) {
            own.add(Condition.isTrue(
                    "PodResizeInProgress",
                    allocation.failure().isPresent() ? "Error" : "",
                    allocation.failure().orElse("")));
        }
        boolean sandbox = observed.sandbox().isPresent();
        own.add(new Condition("PodReadyToStartContainers", sandbox ? "True" : "False", "", "", 0));
        own.add(initialized());
        Condition containers = containers();
        own.add(ready(containers));
        own.add(containers);
        own.add(Condition.isTrue("PodScheduled", "", ""));
        return own;
    }

    private Condition initialized() {
        if (phase.equals("Succeeded")) {
            return Condition.isTrue("Initialized", "PodCompleted", "");
        }
        if (PodPlan.initialized(pod, observed)) {
            return Condition.isTrue("Initialized", "", "");
        }
        List<String> incomplete = PodContainer.initial(pod).stream()
                .filter(container -> {
                    String field = container.role() == PodContainer.Role.SIDECAR ? "started" : "ready";
                    return !is(container, field);
                })
                .map(PodContainer::name)
                .toList();
        return Condition.isFalse(
                "Initialized", "ContainersNotInitialized", "containers with incomplete status: " + list(incomplete));
    }

    private boolean is(PodContainer container, String field) {
        return ContainerStatusWriter.reported(pod, container)
                .filter(status -> status.path(field).asBoolean())
                .isPresent();
    }

    private Condition containers() {
        if (PodPhase.terminal(phase)) {
            return Condition.isFalse("ContainersReady", phase.equals("Succeeded") ? "PodCompleted" : "PodFailed", "");
        }
        List<String> unready = PodContainer.all(pod).stream()
                .filter(container ->
                        container.role() == PodContainer.Role.MAIN || container.role() == PodContainer.Role.SIDECAR)
                .filter(container -> !is(container, "ready"))
                .map(PodContainer::name)
                .toList();
        return unready.isEmpty()
                ? Condition.isTrue("ContainersReady", "", "")
                : Condition.isFalse(
                        "ContainersReady", "ContainersNotReady", "containers with unready status: " + list(unready));
    }

    private Condition ready(Condition containers) {
        if (!containers.isTrue()) {
            return Condition.isFalse("Ready", containers.reason(), containers.message());
        }
        List<String> missing = new ArrayList<>();
        for (JsonNode gate : pod.at("spec", "readinessGates")) {
            String type = gate.path("conditionType").asText();
            Optional<Condition> found = Conditions.find(pod, type);
            if (found.isEmpty()) {
                missing.add("corresponding condition of pod readiness gate \"" + type + "\" does not exist.");
            } else if (!found.get().isTrue()) {
                missing.add("the status of pod readiness gate \"" + type + "\" is not \"True\", but "
                        + found.get().status());
            }
        }
        return missing.isEmpty()
                ? Condition.isTrue("Ready", "", "")
                : Condition.isFalse("Ready", "ReadinessGatesNotReady", String.join(", ", missing));
    }

    /** As Go prints a slice. */
    private static String list(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }
}
