package io.kantoku.kubelet.pod;

import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.ContainerRef;
import io.kantoku.kubelet.cri.CriRuntime;
import io.kantoku.kubelet.cri.Sandbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the runtime knows of one pod; asks as little as possible. Owned by the pod's worker. */
final class PodRuntime {
    private final CriRuntime cri;
    private final String uid;
    private final Map<String, Container> ended = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();

    PodRuntime(CriRuntime cri, String uid) {
        this.cri = cri;
        this.uid = uid;
    }

    ObservedPod observe(Map<String, Waiting> waiting, ProbeSet probes) {
        List<Sandbox> sandboxes = cri.sandboxes(Labels.ofPod(uid));
        List<Container> containers = new ArrayList<>();
        for (ContainerRef reference : cri.containers(Labels.ofPod(uid))) {
            container(reference).ifPresent(containers::add);
        }
        String address = sandboxes.stream()
                .filter(Sandbox::ready)
                .max((a, b) -> a.created().compareTo(b.created()))
                .map(this::address)
                .orElse("");
        return withProbes(
                new ObservedPod(sandboxes, containers, waiting, Set.of(), Set.of(), Map.of(), address), probes);
    }

    ObservedPod withProbes(ObservedPod observed, ProbeSet probes) {
        return new ObservedPod(
                observed.sandboxes(),
                observed.containers(),
                observed.waiting(),
                probes.started(),
                probes.ready(),
                probes.unhealthy(),
                observed.podIp());
    }

    /** A container that has ended does not change any more. */
    private Optional<Container> container(ContainerRef reference) {
        Container known = ended.get(reference.id());
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Container> present = cri.container(reference.id());
        present.filter(Container::ended).ifPresent(container -> ended.put(container.id(), container));
        return present;
    }

    private String address(Sandbox sandbox) {
        String known = addresses.get(sandbox.id());
        if (known != null) {
            return known;
        }
        String address = cri.sandbox(sandbox.id()).map(Sandbox::ip).orElse("");
        if (!address.isEmpty()) {
            addresses.put(sandbox.id(), address);
        }
        return address;
    }
}
