package io.kantoku.network.openflow;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** All flows and groups of a switch. */
public record FlowSet(Map<Flow.Key, Flow> flows, Map<Integer, SelectGroup> groups) {
    public static final FlowSet EMPTY = new FlowSet(Map.of(), Map.of());

    /**
     * A set of them.
     *
     * @throws IllegalArgumentException when two flows have one key, or two groups one number
     */
    public static FlowSet of(Collection<Flow> flows, Collection<SelectGroup> groups) {
        Map<Flow.Key, Flow> byKey = LinkedHashMap.newLinkedHashMap(flows.size());
        for (Flow flow : flows) {
            Flow other = byKey.put(flow.key(), flow);
            if (other != null && !other.equals(flow)) {
                throw new IllegalArgumentException("two flows for " + flow.key());
            }
        }
        Map<Integer, SelectGroup> byId = LinkedHashMap.newLinkedHashMap(groups.size());
        for (SelectGroup group : groups) {
            if (byId.put(group.id(), group) != null) {
                throw new IllegalArgumentException("two groups " + group.id());
            }
        }
        return new FlowSet(byKey, byId);
    }
}
