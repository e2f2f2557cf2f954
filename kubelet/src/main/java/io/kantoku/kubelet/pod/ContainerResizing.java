package io.kantoku.kubelet.pod;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.GrpcException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives running containers the resources that they have been promised, in place or by a restart as they wish. Owned by the pod's worker. */
final class ContainerResizing {
    private record Change(PodContainer container, Container running) {}

    private final PodHost host;
    private final PodResizer resizer;
    private final ContainerEnding ending;

    ContainerResizing(PodHost host, PodResizer resizer, ContainerEnding ending) {
        this.host = host;
        this.resizer = resizer;
        this.ending = ending;
    }

    /** Does what can be done now; containers that have to be restarted are ended, and get theirs when they start. */
    void bringOn(KubeObject pod, ObservedPod observed) {
        List<Change> changes = changes(pod, observed);
        if (!changes.isEmpty()) {
            try {
                PodLimits now = PodLimits.of(pod);
                now.widen(SandboxSpecs.cgroup(host.layout(), pod));
                changes.forEach(change -> apply(pod, observed, change));
                now.set(SandboxSpecs.cgroup(host.layout(), pod));
            } catch (IOException | GrpcException e) {
                resizer.failed(pod, String.valueOf(e.getMessage()));
            }
        }
        resizer.tellWhenDone(pod);
    }

    private List<Change> changes(KubeObject pod, ObservedPod observed) {
        List<Change> changes = new ArrayList<>();
        for (PodContainer container : PodContainer.all(pod)) {
            Optional<Container> running = observed.newest(container.name()).filter(Container::running);
            if (running.isPresent() && resizer.differs(container)) {
                changes.add(new Change(container, running.get()));
            }
        }
        return changes;
    }

    private void apply(KubeObject pod, ObservedPod observed, Change change) {
        PodContainer container = change.container();
        if (resizer.needsRestart(container)) {
            ending.end(
                    pod,
                    container,
                    change.running().id(),
                    Duration.ofSeconds(ContainerSpecs.grace(pod)),
                    "Container " + container.name() + " resize requires restart",
                    observed.podIp());
            return;
        }
        host.cri()
                .updateContainer(
                        change.running().id(), ContainerSpecs.resources(pod, container.json(), host.memoryBytes()));
        resizer.given(container);
    }
}
