package io.kantoku.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what happened to an object as {@code core/v1 Event}s, which {@code kubectl describe} and {@code get events} show.
 *
 * <p>An event that repeats (same object, type, reason and message) is one Event whose {@code count} grows. One object gets at most
 * {@value #BURST} new or changed Events at once and one more every five minutes, as upstream's recorder does, so that a loop
 * that fails does not flood the store. A refused Event is logged and never fails the caller.
 */
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final int REMEMBERED = 4096;
    private static final int BURST = 25;
    private static final Duration REFILL = Duration.ofMinutes(5);

    private final Clusters clusters;
    private final String component;
    private final String host;
    private final InstantSource clock;
    private final Map<Key, Seen> seen = remembering();
    private final Map<Source, Allowance> allowances = remembering();

    /** {@code component} becomes the Event's source, for example {@code deployment-controller}. */
    public Events(Clusters clusters, String component, InstantSource clock) {
        this(clusters, component, "", clock);
    }

    /** As above; {@code host} is the node that the component runs on, {@code ""} for none. */
    public Events(Clusters clusters, String component, String host, InstantSource clock) {
        this.clusters = clusters;
        this.component = component;
        this.host = host;
        this.clock = clock;
    }

    public void normal(ClusterId cluster, KubeObject about, String reason, String message) {
        record(cluster, about, "", "Normal", reason, message);
    }

    public void warning(ClusterId cluster, KubeObject about, String reason, String message) {
        record(cluster, about, "", "Warning", reason, message);
    }

    /**
     * Records an Event about a part of an object.
     *
     * @param fieldPath the part, for example {@code spec.containers{web}}; {@code ""} for all of it
     * @param type {@code Normal} or {@code Warning}
     */
    public void record(
            ClusterId cluster, KubeObject about, String fieldPath, String type, String reason, String message) {
        Instant now = clock.instant();
        // The API refuses longer notes.
        String note = message.length() > 1024 ? message.substring(0, 1021) + "..." : message;
        String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
        Key key = new Key(cluster, about.uid(), about.kind(), about.namespacedName(), fieldPath, type, reason, note);
        Seen before;
        synchronized (seen) {
            if (!allowances
                    .computeIfAbsent(new Source(cluster, about.uid(), about.namespacedName()), _ -> new Allowance(now))
                    .take(now)) {
                return;
            }
            before = seen.get(key);
            String name =
                    before == null ? about.name() + "." + Long.toHexString(nanos(now) + seen.size()) : before.name();
            seen.put(key, new Seen(name, before == null ? 1 : before.count() + 1));
        }
        try {
            KubeClient client = clusters.cluster(cluster);
            if (before == null
                    || !repeat(client, new NamespacedName(namespace, before.name()), before.count() + 1, now)) {
                write(client, key, namespace, about, now);
            }
        } catch (ApiException e) {
            LOG.atDebug()
                    .setMessage("event was refused")
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("object", about)
                    .addKeyValue("reason", reason)
                    .addKeyValue("why", e.getMessage())
                    .log();
        }
    }

    private static boolean repeat(KubeClient client, NamespacedName name, int count, Instant now) {
        ObjectNode patch = Json.object();
        patch.put("count", count).put("lastTimestamp", Timestamps.seconds(now));
        try {
            client.patch(Resources.EVENTS, name, Patch.merge(patch), "");
            return true;
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return false;
            }
            throw e;
        }
    }

    private void write(KubeClient client, Key key, String namespace, KubeObject about, Instant now) {
        String name;
        synchronized (seen) {
            Seen entry = seen.get(key);
            name = entry == null ? about.name() + "." + Long.toHexString(nanos(now)) : entry.name();
            seen.put(key, new Seen(name, 1));
        }
        KubeObject event = KubeObject.create(new GroupVersionKind("", "v1", "Event"), namespace, name);
        ObjectNode json = event.json();
        ObjectNode involved = json.putObject("involvedObject");
        involved.put("kind", about.kind());
        if (!about.namespace().isEmpty()) {
            involved.put("namespace", about.namespace());
        }
        involved.put("name", about.name()).put("uid", about.uid());
        involved.put("apiVersion", GroupVersion.parse(about.apiVersion()).toString());
        if (!about.resourceVersion().isEmpty()) {
            involved.put("resourceVersion", about.resourceVersion());
        }
        if (!key.fieldPath().isEmpty()) {
            involved.put("fieldPath", key.fieldPath());
        }
        json.put("reason", key.reason()).put("message", key.message());
        ObjectNode source = json.putObject("source").put("component", component);
        if (!host.isEmpty()) {
            source.put("host", host);
        }
        json.put("firstTimestamp", Timestamps.seconds(now)).put("lastTimestamp", Timestamps.seconds(now));
        json.put("count", 1).put("type", key.type());
        json.putNull("eventTime");
        json.put("reportingComponent", component).put("reportingInstance", host);
        client.create(Resources.EVENTS, event);
    }

    private static long nanos(Instant now) {
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private static <K, V> Map<K, V> remembering() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.@Nullable Entry<K, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    private record Source(ClusterId cluster, String uid, NamespacedName name) {}

    private record Key(
            ClusterId cluster,
            String uid,
            String kind,
            NamespacedName name,
            String fieldPath,
            String type,
            String reason,
            String message) {}

    private record Seen(String name, int count) {}

    /** A token bucket; guarded by the recorder's lock. */
    private static final class Allowance {
        private double tokens = BURST;
        private Instant filled;

        Allowance(Instant now) {
            filled = now;
        }

        boolean take(Instant now) {
            double gained = Duration.between(filled, now).toMillis() / (double) REFILL.toMillis();
            tokens = Math.min(BURST, tokens + Math.max(0, gained));
            filled = now;
            if (tokens < 1) {
                return false;
            }
            tokens -= 1;
            return true;
        }
    }
}
