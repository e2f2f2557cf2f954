package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.store.Entry;
import io.kantoku.store.Expectation;
import io.kantoku.store.RangeRequest;
import io.kantoku.store.Store;
import io.kantoku.store.StoreException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The store's own records, beside the objects: which logical clusters there are, and the server's secret. */
final class ClusterRecords {
    private static final String CLUSTERS = "/_system/clusters/";
    private static final String SECRET = "/_system/list-secret";
    private static final int SECRET_LENGTH = 32;

    private final Store store;

    ClusterRecords(Store store) {
        this.store = store;
    }

    /**
     * One logical cluster.
     *
     * @param deleting whether its deletion has begun
     */
    record Cluster(ClusterId id, ClusterOptions options, boolean deleting) {}

    List<Cluster> all() {
        List<Cluster> found = new ArrayList<>();
        for (Entry entry : store.range(RangeRequest.all(CLUSTERS)).entries()) {
            ObjectNode json = Json.parseObject(entry.value());
            ClusterId id = new ClusterId(entry.key().substring(CLUSTERS.length()));
            found.add(new Cluster(
                    id,
                    ClusterOptions.fromJson(json.path("options")),
                    json.path("deleting").asBoolean()));
        }
        return found;
    }

    /** @throws IllegalStateException when the cluster exists */
    void create(Cluster cluster) {
        try {
            store.put(key(cluster.id()), bytes(cluster), new Expectation.Absent());
        } catch (StoreException e) {
            if (e.code() == StoreException.Code.CONFLICT) {
                throw new IllegalStateException("the cluster " + cluster.id() + " exists already", e);
            }
            throw e;
        }
    }

    void replace(Cluster cluster) {
        store.put(key(cluster.id()), bytes(cluster), new Expectation.Any());
    }

    void delete(ClusterId cluster) {
        store.delete(key(cluster), new Expectation.Any());
    }

    /** Random bytes that are made once per store. */
    byte[] secret(RandomGenerator random) {
        Optional<Entry> present = store.get(SECRET);
        if (present.isPresent()) {
            return Base64.getDecoder()
                    .decode(Json.parseObject(present.get().value())
                            .path("secret")
                            .asText());
        }
        byte[] secret = new byte[SECRET_LENGTH];
        random.nextBytes(secret);
        ObjectNode json = Json.object();
        json.put("secret", Base64.getEncoder().encodeToString(secret));
        store.put(SECRET, Json.bytes(json), new Expectation.Absent());
        return secret;
    }

    private static String key(ClusterId cluster) {
        return CLUSTERS + cluster;
    }

    private static byte[] bytes(Cluster cluster) {
        ObjectNode json = Json.object();
        json.set("options", cluster.options().toJson());
        json.put("deleting", cluster.deleting());
        return Json.bytes(json);
    }
}
