package io.kantoku.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.StreamingResponse;
import io.kantoku.transport.TransportException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cluster over HTTP, for controllers that run against an API server elsewhere. Each subscription is a list and then a watch on
 * a virtual thread of its own; after a lost connection it goes on from where it was, and lists anew when the server has
 * forgotten that state (410).
 */
public final class HttpClusters implements Clusters {
    private static final Logger LOG = LoggerFactory.getLogger(HttpClusters.class);
    private static final Backoff AFTER_FAILURE = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30), 0.5);

    private final HttpKubeClient client;

    public HttpClusters(ClusterId cluster, HttpClient http, Endpoint endpoint) {
        client = new HttpKubeClient(cluster, http, endpoint);
    }

    @Override
    public KubeClient cluster(ClusterId cluster) {
        if (!cluster.equals(client.cluster())) {
            throw ApiException.notFound(new GroupResource("kantoku.io", "clusters"), cluster.value());
        }
        return client;
    }

    @Override
    public Set<ClusterId> ids() {
        return Set.of(client.cluster());
    }

    @Override
    public Subscription subscribe(GroupVersionResource resource, ObjectListener listener) {
        return subscribe(resource, Query.all(), listener);
    }

    /** As {@link #subscribe(GroupVersionResource, ObjectListener)}, for some objects of a collection. */
    public Subscription subscribe(GroupVersionResource resource, Query query, ObjectListener listener) {
        Watching watching = new Watching(client, resource, query, listener);
        watching.thread =
                Thread.ofVirtual().name("watch-" + resource.resource()).start(watching::run);
        return watching;
    }

    /** One subscription; its thread alone calls the listener. */
    private static final class Watching implements Subscription {
        private final HttpKubeClient client;
        private final GroupVersionResource resource;
        private final Query query;
        private final ObjectListener listener;
        private final Map<String, KubeObject> known = new ConcurrentHashMap<>();
        private final ReentrantLock delivering = new ReentrantLock();
        private volatile boolean closed;
        private volatile @Nullable StreamingResponse open;
        private volatile @Nullable Thread thread;
        private boolean synced;
        private String version = "";

        Watching(HttpKubeClient client, GroupVersionResource resource, Query query, ObjectListener listener) {
            this.client = client;
            this.resource = resource;
            this.query = query;
            this.listener = listener;
        }

        void run() {
            int failures = 0;
            while (!closed) {
                try {
                    if (version.isEmpty()) {
                        list();
                    }
                    watch();
                    failures = 0;
                } catch (ApiException | TransportException e) {
                    if (closed) {
                        return;
                    }
                    failures++;
                    if (e instanceof ApiException api && api.code() == 410) {
                        version = "";
                    }
                    unserved(e);
                    LOG.atDebug()
                            .setMessage("watch interrupted, trying again")
                            .addKeyValue("cluster", client.cluster())
                            .addKeyValue("resource", resource)
                            .addKeyValue("failures", failures)
                            .addKeyValue("why", e.getMessage())
                            .log();
                    if (!pause(AFTER_FAILURE.delay(failures, ThreadLocalRandom.current()))) {
                        return;
                    }
                }
            }
        }

        /** A collection that is not served has nothing in it: controllers need not wait for it. */
        private void unserved(RuntimeException e) {
            if (e instanceof ApiException api && api.isNotFound()) {
                deliver(this::sync);
            }
        }

        private void list() {
            ObjectList list = client.list(resource, query);
            Map<String, KubeObject> gone = new HashMap<>(known);
            for (KubeObject object : list.items()) {
                gone.remove(object.uid());
                present(object);
            }
            gone.values().forEach(this::deleted);
            version = list.resourceVersion();
            deliver(this::sync);
        }

        private void watch() {
            try (StreamingResponse stream = client.watch(resource, query, version)) {
                open = stream;
                for (Optional<byte[]> line = stream.nextLine(); line.isPresent() && !closed; line = stream.nextLine()) {
                    event(Json.parse(line.get()));
                }
            } finally {
                open = null;
            }
        }

        private void event(JsonNode event) {
            String type = event.path("type").asText();
            if (type.equals("ERROR")) {
                version = "";
                throw new ApiException(HttpKubeClient.status(500, event.path("object")));
            }
            if (!(event.path("object") instanceof ObjectNode json)) {
                return;
            }
            KubeObject object = KubeObject.of(json);
            switch (type) {
                case "ADDED", "MODIFIED" -> present(object);
                case "DELETED" -> deleted(object);
                default -> {
                    // A bookmark only moves the version on.
                }
            }
            version = object.resourceVersion();
        }

        private void present(KubeObject object) {
            KubeObject previous = known.put(object.uid(), object);
            if (previous == null || !previous.resourceVersion().equals(object.resourceVersion())) {
                deliver(() -> listener.onPresent(client.cluster(), object, previous));
            }
        }

        private void deleted(KubeObject last) {
            known.remove(last.uid());
            deliver(() -> listener.onDeleted(client.cluster(), last));
        }

        private void sync() {
            if (!synced) {
                synced = true;
                listener.onSynced();
            }
        }

        private void deliver(Runnable call) {
            delivering.lock();
            try {
                if (!closed) {
                    call.run();
                }
            } finally {
                delivering.unlock();
            }
        }

        private static boolean pause(Duration delay) {
            try {
                Thread.sleep(delay);
                return true;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public void close() {
            closed = true;
            StreamingResponse stream = open;
            if (stream != null) {
                stream.close();
            }
            Thread worker = thread;
            if (worker != null && worker != Thread.currentThread()) {
                worker.interrupt();
            }
            if (!delivering.isHeldByCurrentThread()) {
                // A call that is under way ends first.
                delivering.lock();
                try {
                    known.clear();
                } finally {
                    delivering.unlock();
                }
            }
        }
    }
}
