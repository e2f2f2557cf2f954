package io.kantoku.kubelet.cri;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What happens in a containerd, from its own events service (CRI of its version 1.6 has none). A wake-up, not a record: whoever
 * hears it looks for himself.
 */
public final class RuntimeEvents {
    private static final Duration FOREVER = Duration.ofDays(10_000);
    private static final List<String> TOPICS =
            List.of("/tasks/start", "/tasks/exit", "/tasks/oom", "/containers/delete");

    private RuntimeEvents() {}

    /**
     * Reports ids of containers and sandboxes that changed, until the runtime goes away or the thread is interrupted.
     *
     * @throws GrpcException when the connection ends
     */
    public static void follow(GrpcChannel channel, Runnable connected, Consumer<String> changed) {
        ProtoWriter request = new ProtoWriter();
        request.texts(
                1, TOPICS.stream().map(topic -> "topic==\"" + topic + "\"").toList());
        try (GrpcStream stream = channel.open("containerd.services.events.v1.Events/Subscribe", request.toBytes())) {
            connected.run();
            while (true) {
                Optional<byte[]> event = stream.next(FOREVER);
                if (event.isEmpty()) {
                    return;
                }
                // Envelope.event is an Any; all these events begin with the container's id.
                String id = new ProtoMessage(
                                new ProtoMessage(event.get()).message(4).bytes(2))
                        .text(1);
                changed.accept(id);
            }
        }
    }
}
