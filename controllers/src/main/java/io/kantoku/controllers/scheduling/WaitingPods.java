package io.kantoku.controllers.scheduling;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.client.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pods that fit nowhere, and what each waits for. A pod that fails again and again pauses for one second, then two, and so
 * on up to ten, as upstream; but after its first failure the next change wakes it at once. Any thread may call.
 */
final class WaitingPods {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /**
     * A pod that waits.
     *
     * @param uid of the pod
     * @param created RFC 3339
     * @param attempts how often it was tried
     * @param pausesUntil before when it is not tried again
     */
    private record Entry(
            Request request,
            String uid,
            int priority,
            String created,
            Set<Cause> causes,
            int attempts,
            Instant pausesUntil) {}

    private final Map<ClusterId, Map<Request, Entry>> entries = new ConcurrentHashMap<>();

    boolean any(ClusterId cluster) {
        return entries.containsKey(cluster);
    }

    /** The pods that a change may help, in the order in which they are to be tried: by priority, then by age. */
    List<Request> woken(ClusterId cluster, Set<Cause> changes) {
        Map<Request, Entry> waiting = entries.get(cluster);
        return waiting == null
                ? List.of()
                : waiting.values().stream()
                        .filter(entry -> entry.causes().stream().anyMatch(changes::contains))
                        .sorted(Comparator.comparingInt(Entry::priority)
                                .reversed()
                                .thenComparing(Entry::created))
                        .map(Entry::request)
                        .toList();
    }

    /** Notes that a pod waits for something that is not its turn: it does not pause. */
    void await(Request request, String uid, Set<Cause> causes) {
        put(new Entry(request, uid, 0, "", EnumSet.copyOf(causes), 0, Instant.MIN));
    }

    /** Notes that a pod has fitted nowhere. */
    void failed(Request request, PodState pod, Set<Cause> causes, Instant now) {
        Entry known = find(request);
        int attempts = known == null || !known.uid().equals(pod.uid()) ? 1 : known.attempts() + 1;
        put(new Entry(
                request,
                pod.uid(),
                pod.priority(),
                pod.rank().started(),
                EnumSet.copyOf(causes),
                attempts,
                now.plus(pause(attempts))));
    }

    /** How long the pod is still to pause; zero when it may be tried. */
    Duration pause(Request request, String uid, Instant now) {
        Entry entry = find(request);
        return entry == null || !entry.uid().equals(uid) || !entry.pausesUntil().isAfter(now)
                ? Duration.ZERO
                : Duration.between(now, entry.pausesUntil());
    }

    void forget(Request request) {
        entries.computeIfPresent(request.cluster(), (_, known) -> {
            known.remove(request);
            return known.isEmpty() ? null : known;
        });
    }

    private void put(Entry entry) {
        entries.compute(entry.request().cluster(), (_, known) -> {
            Map<Request, Entry> next = known == null ? new ConcurrentHashMap<>() : known;
            next.put(entry.request(), entry);
            return next;
        });
    }

    private @Nullable Entry find(Request request) {
        return entries.getOrDefault(request.cluster(), Map.of()).get(request);
    }

    private static Duration pause(int attempts) {
        if (attempts < 2) {
            return Duration.ZERO;
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 2, 10));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
