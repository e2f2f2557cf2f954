package io.kantoku.supervisor.workload;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step of enabling or removing a Supervisor.
 *
 * @param id names the step to programs, for example {@code FIRST_VM}
 * @param name for people
 * @param message what is waited for or why it failed; {@code ""} when there is nothing to say
 * @param todo what a person can do about the message; {@code ""} when there is none
 */
public record Step(
        String id,
        String name,
        State state,
        String message,
        String todo,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {
    /** Where a step stands. */
    public enum State {
        PENDING,
        RUNNING,
        DONE,
        /** It is tried again. */
        FAILED
    }

    static Step pending(String id, String name) {
        return new Step(id, name, State.PENDING, "", "", null, null);
    }

    public Optional<Instant> started() {
        return Optional.ofNullable(startedAt);
    }

    public Optional<Instant> ended() {
        return Optional.ofNullable(endedAt);
    }

    /** In another state, with its times: a step that waits goes on from when it began, one that is done anew begins anew. */
    Step in(State next, String nextMessage, String nextTodo, Instant now) {
        boolean again = state == State.DONE || state == State.PENDING;
        Instant start = again && next != State.DONE ? now : startedAt == null ? now : startedAt;
        Instant end = next != State.DONE ? null : state == State.DONE ? endedAt : now;
        return new Step(id, name, next, nextMessage, nextTodo, start, end);
    }
}
