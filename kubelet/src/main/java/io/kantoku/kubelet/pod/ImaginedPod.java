package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Timestamps;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.Sandbox;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A pod of which nothing runs: its status is written as if all had gone well, by what writes the status of real ones. Pure, but for the
 * accounts and the Events of its node.
 */
public final class ImaginedPod {
    private static final String RUNTIME = "simulated";
    private static final int KILLED = 137;

    private final KubeObject pod;
    private final String hostIp;
    private final String podIp;
    private final PodResizer resizer;
    private final Instant now;

    /**
     * A pod as the API has it.
     *
     * @param accounts of its node, which decide of resizes
     */
    public ImaginedPod(
            KubeObject pod, String hostIp, String podIp, NodeAccounts accounts, PodHost.EventSink events, Instant now) {
        this.hostIp = hostIp;
        this.podIp = podIp;
        this.now = now;
        this.resizer =
                new PodResizer(accounts, pod, (type, reason, message) -> events.record(pod, "", type, reason, message));
        this.pod = resizer.allocate(pod);
    }

    /** When the pod has run for as long as it may. */
    public static Optional<Instant> deadline(KubeObject pod) {
        return PodPlan.deadline(pod);
    }

    /** A copy of the pod that says that its init containers have succeeded and all others run. */
    public KubeObject running() {
        List<Container> containers = new ArrayList<>();
        for (PodContainer container : PodContainer.all(pod)) {
            boolean restarts = resizer.differs(container) && resizer.needsRestart(container);
            containers.add(
                    container.role() == PodContainer.Role.INIT ? ended(container, 0) : running(container, restarts));
            resizer.given(container);
        }
        KubeObject written = write(containers, true, Optional.empty());
        resizer.tellWhenDone(pod);
        return written;
    }

    /** A copy of the pod that says that all its containers have succeeded. */
    public KubeObject succeeded() {
        return ended(0, Optional.empty());
    }

    /** A copy of the pod that says that it was ended when its time was over. */
    public KubeObject outOfTime() {
        return ended(KILLED, Optional.of(PodStatusWriter.Verdict.DEADLINE));
    }

    private KubeObject ended(int exitCode, Optional<PodStatusWriter.Verdict> verdict) {
        List<Container> containers = PodContainer.all(pod).stream()
                .map(container -> ended(container, container.role() == PodContainer.Role.INIT ? 0 : exitCode))
                .toList();
        return write(containers, false, verdict);
    }

    private KubeObject write(List<Container> containers, boolean sandbox, Optional<PodStatusWriter.Verdict> verdict) {
        Set<String> running = new HashSet<>();
        containers.stream().filter(Container::running).forEach(container -> running.add(container.id()));
        ObservedPod observed = new ObservedPod(
                List.of(new Sandbox(
                        pod.uid(), pod.name(), pod.namespace(), pod.uid(), 0, sandbox, Instant.EPOCH, podIp, Map.of())),
                containers,
                Map.of(),
                running,
                running,
                Map.of(),
                podIp);
        StatusFacts facts = new StatusFacts(
                pod.at("metadata", "generation").asLong(), RUNTIME, hostIp, now, Map.of(), resizer.allocation());
        return new PodStatusWriter(pod, observed, facts).write(verdict);
    }

    private Container running(PodContainer container, boolean restarts) {
        Optional<JsonNode> before = ContainerStatusWriter.reported(pod, container);
        int attempt = before.map(status -> status.path("restartCount").asInt()).orElse(0);
        boolean changed = before.filter(status -> status.path("state").has("running"))
                .filter(status -> !status.path("image").asText().equals(container.image()))
                .isPresent();
        if (restarts || changed) {
            return container(container, attempt + 1, Container.State.RUNNING, now, Instant.EPOCH, 0);
        }
        Instant since = time(before, "running", "startedAt").orElse(now);
        return container(container, attempt, Container.State.RUNNING, since, Instant.EPOCH, 0);
    }

    private Container ended(PodContainer container, int exitCode) {
        Optional<JsonNode> before = ContainerStatusWriter.reported(pod, container);
        int attempt = before.map(status -> status.path("restartCount").asInt()).orElse(0);
        Instant since = time(before, "running", "startedAt")
                .or(() -> time(before, "terminated", "startedAt"))
                .orElse(now);
        Instant end = time(before, "terminated", "finishedAt").orElse(now);
        return container(container, attempt, Container.State.EXITED, since, end, exitCode);
    }

    private static Optional<Instant> time(Optional<JsonNode> status, String state, String field) {
        return status.flatMap(known ->
                Timestamps.parse(known.path("state").path(state).path(field).asText()));
    }

    private Container container(
            PodContainer container,
            int attempt,
            Container.State state,
            Instant started,
            Instant finished,
            int exitCode) {
        String run = pod.uid() + "/" + container.name() + (attempt == 0 ? "" : "/" + attempt);
        return new Container(
                UUID.nameUUIDFromBytes(run.getBytes(StandardCharsets.UTF_8)).toString(),
                container.name(),
                attempt,
                state,
                started,
                started,
                finished,
                exitCode,
                container.image(),
                RUNTIME + "://" + container.image(),
                "",
                "",
                Map.of(Labels.SANDBOX, pod.uid()),
                Map.of(),
                "");
    }
}
