package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import io.kantoku.kubelet.cri.Container;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the status of a pod from what is known of it, in the words of upstream's kubelet. Pure. */
final class PodStatusWriter {
    /** The end of a pod that the node itself decided. */
    record Verdict(String phase, String reason, String message) {
        static final Verdict DEADLINE = new Verdict(
                "Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
    }

    private final KubeObject pod;
    private final ObservedPod observed;
    private final String hostIp;
    private final Instant now;
    private final Map<String, String> terminationMessages;

    /** {@code terminationMessages} are by container id. */
    PodStatusWriter(
            KubeObject pod, ObservedPod observed, String hostIp, Instant now, Map<String, String> terminationMessages) {
        this.pod = pod;
        this.observed = observed;
        this.hostIp = hostIp;
        this.now = now;
        this.terminationMessages = terminationMessages;
    }

    /** What the API last heard of a container. */
    static Optional<JsonNode> reported(KubeObject pod, PodContainer container) {
        for (JsonNode status : pod.at("status", list(container.role()))) {
            if (status.path("name").asText().equals(container.name())) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    private static String list(PodContainer.Role role) {
        return switch (role) {
            case INIT, SIDECAR -> "initContainerStatuses";
            case MAIN -> "containerStatuses";
            case EPHEMERAL -> "ephemeralContainerStatuses";
        };
    }

    /** A copy of the pod with its whole status. */
    KubeObject write(Optional<Verdict> verdict) {
        KubeObject result = pod.copy();
        ObjectNode status = result.status();
        if (!status.has("startTime")) {
            status.put("startTime", Timestamps.seconds(now));
        }
        status.put("hostIP", hostIp);
        status.putArray("hostIPs").addObject().put("ip", hostIp);
        String ip = pod.at("spec", "hostNetwork").asBoolean() ? hostIp : observed.podIp();
        if (!ip.isEmpty()) {
            status.put("podIP", ip);
            status.putArray("podIPs").addObject().put("ip", ip);
        }
        status.put("qosClass", QosClass.of(pod).text());
        containers(result, PodContainer.initial(pod), "initContainerStatuses");
        containers(result, PodContainer.main(pod), "containerStatuses");
        containers(result, PodContainer.ephemeral(pod), "ephemeralContainerStatuses");
        String phase = verdict.map(Verdict::phase).orElseGet(this::phase);
        status.put("phase", phase);
        verdict.ifPresent(end -> status.put("reason", end.reason()).put("message", end.message()));
        conditions(result, phase);
        return result;
    }

    private void containers(KubeObject result, List<PodContainer> containers, String list) {
        if (containers.isEmpty()) {
            return;
        }
        ArrayNode statuses = result.status().putArray(list);
        containers.forEach(container -> statuses.add(container(container)));
    }

    private ObjectNode container(PodContainer container) {
        Optional<JsonNode> before = reported(pod, container);
        Optional<Container> newest = observed.newest(container.name());
        Optional<Waiting> waiting = Optional.ofNullable(observed.waiting().get(container.name()));
        ObjectNode status = Json.object().put("name", container.name());
        boolean shownWaiting = newest.isEmpty() || (newest.get().ended() && waiting.isPresent());
        ObjectNode state = status.putObject("state");
        ObjectNode lastState = status.putObject("lastState");
        if (newest.isPresent() && !shownWaiting) {
            state(state, newest.get(), container);
            observed.previous(container.name()).ifPresent(previous -> state(lastState, previous, container));
        } else {
            Waiting why = waiting.orElseGet(() -> firstWait(container));
            ObjectNode shown = state.putObject("waiting").put("reason", why.reason());
            if (!why.message().isEmpty()) {
                shown.put("message", why.message());
            }
            newest.ifPresent(ended -> state(lastState, ended, container));
        }
        if (lastState.isEmpty() && newest.filter(c -> c.attempt() > 0).isPresent()) {
            before.map(b -> b.path("lastState"))
                    .filter(JsonNode::isObject)
                    .ifPresent(kept -> lastState.setAll((ObjectNode) kept));
        }
        boolean running = newest.filter(Container::running).isPresent();
        String id = newest.map(Container::id).orElse("");
        boolean endedWell =
                newest.filter(Container::ended).filter(c -> c.exitCode() == 0).isPresent();
        boolean ready = container.role() == PodContainer.Role.INIT
                ? endedWell
                : running && observed.ready().contains(id) && observed.started().contains(id);
        status.put("ready", ready && container.role() != PodContainer.Role.EPHEMERAL);
        int restarts = newest.map(Container::attempt)
                .orElseGet(() -> before.map(b -> b.path("restartCount").asInt()).orElse(0));
        status.put("restartCount", restarts);
        status.put(
                "image", newest.map(Container::image).filter(i -> !i.isEmpty()).orElse(container.image()));
        status.put("imageID", newest.map(Container::imageRef).orElse(""));
        newest.ifPresent(c -> status.put("containerID", "containerd://" + c.id()));
        status.put("started", running && observed.started().contains(id));
        return status;
    }

    private Waiting firstWait(PodContainer container) {
        boolean hasInit = !PodContainer.initial(pod).isEmpty();
        return hasInit && (container.initial() || !PodPlan.initialized(pod, observed))
                ? Waiting.INITIALIZING
                : Waiting.CREATING;
    }

    private void state(ObjectNode state, Container shown, PodContainer container) {
        switch (shown.state()) {
            case RUNNING -> state.putObject("running").put("startedAt", Timestamps.seconds(shown.started()));
            case EXITED -> {
                ObjectNode terminated = state.putObject("terminated").put("exitCode", shown.exitCode());
                terminated.put("reason", reason(shown));
                String message = terminationMessages.getOrDefault(shown.id(), shown.message());
                if (!message.isEmpty()) {
                    terminated.put("message", message);
                }
                time(terminated, "startedAt", shown.started());
                time(terminated, "finishedAt", shown.finished());
                terminated.put("containerID", "containerd://" + shown.id());
            }
            case CREATED, UNKNOWN -> {
                Waiting why = observed.waiting().getOrDefault(container.name(), firstWait(container));
                state.putObject("waiting").put("reason", why.reason()).put("message", why.message());
            }
        }
    }

    private static void time(ObjectNode terminated, String field, Instant time) {
        terminated.put(field, Timestamps.seconds(time.getEpochSecond() > 0 ? time : Instant.EPOCH));
    }

    private static String reason(Container ended) {
        if (!ended.reason().isEmpty()) {
            return ended.reason();
        }
        return ended.exitCode() == 0 ? "Completed" : "Error";
    }

    private String phase() {
        String present = pod.text("status", "phase");
        if (present.equals("Failed") || present.equals("Succeeded")) {
            return present;
        }
        if (PodPlan.failedInit(pod, observed) && !observed.anyRunning()) {
            return "Failed";
        }
        if (!PodPlan.initialized(pod, observed)) {
            return "Pending";
        }
        if (PodPlan.finished(pod, observed)) {
            boolean failed = PodContainer.main(pod).stream()
                    .flatMap(container -> observed.newest(container.name()).stream())
                    .anyMatch(container -> container.exitCode() != 0);
            return failed ? "Failed" : "Succeeded";
        }
        boolean allMade = PodContainer.main(pod).stream()
                .allMatch(container -> observed.newest(container.name())
                        .filter(c -> c.running() || c.ended())
                        .isPresent());
        return allMade ? "Running" : "Pending";
    }

    private void conditions(KubeObject result, String phase) {
        boolean ended = phase.equals("Succeeded") || phase.equals("Failed");
        boolean succeeded = phase.equals("Succeeded");
        Conditions.set(result, initialized(succeeded), now);
        List<String> unready = unready();
        Condition containers = condition("ContainersReady", ended, phase, unready);
        Conditions.set(result, containers, now);
        Conditions.set(result, ready(result, containers), now);
        boolean sandbox = observed.sandbox().isPresent();
        Conditions.set(result, new Condition("PodReadyToStartContainers", sandbox ? "True" : "False", "", "", 0), now);
        result.at("status", "conditions").forEach(item -> {
            if (!item.has("lastProbeTime")) {
                ((ObjectNode) item).putNull("lastProbeTime");
            }
        });
    }

    private Condition initialized(boolean succeeded) {
        if (PodPlan.initialized(pod, observed)) {
            return Condition.isTrue("Initialized", succeeded ? "PodCompleted" : "", "");
        }
        List<String> incomplete = PodContainer.initial(pod).stream()
                .filter(container -> observed.newest(container.name())
                        .filter(c -> (c.ended() && c.exitCode() == 0)
                                || observed.started().contains(c.id()))
                        .isEmpty())
                .map(PodContainer::name)
                .toList();
        return Condition.isFalse(
                "Initialized", "ContainersNotInitialized", "containers with incomplete status: " + list(incomplete));
    }

    private List<String> unready() {
        List<String> unready = new ArrayList<>();
        for (PodContainer container : PodContainer.all(pod)) {
            boolean counts =
                    container.role() == PodContainer.Role.MAIN || container.role() == PodContainer.Role.SIDECAR;
            if (counts && !container(container).path("ready").asBoolean()) {
                unready.add(container.name());
            }
        }
        return unready;
    }

    private static Condition condition(String type, boolean ended, String phase, List<String> unready) {
        if (ended) {
            return Condition.isFalse(type, phase.equals("Succeeded") ? "PodCompleted" : "PodFailed", "");
        }
        return unready.isEmpty()
                ? Condition.isTrue(type, "", "")
                : Condition.isFalse(type, "ContainersNotReady", "containers with unready status: " + list(unready));
    }

    private Condition ready(KubeObject result, Condition containers) {
        if (!containers.isTrue()) {
            return Condition.isFalse("Ready", containers.reason(), containers.message());
        }
        for (JsonNode gate : pod.at("spec", "readinessGates")) {
            String type = gate.path("conditionType").asText();
            if (!Conditions.isTrue(result, type)) {
                String found = Conditions.find(result, type)
                        .map(c ->
                                "the status of pod readiness gate \"" + type + "\" is not \"True\", but " + c.status())
                        .orElse("corresponding condition of pod readiness gate \"" + type + "\" does not exist.");
                return Condition.isFalse("Ready", "ReadinessGatesNotReady", found);
            }
        }
        return Condition.isTrue("Ready", "", "");
    }

    /** As Go prints a slice. */
    private static String list(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }
}
