package io.kantoku.kubelet.pod;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.Sandbox;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a pod on its node.
 *
 * @param sandboxes of the pod, newest first
 * @param containers of the pod, all attempts
 * @param waiting what the worker met when it last tried to start a container, by its name
 * @param started ids of containers whose startup probe has succeeded, or that have none
 * @param ready ids of containers whose readiness probe succeeds, or that have none
 * @param unhealthy ids of containers that a probe has condemned, with the words for the Event
 * @param podIp {@code ""} while there is none
 */
record ObservedPod(
        List<Sandbox> sandboxes,
        List<Container> containers,
        Map<String, Waiting> waiting,
        Set<String> started,
        Set<String> ready,
        Map<String, String> unhealthy,
        String podIp) {
    static final ObservedPod NOTHING =
            new ObservedPod(List.of(), List.of(), Map.of(), Set.of(), Set.of(), Map.of(), "");

    ObservedPod {
        sandboxes = sandboxes.stream()
                .sorted(Comparator.comparing(Sandbox::created).reversed())
                .toList();
        containers = List.copyOf(containers);
        waiting = Map.copyOf(waiting);
        started = Set.copyOf(started);
        ready = Set.copyOf(ready);
        unhealthy = Map.copyOf(unhealthy);
    }

    /** The sandbox that containers run in. */
    Optional<Sandbox> sandbox() {
        return sandboxes.stream().findFirst().filter(Sandbox::ready);
    }

    /** The newest container of a name. */
    Optional<Container> newest(String name) {
        return attempts(name).stream().findFirst();
    }

    /** The container of a name before the newest. */
    Optional<Container> previous(String name) {
        return attempts(name).stream().skip(1).findFirst();
    }

    /** The containers of a name, newest first. */
    List<Container> attempts(String name) {
        return containers.stream()
                .filter(container -> container.name().equals(name))
                .sorted(Comparator.comparingInt(Container::attempt)
                        .thenComparing(Container::created)
                        .reversed())
                .toList();
    }

    /** Whether every main container of the pod is known. */
    boolean knowsAll(KubeObject pod) {
        return PodContainer.main(pod).stream()
                .allMatch(container -> newest(container.name()).isPresent());
    }

    boolean anyRunning() {
        return containers.stream().anyMatch(Container::running);
    }
}
