package io.kantoku.network.openflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A step from one flow set to another. Carried out in order, no packet meets a group whose buckets lead to flows that are missing, or
 * a flow whose group is missing.
 */
public sealed interface Change {
    /** Adds a flow, or replaces the one with its key. */
    record PutFlow(Flow flow) implements Change {}

    record RemoveFlow(Flow.Key key) implements Change {}

    /** Adds a group, or replaces the one with its number. */
    record PutGroup(SelectGroup group) implements Change {}

    record RemoveGroup(int id) implements Change {}

    /**
     * The steps from what is to what shall be.
     *
     * @param targets tables that buckets of groups lead to
     */
    static List<Change> between(FlowSet present, FlowSet desired, Set<Integer> targets) {
        List<Change> first = new ArrayList<>();
        List<Change> flows = new ArrayList<>();
        List<Change> groups = new ArrayList<>();
        for (Flow flow : desired.flows().values()) {
            if (!flow.equals(present.flows().get(flow.key()))) {
                (targets.contains(flow.table()) ? first : flows).add(new PutFlow(flow));
            }
        }
        for (SelectGroup group : desired.groups().values()) {
            if (!group.equals(present.groups().get(group.id()))) {
                groups.add(new PutGroup(group));
            }
        }
        List<Change> removals = new ArrayList<>();
        List<Change> last = new ArrayList<>();
        for (Flow flow : present.flows().values()) {
            if (!desired.flows().containsKey(flow.key())) {
                (targets.contains(flow.table()) ? last : removals).add(new RemoveFlow(flow.key()));
            }
        }
        for (int id : present.groups().keySet()) {
            if (!desired.groups().containsKey(id)) {
                removals.add(new RemoveGroup(id));
            }
        }
        List<Change> all = new ArrayList<>(first);
        all.addAll(groups);
        all.addAll(flows);
        all.addAll(removals);
        all.addAll(last);
        return all;
    }
}
