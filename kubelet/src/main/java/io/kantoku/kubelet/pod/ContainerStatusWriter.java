package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Timestamps;
import io.kantoku.kubelet.cri.Container;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes the statuses of a pod's containers, in the words of upstream's kubelet. Pure. */
final class ContainerStatusWriter {
    private final KubeObject pod;
    private final ObservedPod observed;
    private final StatusFacts facts;

    ContainerStatusWriter(KubeObject pod, ObservedPod observed, StatusFacts facts) {
        this.pod = pod;
        this.observed = observed;
        this.facts = facts;
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

    void writeAll(ObjectNode status) {
        write(status, PodContainer.initial(pod));
        write(status, PodContainer.main(pod));
        write(status, PodContainer.ephemeral(pod));
    }

    private void write(ObjectNode status, List<PodContainer> containers) {
        if (containers.isEmpty()) {
            return;
        }
        ArrayNode statuses = status.putArray(list(containers.getFirst().role()));
        containers.forEach(container -> statuses.add(container(container)));
    }

    private ObjectNode container(PodContainer container) {
        Optional<JsonNode> before = reported(pod, container);
        Optional<Container> newest = observed.newest(container.name());
        Optional<Waiting> waiting = Optional.ofNullable(observed.waiting().get(container.name()));
        ObjectNode status = Json.object().put("name", container.name());
        states(status, container, newest, waiting, before);
        boolean running = newest.filter(Container::running).isPresent();
        boolean started =
                running && observed.started().contains(newest.map(Container::id).orElse(""));
        status.put("ready", ready(container, newest, started));
        status.put(
                "restartCount",
                newest.map(Container::attempt)
                        .orElseGet(() ->
                                before.map(b -> b.path("restartCount").asInt()).orElse(0)));
        status.put(
                "image", newest.map(Container::image).filter(i -> !i.isEmpty()).orElse(container.image()));
        status.put("imageID", newest.map(Container::imageRef).orElse(""));
        newest.ifPresent(c -> status.put("containerID", id(c)));
        status.put("started", started);
        resources(status, container);
        mounts(status, container.json().path("volumeMounts"));
        return status;
    }

    private boolean ready(PodContainer container, Optional<Container> newest, boolean started) {
        return switch (container.role()) {
            case INIT ->
                newest.filter(Container::ended).filter(c -> c.exitCode() == 0).isPresent();
            case SIDECAR, MAIN ->
                started && observed.ready().contains(newest.map(Container::id).orElse(""));
            case EPHEMERAL -> false;
        };
    }

    private void states(
            ObjectNode status,
            PodContainer container,
            Optional<Container> newest,
            Optional<Waiting> waiting,
            Optional<JsonNode> before) {
        ObjectNode state = status.putObject("state");
        ObjectNode lastState = status.putObject("lastState");
        boolean shownWaiting = newest.isEmpty() || (newest.get().ended() && waiting.isPresent());
        if (newest.isPresent() && !shownWaiting) {
            state(state, newest.get(), container);
            observed.previous(container.name()).ifPresent(previous -> state(lastState, previous, container));
        } else {
            waiting(state, waiting.orElseGet(this::firstWait));
            newest.ifPresent(ended -> state(lastState, ended, container));
        }
        if (lastState.isEmpty() && newest.filter(c -> c.attempt() > 0).isPresent()) {
            before.map(b -> b.path("lastState"))
                    .filter(JsonNode::isObject)
                    .ifPresent(kept -> lastState.setAll((ObjectNode) kept));
        }
    }

    /** What a container waits for of which nothing else is known. */
    private Waiting firstWait() {
        return PodContainer.initial(pod).isEmpty() ? Waiting.CREATING : Waiting.INITIALIZING;
    }

    private static void waiting(ObjectNode state, Waiting why) {
        ObjectNode shown = state.putObject("waiting").put("reason", why.reason());
        if (!why.message().isEmpty()) {
            shown.put("message", why.message());
        }
    }

    private void state(ObjectNode state, Container shown, PodContainer container) {
        switch (shown.state()) {
            case RUNNING -> state.putObject("running").put("startedAt", Timestamps.seconds(shown.started()));
            case EXITED -> {
                ObjectNode terminated = state.putObject("terminated").put("exitCode", shown.exitCode());
                terminated.put("reason", reason(shown));
                String message = facts.terminationMessages().getOrDefault(shown.id(), shown.message());
                if (!message.isEmpty()) {
                    terminated.put("message", message);
                }
                time(terminated, "startedAt", shown.started());
                time(terminated, "finishedAt", shown.finished());
                terminated.put("containerID", id(shown));
            }
            case CREATED, UNKNOWN -> waiting(state, observed.waiting().getOrDefault(container.name(), firstWait()));
        }
    }

    private String id(Container container) {
        return facts.runtime() + "://" + container.id();
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

    private void resources(ObjectNode status, PodContainer container) {
        JsonNode requests = facts.allocation().allocated(container).path("requests");
        if (!requests.isEmpty()) {
            status.set("allocatedResources", requests.deepCopy());
        }
        JsonNode actual = facts.allocation().actual(container);
        status.set("resources", actual.isObject() ? actual.deepCopy() : Json.object());
    }

    private static void mounts(ObjectNode status, JsonNode mounts) {
        if (mounts.isEmpty()) {
            return;
        }
        ArrayNode list = status.putArray("volumeMounts");
        for (JsonNode mount : mounts) {
            ObjectNode shown = list.addObject()
                    .put("name", mount.path("name").asText())
                    .put("mountPath", mount.path("mountPath").asText());
            if (mount.path("readOnly").asBoolean()) { // mounts below it stay as they are: the runtime offers no more
                shown.put("readOnly", true).put("recursiveReadOnly", "Disabled");
            }
        }
    }
}
