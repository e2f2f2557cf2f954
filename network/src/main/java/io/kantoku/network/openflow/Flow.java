package io.kantoku.network.openflow;

import java.util.List;

/** One entry of a flow table; without actions it drops. */
public record Flow(Key key, List<Action> actions) {
    /** What identifies it in its switch. */
    public record Key(int table, int priority, Match match) {}

    public Flow {
        actions = List.copyOf(actions);
    }

    public static Flow of(int table, int priority, Match match, Action... actions) {
        return new Flow(new Key(table, priority, match), List.of(actions));
    }

    public int table() {
        return key.table();
    }
}
