package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.Deletion;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.Target;
import io.kantoku.apiserver.registry.WriteOptions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Removes Events that have not been seen for an hour, as upstream's do; they would fill the store otherwise. */
final class EventExpiry {
    static final Duration LIFETIME = Duration.ofHours(1);

    private static final GroupResource EVENTS = new GroupResource("", "events");

    private final Registry registry;
    private final ResourceTypes types;
    private final Supplier<Set<ClusterId>> clusters;
    private final UserInfo identity;
    private final InstantSource clock;

    EventExpiry(
            Registry registry,
            ResourceTypes types,
            Supplier<Set<ClusterId>> clusters,
            UserInfo identity,
            InstantSource clock) {
        this.registry = registry;
        this.types = types;
        this.clusters = clusters;
        this.identity = identity;
        this.clock = clock;
    }

    /** Looks through all clusters once. */
    void sweep() {
        Instant oldest = clock.instant().minus(LIFETIME);
        for (ClusterId cluster : clusters.get()) {
            Optional<ResourceType> type = types.find(cluster, EVENTS);
            if (type.isPresent()) {
                registry.list(cluster, EVENTS, "").stream()
                        .filter(event -> lastSeen(event).isBefore(oldest))
                        .forEach(event -> remove(cluster, type.get(), event));
            }
        }
    }

    private void remove(ClusterId cluster, ResourceType type, KubeObject event) {
        Target target = new Target(cluster, identity, type, type.storageVersion(), "", event.namespacedName());
        try {
            registry.delete(target, Deletion.ordinary().ofUid(event.uid()), WriteOptions.by("kube-apiserver"));
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    private static Instant lastSeen(KubeObject event) {
        Instant last = Instant.EPOCH;
        for (JsonNode time : List.of(
                event.at("metadata", "creationTimestamp"),
                event.at("lastTimestamp"),
                event.at("eventTime"),
                event.at("deprecatedLastTimestamp"),
                event.at("series", "lastObservedTime"))) {
            try {
                Instant seen = time.isTextual() ? Instant.parse(time.asText()) : Instant.EPOCH;
                last = seen.isAfter(last) ? seen : last;
            } catch (DateTimeException e) {
                // an event's writer chose an unreadable time: the others count
            }
        }
        return last;
    }
}
