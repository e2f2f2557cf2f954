package io.kantoku.kubelet.cri;

import java.util.Map;

/** A container in a list of the runtime's ({@code Container}). */
public record ContainerRef(
        String id, String sandbox, String name, int attempt, Container.State state, Map<String, String> labels) {
    public ContainerRef {
        labels = Map.copyOf(labels);
    }

    static ContainerRef of(ProtoMessage message) {
        return new ContainerRef(
                message.text(1),
                message.text(2),
                message.message(3).text(1),
                (int) message.message(3).number(2),
                Container.State.of(message.number(6)),
                message.map(8));
    }
}
