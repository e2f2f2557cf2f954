package io.kantoku.tkg.explain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One object in the chain from a cluster to what it stands on.
 *
 * @param since when it got into the state, if it says so
 * @param reason one word, {@code ""} when all is well
 * @param message what is missing, {@code ""} when all is well
 * @param blocking whether this is the one that the others wait for
 * @param todo what a person can do, {@code ""} when nothing needs doing
 * @param parts what it stands on, in the order in which they are needed
 */
public record Link(
        String kind,
        String name,
        State state,
        Optional<Instant> since,
        String reason,
        String message,
        boolean blocking,
        String todo,
        List<Link> parts) {

    /** How an object is. */
    public enum State {
        READY,
        WAITING,
        DELETING,
        MISSING
    }

    public Link {
        parts = List.copyOf(parts);
    }

    public boolean isReady() {
        return state == State.READY;
    }

    /** The link that the others wait for: the first that is not ready and stands only on what is. */
    public Optional<Link> blocker() {
        if (blocking) {
            return Optional.of(this);
        }
        return parts.stream().flatMap(part -> part.blocker().stream()).findFirst();
    }

    /** The chain with its blocking link marked. */
    Link marked() {
        if (isReady() && parts.stream().allMatch(Link::isReady)) {
            return this;
        }
        List<Link> changed = new java.util.ArrayList<>(parts);
        for (int i = 0; i < changed.size(); i++) {
            if (!changed.get(i).settled()) {
                changed.set(i, changed.get(i).marked());
                return with(false, "", changed);
            }
        }
        return with(true, Advice.of(kind, reason, message), changed);
    }

    /** Whether it and all that it stands on are ready. */
    private boolean settled() {
        return isReady() && parts.stream().allMatch(Link::settled);
    }

    private Link with(boolean nowBlocking, String nowTodo, List<Link> nowParts) {
        return new Link(kind, name, state, since, reason, message, nowBlocking, nowTodo, nowParts);
    }
}
