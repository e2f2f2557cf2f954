package io.kantoku.kubelet.pod;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what is to be done for a pod now. Pure. */
final class PodPlan {
    private PodPlan() {}

    /** One thing to do. */
    sealed interface Step {
        /** The pod's containers end within the grace period, then its sandbox. */
        record EndPod(String reason) implements Step {}

        /** The sandbox has gone or cannot be used: what is left of it ends before another is made. */
        record EndSandboxes() implements Step {}

        record MakeSandbox(int attempt) implements Step {}

        record StartContainer(PodContainer container, int attempt) implements Step {}

        /** Ends a container; {@code message} is the Event's. */
        record EndContainer(PodContainer container, String id, String message) implements Step {}
    }

    /** All containers have ended for good. */
    static boolean finished(KubeObject pod, ObservedPod observed) {
        if (failedInit(pod, observed)) {
            return !observed.anyRunning();
        }
        boolean initialized = initialized(pod, observed);
        return initialized
                && PodContainer.main(pod).stream()
                        .allMatch(container -> observed.newest(container.name())
                                .filter(Container::ended)
                                .filter(ended -> !restarts(pod, container, ended))
                                .isPresent());
    }

    static List<Step> plan(KubeObject pod, ObservedPod observed, Instant now) {
        if (deadlineExceeded(pod, now)) {
            return observed.anyRunning() || observed.sandbox().isPresent()
                    ? List.of(new Step.EndPod("DeadlineExceeded"))
                    : List.of();
        }
        if (finished(pod, observed)) {
            return observed.sandbox().isPresent() || observed.anyRunning()
                    ? List.of(new Step.EndPod("Completed"))
                    : List.of();
        }
        if (observed.sandbox().isEmpty()) {
            int attempt = observed.sandboxes().isEmpty()
                    ? 0
                    : observed.sandboxes().getFirst().attempt() + 1;
            List<Step> steps = new ArrayList<>();
            if (!observed.sandboxes().isEmpty()) {
                steps.add(new Step.EndSandboxes());
            }
            steps.add(new Step.MakeSandbox(attempt));
            return steps;
        }
        return containers(pod, observed);
    }

    private static List<Step> containers(KubeObject pod, ObservedPod observed) {
        List<Step> steps = new ArrayList<>();
        for (PodContainer container : PodContainer.initial(pod)) {
            Optional<Container> newest = observed.newest(container.name());
            if (container.role() == PodContainer.Role.SIDECAR) {
                keepRunning(pod, observed, container, steps);
                if (newest.filter(c -> observed.started().contains(c.id())).isEmpty()) {
                    return steps; // the next container waits until it has started
                }
                continue;
            }
            if (mainHaveRun(pod, observed)) {
                continue;
            }
            Optional<Container> here = newest.filter(c -> inSandbox(c, observed));
            if (newest.filter(c -> !c.running()).isPresent() && here.isEmpty()) { // a new sandbox is initialized anew
                steps.add(new Step.StartContainer(container, newest.get().attempt() + 1));
                return steps;
            }
            if (succeeded(here)) {
                continue;
            }
            keepRunning(pod, observed, container, steps);
            return steps;
        }
        PodContainer.main(pod).forEach(container -> keepRunning(pod, observed, container, steps));
        for (PodContainer container : PodContainer.ephemeral(pod)) {
            if (observed.newest(container.name()).isEmpty()) {
                steps.add(new Step.StartContainer(container, 0));
            }
        }
        return steps;
    }

    private static void keepRunning(KubeObject pod, ObservedPod observed, PodContainer container, List<Step> steps) {
        Optional<Container> newest = observed.newest(container.name());
        if (newest.isEmpty()) {
            steps.add(new Step.StartContainer(container, firstAttempt(pod, container)));
            return;
        }
        Container present = newest.get();
        String condemned = observed.unhealthy().get(present.id());
        if (present.running() && changed(container, present)) {
            String words = "Container " + container.name() + " definition changed, will be restarted";
            steps.add(new Step.EndContainer(container, present.id(), words));
        } else if (present.running() && condemned != null) {
            steps.add(new Step.EndContainer(container, present.id(), condemned));
        } else if (!present.running() && restarts(pod, container, present)) {
            steps.add(new Step.StartContainer(container, present.attempt() + 1));
        }
    }

