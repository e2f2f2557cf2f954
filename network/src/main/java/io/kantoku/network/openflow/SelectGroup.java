package io.kantoku.network.openflow;

import java.util.List;

/** Chooses one of its buckets for each connection, evenly. */
public record SelectGroup(int id, List<List<Action>> buckets) {
    public SelectGroup {
        buckets = buckets.stream().map(List::copyOf).toList();
    }
}
