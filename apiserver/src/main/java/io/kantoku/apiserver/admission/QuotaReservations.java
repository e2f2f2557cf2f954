package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Objects that have passed a quota and are not stored yet, so that many writes at once do not pass on the same free amount. An
 * object is forgotten when it is seen among the stored ones, or after a while when its write fails. Guarded by itself.
 */
final class QuotaReservations {
    private static final Duration HOLD = Duration.ofSeconds(2);

    /** The objects of one kind in one namespace. */
    record Place(ClusterId cluster, String namespace, GroupResource resource) {}

    private record Reservation(JsonNode object, Instant until) {}

    private final InstantSource clock;
    private final Map<Place, Map<String, Reservation>> places = new HashMap<>();

    QuotaReservations(InstantSource clock) {
        this.clock = clock;
    }

    void add(Place place, String name, JsonNode object) {
        places.computeIfAbsent(place, any -> new HashMap<>())
                .put(name, new Reservation(object, clock.instant().plus(HOLD)));
    }

    /** The objects on their way, but for those that are stored. */
    List<JsonNode> pending(Place place, Set<String> stored) {
        Map<String, Reservation> reservations = places.getOrDefault(place, Map.of());
        if (reservations.isEmpty()) {
            return List.of();
        }
        Instant now = clock.instant();
        reservations.values().removeIf(reservation -> reservation.until().isBefore(now));
        reservations.keySet().removeAll(stored);
        List<JsonNode> pending = new ArrayList<>();
        reservations.values().forEach(reservation -> pending.add(reservation.object()));
        if (reservations.isEmpty()) {
            places.remove(place);
        }
        return pending;
    }
}
