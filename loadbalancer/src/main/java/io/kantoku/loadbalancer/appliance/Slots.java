package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.PoolableBackend.Shape;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The backends that HAProxy has in reserve, and which configured backend has which of them. Pure; HAProxy can get no new
 * backends while it runs.
 *
 * @param sizes how many there are of each shape
 * @param taken the name of the engine's backend by that of the configured one
 */
record Slots(Map<Shape, Integer> sizes, Map<String, String> taken) {
    /** What their names begin with; the one listener's does as well. */
    static final String PREFIX = "kantoku-";

    /** As many more as are taken, at most so many; each costs memory and time at a reload. */
    private static final int MOST_SPARE = 512;

    static final Slots NONE = new Slots(Map.of(), Map.of());

    /**
     * What a reload has to provide.
     *
     * @param backends those that need one
     * @param usual shapes that are expected, with how many at least are kept in reserve
     * @param before what backends have now they keep
     */
    static Slots plan(Collection<PoolableBackend> backends, Map<Shape, Integer> usual, Slots before) {
        Map<Shape, Integer> used = new LinkedHashMap<>();
        usual.keySet().forEach(shape -> used.put(shape, 0));
        backends.forEach(backend -> used.merge(backend.shape(), 1, Integer::sum));
        Map<Shape, Integer> sizes = new LinkedHashMap<>();
        used.forEach((shape, count) -> sizes.put(
                shape, Math.max(count + spare(count, usual.getOrDefault(shape, 16)), highest(before, shape))));
        Map<String, String> kept = new HashMap<>();
        for (PoolableBackend backend : backends) {
            String slot = before.taken().get(backend.name());
            if (slot != null && slot.startsWith(prefix(backend.shape()))) {
                kept.put(backend.name(), slot);
            }
        }
        Set<String> busy = new HashSet<>(kept.values());
        Map<Shape, Integer> next = new HashMap<>();
        for (PoolableBackend backend : backends) {
            if (!kept.containsKey(backend.name())) {
                int number = next.getOrDefault(backend.shape(), 0);
                while (busy.contains(prefix(backend.shape()) + number)) {
                    number++;
                }
                kept.put(backend.name(), prefix(backend.shape()) + number);
                next.put(backend.shape(), number + 1);
            }
        }
        return new Slots(sizes, kept);
    }

    private static int spare(int used, int least) {
        return Math.clamp(used / 2, Math.min(least, MOST_SPARE), MOST_SPARE);
    }

    /** How many are needed so that the taken one with the highest number is there. */
    private static int highest(Slots slots, Shape shape) {
        String prefix = prefix(shape);
        return slots.taken().values().stream()
                .filter(name -> name.startsWith(prefix))
                .mapToInt(name -> Integer.parseInt(name.substring(prefix.length())) + 1)
                .max()
                .orElse(0);
    }

    private static String prefix(Shape shape) {
        return PREFIX + shape.id() + "-";
    }

    static String name(Shape shape, int number) {
        return prefix(shape) + number;
    }

    /** How many of a shape nobody has. */
    int free(Shape shape) {
        String prefix = prefix(shape);
        long used =
                taken.values().stream().filter(name -> name.startsWith(prefix)).count();
        return sizes.getOrDefault(shape, 0) - (int) used;
    }

    /** Whether a backend of the engine is one of these. */
    static boolean isSlot(String name) {
        return name.startsWith(PREFIX);
    }

    /**
     * Changes to what is taken, gathered for one plan.
     *
     * @param busy slots that nobody has and that are not free either
     */
    Draft draft(Set<String> busy) {
        return new Draft(busy);
    }

    /** See {@link #draft}. */
    final class Draft {
        private final Map<String, String> changed = new HashMap<>(taken);
        private final Set<String> occupied;
        private final Map<Shape, Integer> next = new HashMap<>();

        private Draft(Set<String> busy) {
            occupied = new HashSet<>(taken.values());
            occupied.addAll(busy);
        }

        /** Takes a free slot; empty when there is none of that shape. */
        Optional<String> take(PoolableBackend backend) {
            int size = sizes.getOrDefault(backend.shape(), 0);
            for (int i = next.getOrDefault(backend.shape(), 0); i < size; i++) {
                String name = name(backend.shape(), i);
                if (occupied.add(name)) {
                    next.put(backend.shape(), i + 1);
                    changed.put(backend.name(), name);
                    return Optional.of(name);
                }
            }
            return Optional.empty();
        }

        /** What the backend had; it stays occupied for this plan. */
        Optional<String> release(String backend) {
            return Optional.ofNullable(changed.remove(backend));
        }

        Slots done() {
            return new Slots(sizes, Map.copyOf(changed));
        }
    }
}