    /** A node that lost its containers goes on counting from what the API remembers. */
    private static int firstAttempt(KubeObject pod, PodContainer container) {
        return ContainerStatusWriter.reported(pod, container)
                .filter(status -> !status.path("containerID").asText().isEmpty())
                .map(status -> status.path("restartCount").asInt() + 1)
                .orElse(0);
    }

    /** A container that was made and never started counts as one that failed; one whose image was changed is started as it is now. */
    private static boolean restarts(KubeObject pod, PodContainer container, Container ended) {
        if (container.role() == PodContainer.Role.EPHEMERAL) {
            return false;
        }
        return container.role() == PodContainer.Role.SIDECAR
                || ended.state() == Container.State.UNKNOWN
                || ended.state() == Container.State.CREATED
                || changed(container, ended)
                || RestartPolicy.restarts(pod, container, ended.exitCode());
    }

    /** Whether the specification names another image by now. */
    private static boolean changed(PodContainer container, Container present) {
        String made = present.annotations().getOrDefault(Labels.IMAGE, container.image());
        return !made.equals(container.image());
    }

    /** Whether a main container that has ended will be started again. */
    static boolean restartsAny(KubeObject pod, ObservedPod observed) {
        return PodContainer.main(pod).stream()
                .anyMatch(container -> observed.newest(container.name())
                        .filter(newest -> !newest.running())
                        .filter(newest -> restarts(pod, container, newest))
                        .isPresent());
    }

    private static boolean succeeded(Optional<Container> container) {
        return container.filter(Container::ended).filter(c -> c.exitCode() == 0).isPresent();
    }

    private static boolean mainHaveRun(KubeObject pod, ObservedPod observed) {
        return PodContainer.main(pod).stream()
                .map(container -> observed.newest(container.name()))
                .anyMatch(container ->
                        container.filter(c -> inSandbox(c, observed)).isPresent());
    }

    private static boolean inSandbox(Container container, ObservedPod observed) {
        String sandbox = observed.sandbox().map(Sandbox::id).orElse("");
        return container.labels().getOrDefault(Labels.SANDBOX, "").equals(sandbox);
    }

    static boolean initialized(KubeObject pod, ObservedPod observed) {
        return PodContainer.initial(pod).stream().allMatch(container -> {
                    Optional<Container> newest = observed.newest(container.name());
                    return container.role() == PodContainer.Role.SIDECAR
                            ? newest.filter(c -> observed.started().contains(c.id()) || c.ended())
                                    .isPresent()
                            : succeeded(newest);
                })
                || mainHaveRun(pod, observed);
    }

    /** An init container failed for good. */
    static boolean failedInit(KubeObject pod, ObservedPod observed) {
        return !mainHaveRun(pod, observed)
                && PodContainer.initial(pod).stream()
                        .filter(container -> container.role() == PodContainer.Role.INIT)
                        .anyMatch(container -> observed.newest(container.name())
                                .filter(Container::ended)
                                .filter(ended -> ended.exitCode() != 0)
                                .filter(ended -> !restarts(pod, container, ended))
                                .isPresent());
    }

    static boolean deadlineExceeded(KubeObject pod, Instant now) {
        return deadline(pod).filter(end -> !now.isBefore(end)).isPresent();
    }

    /** When the pod has run for as long as it may. */
    static Optional<Instant> deadline(KubeObject pod) {
        long seconds = pod.at("spec", "activeDeadlineSeconds").asLong();
        String started = pod.text("status", "startTime");
        return seconds == 0 || started.isEmpty()
                ? Optional.empty()
                : Optional.of(Instant.parse(started).plus(Duration.ofSeconds(seconds)));
    }
}
