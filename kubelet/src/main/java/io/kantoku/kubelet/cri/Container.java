package io.kantoku.kubelet.cri;

import java.time.Instant;
import java.util.Map;

/**
 * A container as the runtime reports it ({@code ContainerStatus}).
 *
 * @param started the epoch when it has not
 * @param finished the epoch when it has not
 * @param image the name it was made from
 * @param imageRef the runtime's id of the image
 * @param reason one word for its end: {@code Completed}, {@code Error}, {@code OOMKilled}, {@code StartError}
 */
public record Container(
        String id,
        String name,
        int attempt,
        State state,
        Instant created,
        Instant started,
        Instant finished,
        int exitCode,
        String image,
        String imageRef,
        String reason,
        String message,
        Map<String, String> labels,
        Map<String, String> annotations,
        String logPath) {
    /** The runtime's states of containers. */
    public enum State {
        CREATED,
        RUNNING,
        EXITED,
        UNKNOWN;

        static State of(long number) {
            return switch ((int) number) {
                case 0 -> CREATED;
                case 1 -> RUNNING;
                case 2 -> EXITED;
                default -> UNKNOWN;
            };
        }
    }

    public Container {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    public boolean running() {
        return state == State.RUNNING;
    }

    public boolean ended() {
        return state == State.EXITED;
    }

    static Container of(ProtoMessage status) {
        return new Container(
                status.text(1),
                status.message(2).text(1),
                (int) status.message(2).number(2),
                State.of(status.number(3)),
                time(status.number(4)),
                time(status.number(5)),
                time(status.number(6)),
                (int) status.number(7),
                status.message(8).text(1),
                status.text(9),
                status.text(10),
                status.text(11),
                status.map(12),
                status.map(13),
                status.text(15));
    }

    static Instant time(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
