package io.kantoku.network.openflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangeTest {
    private static final Set<Integer> TARGETS = Set.of(7);

    private static Flow flow(int table, int value, int port) {
        return Flow.of(table, 100, Match.ip().and(Field.IPV4_DST, value), new Action.Output(port));
    }

    private static Flow using(int value, int group) {
        return Flow.of(6, 100, Match.ip().and(Field.IPV4_DST, value), new Action.Group(group));
    }

    private static SelectGroup group(int id, int target) {
        return new SelectGroup(id, List.of(List.of(new Action.Output(target))));
    }

    @Test
    void changesNothingThatIsSo() {
        FlowSet set = FlowSet.of(List.of(flow(1, 1, 1), using(2, 3)), List.of(group(3, 4)));
        assertThat(Change.between(set, set, TARGETS)).isEmpty();
    }

    @Test
    void whatIsUsedComesFirstAndGoesLast() {
        FlowSet set = FlowSet.of(List.of(using(1, 3), flow(7, 9, 1)), List.of(group(3, 9)));
        assertThat(Change.between(FlowSet.EMPTY, set, TARGETS))
                .containsExactly(
                        new Change.PutFlow(flow(7, 9, 1)),
                        new Change.PutGroup(group(3, 9)),
                        new Change.PutFlow(using(1, 3)));
        assertThat(Change.between(set, FlowSet.EMPTY, TARGETS))
                .containsExactly(
                        new Change.RemoveFlow(using(1, 3).key()),
                        new Change.RemoveGroup(3),
                        new Change.RemoveFlow(flow(7, 9, 1).key()));
    }

    @Test
    void replacesAFlowWithOtherActionsInOneStep() {
        assertThat(Change.between(
                        FlowSet.of(List.of(flow(1, 1, 1)), List.of()),
                        FlowSet.of(List.of(flow(1, 1, 2)), List.of()),
                        TARGETS))
                .containsExactly(new Change.PutFlow(flow(1, 1, 2)));
    }

    @Test
    void anySetBecomesAnyOtherAndNoStepUsesWhatIsMissing() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            FlowSet from = any(random);
            FlowSet to = any(random);
            Map<Flow.Key, Flow> flows = new HashMap<>(from.flows());
            Map<Integer, SelectGroup> groups = new HashMap<>(from.groups());
            for (Change change : Change.between(from, to, TARGETS)) {
                switch (change) {
                    case Change.PutFlow put -> flows.put(put.flow().key(), put.flow());
                    case Change.RemoveFlow remove -> flows.remove(remove.key());
                    case Change.PutGroup put -> groups.put(put.group().id(), put.group());
                    case Change.RemoveGroup remove -> groups.remove(remove.id());
                }
                for (Flow flow : flows.values()) {
                    if (flow.actions().getFirst() instanceof Action.Group used) {
                        assertThat(groups).as("seed %d", seed).containsKey(used.id());
                    }
                }
            }
            assertThat(flows).as("seed %d", seed).isEqualTo(to.flows());
            assertThat(groups).as("seed %d", seed).isEqualTo(to.groups());
        }
    }

    private static FlowSet any(Random random) {
        Set<Flow> flows = new HashSet<>();
        List<SelectGroup> groups = new ArrayList<>();
        for (int id = 1; id < 6; id++) {
            if (random.nextBoolean()) {
                int target = random.nextInt(5);
                groups.add(group(id, target));
                flows.add(flow(7, target, 1));
                flows.add(using(id, id));
            }
        }
        return FlowSet.of(flows, groups);
    }

    @Test
    void refusesTwoFlowsForOneKey() {
        assertThatThrownBy(() -> FlowSet.of(List.of(flow(1, 1, 1), flow(1, 1, 2)), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Match.ip().and(Field.ETH_TYPE, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
