package io.kantoku.cli.instance;

import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.ProxyStatistics;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import io.kantoku.supervisor.console.BalancerView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What HAProxy tells of the virtual IPs, by its Data Plane API, not older than a moment. An appliance that does not answer is asked
 * again after the same moment, and until then nothing is known.
 *
 * <p>Thread-safe; whoever comes when the moment is over asks, the others wait for it.
 */
final class HaproxyReport implements BalancerView {
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final Supplier<Optional<DataPlaneClient>> client;
    private final InstantSource clock;
    private Counts counts = Counts.NONE;
    private Instant asked = Instant.MIN;
    private Map<String, Set<String>> backends = Map.of();

    /** Health by {@code address:port}, traffic by backend. */
    private record Counts(Map<String, Health> health, Map<String, Traffic> traffic) {
        static final Counts NONE = new Counts(Map.of(), Map.of());
    }

    HaproxyReport(Supplier<Optional<DataPlaneClient>> client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public Health health(String host, int port) {
        return fresh().health().getOrDefault(host + ":" + port, Health.UNKNOWN);
    }

    @Override
    public synchronized Optional<Traffic> traffic(String vip) {
        Counts now = fresh();
        return backends.getOrDefault(vip, Set.of()).stream()
                .flatMap(backend -> Optional.ofNullable(now.traffic().get(backend)).stream())
                .reduce((a, b) -> new Traffic(
                        a.currentSessions() + b.currentSessions(),
                        a.totalSessions() + b.totalSessions(),
                        a.bytesIn() + b.bytesIn(),
                        a.bytesOut() + b.bytesOut()));
    }

    private synchronized Counts fresh() {
        Instant now = clock.instant();
        if (asked.isAfter(now.minus(MOMENT))) {
            return counts;
        }
        asked = now;
        try {
            Optional<DataPlaneClient> named = client.get();
            if (named.isEmpty()) {
                return counts;
            }
            DataPlaneClient api = named.get();
            counts = count(api.statistics());
            Set<String> known = new HashSet<>();
            backends.values().forEach(known::addAll);
            if (!known.containsAll(counts.traffic().keySet())) {
                backends = backends(api.read().sections("frontend"));
            }
        } catch (DataPlaneException e) {
            counts = Counts.NONE; // an appliance that is off: that nothing is known is what there is to tell
        }
        return counts;
    }

    private static Counts count(List<ProxyStatistics> statistics) {
        Map<String, Health> health = new HashMap<>();
        Map<String, Traffic> traffic = new HashMap<>();
        for (ProxyStatistics item : statistics) {
            switch (item.kind()) {
                case SERVER -> {
                    if (!item.address().isEmpty()) {
                        health.put(item.address(), health(item.status()));
                    }
                }
                case BACKEND ->
                    traffic.put(
                            item.name(),
                            new Traffic(item.currentSessions(), item.totalSessions(), item.bytesIn(), item.bytesOut()));
                case FRONTEND -> {} // not every port of a virtual IP has a frontend of its own; all have a backend
            }
        }
        return new Counts(health, traffic);
    }

    private static Health health(String status) {
        if (status.startsWith("UP")) {
            return Health.UP;
        }
        return status.startsWith("DOWN") || status.startsWith("MAINT") ? Health.DOWN : Health.UNKNOWN;
    }

    /** Which backends an address leads to. */
    static Map<String, Set<String>> backends(List<Section> frontends) {
        Map<String, Set<String>> found = new HashMap<>();
        for (Section frontend : frontends) {
            Set<String> addresses = new HashSet<>();
            Set<String> targets = new HashSet<>();
            for (Words line : frontend.lines()) {
                switch (line.at(0)) {
                    case "bind" -> addresses.add(host(line.at(1)));
                    case "use_backend", "default_backend" -> targets.add(line.at(1));
                    default -> {} // says nothing of where connections go
                }
            }
            addresses.forEach(address ->
                    found.computeIfAbsent(address, _ -> new HashSet<>()).addAll(targets));
        }
        return found;
    }

    private static String host(String bind) {
        int colon = bind.lastIndexOf(':');
        return colon < 0 ? bind : bind.substring(0, colon);
    }
}
