package io.kantoku.apiserver.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes rates of counters: use of the processor is what was counted since an earlier look at the same thing, at first since the thing began.
 * Keeps the looks of the things used last. Safe for use by many threads.
 */
final class UsageSamples {
    private static final int KEPT = 20_000;

    /** A look that is so old gives way to a newer one. */
    private static final Duration WINDOW = Duration.ofSeconds(15);

    private static final long MICRO_UNITS = 1_000_000;

    private final Map<String, Sample> earlier = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sample> eldest) {
            return size() > KEPT;
        }
    };

    private record Sample(Instant time, Instant started, long cpuNanos) {}

    /**
     * What a kubelet's summary says of one thing, as {@code metrics.k8s.io} has it.
     *
     * @param usage processor in nanocores and memory in KiB, as quantities
     * @param window how long the use of the processor was counted
     */
    record Usage(Instant time, Duration window, ObjectNode usage) {}

    /**
     * Reads one thing's part of a summary ({@code stats.k8s.io/v1alpha1}).
     *
     * @param key tells it from all others, of all clusters
     */
    Usage usage(String key, JsonNode stats) {
        Instant time = instant(stats.path("cpu").path("time"));
        Sample now = new Sample(
                time,
                instant(stats.path("startTime")),
                stats.path("cpu").path("usageCoreNanoSeconds").asLong());
        Sample before = before(key, now);
        Duration window = Duration.between(before.time(), now.time());
        long micros = Math.max(1, window.toNanos() / 1000);
        long nanocores = (now.cpuNanos() - before.cpuNanos()) / micros * MICRO_UNITS
                + (now.cpuNanos() - before.cpuNanos()) % micros * MICRO_UNITS / micros;
        ObjectNode usage = Json.object();
        usage.put("cpu", Math.max(0, nanocores) + "n");
        usage.put("memory", stats.path("memory").path("workingSetBytes").asLong() / 1024 + "Ki");
        return new Usage(time, window, usage);
    }

    private synchronized Sample before(String key, Sample now) {
        Sample known = earlier.get(key);
        boolean same = known != null
                && known.started().equals(now.started())
                && known.cpuNanos() <= now.cpuNanos()
                && known.time().isBefore(now.time());
        if (known == null || !known.started().equals(now.started()) || old(known, now)) {
            earlier.put(key, now);
        }
        return same && known != null ? known : new Sample(now.started(), now.started(), 0);
    }

    private static boolean old(Sample known, Sample now) {
        return Duration.between(known.time(), now.time()).compareTo(WINDOW) >= 0;
    }

    private static Instant instant(JsonNode text) {
        String value = text.asText("");
        return value.isEmpty() ? Instant.EPOCH : Instant.parse(value);
    }
}
