package io.kantoku.network.openflow;

import java.util.List;
import java.util.OptionalInt;

/** What is done with a packet, step by step; {@code ovs-actions(7)}. */
public sealed interface Action {
    /** Sends it by the port whose number a field holds. */
    record OutputTo(Field port) implements Action {}

    /** Sends it by a port. */
    record Output(int port) implements Action {}

    /** Sends it back where it came from. */
    record OutputBack() implements Action {}

    /** Gives bits of a field a value. */
    record Load(Field field, int offset, int bits, long value) implements Action {
        /** The whole field. */
        public static Load of(Field field, long value) {
            return new Load(field, 0, field.bits(), value);
        }
    }

    /** Copies a field to another of the same size. */
    record Move(Field from, Field to) implements Action {}

    /** Looks it up in a table. */
    record Resubmit(int table) implements Action {}

    /** One hop less to live. */
    record DecrementTtl() implements Action {}

    /** Hands it to a group. */
    record Group(int id) implements Action {}

    /**
     * Looks its connection up, or commits it.
     *
     * @param table where the packet goes on, with its connection's state; empty for nowhere
     * @param then {@link Nat} and marks
     */
    record Track(boolean commit, int zone, OptionalInt table, List<Action> then) implements Action {
        public Track {
            then = List.copyOf(then);
        }
    }

    /** Within {@link Track}: translates as the connection says, or a new connection's address. */
    sealed interface Nat extends Action {
        /** As the connection says. */
        record Existing() implements Nat {}

        /** Another source, any port. */
        record Source(int address) implements Nat {}

        /** Another destination. */
        record Destination(int address, int port) implements Nat {}
    }

    /** Takes part in a conjunctive match. */
    record Conjunction(int id, int clause, int clauses) implements Action {}

    /**
     * Adds a flow for packets like this one.
     *
     * @param idleTimeout in seconds
     */
    record Learn(int table, int priority, long cookie, int idleTimeout, List<Spec> specs) implements Action {
        public Learn {
            specs = List.copyOf(specs);
        }

        /** A part of the flow that is learned. */
        public sealed interface Spec {
            /** It matches a value. */
            record MatchValue(Field field, int value) implements Spec {}

            /** It matches what this packet has. */
            record MatchSame(Field field) implements Spec {}

            /** It loads what this packet has. */
            record LoadSame(Field field) implements Spec {}

            /** It loads a value of at most 16 bits. */
            record LoadValue(Field field, int offset, int bits, int value) implements Spec {}
        }
    }
}
