package io.kantoku.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.CacheEvent;
import io.kantoku.apiserver.registry.CacheListener;
import io.kantoku.apiserver.registry.Instants;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.apiserver.registry.Target;
import io.kantoku.apiserver.registry.WriteOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in each APIService whether its server answers: at once when it changes, and at every {@link #check}. Calls are made from virtual
 * threads, one per APIService at a time.
 */
public final class Availability implements CacheListener {
    private static final Logger LOG = LoggerFactory.getLogger(Availability.class);
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource SLICES = new GroupResource("discovery.k8s.io", "endpointslices");

    private final AggregatedApis apis;
    private final Registry registry;
    private final ResourceTypes types;
    private final UserInfo identity;
    private final InstantSource clock;
    private final Set<Key> known = ConcurrentHashMap.newKeySet();
    private final Set<Key> running = ConcurrentHashMap.newKeySet();

    private record Key(ClusterId cluster, String name) {}

    public Availability(
            AggregatedApis apis, Registry registry, ResourceTypes types, UserInfo identity, InstantSource clock) {
        this.apis = apis;
        this.registry = registry;
        this.types = types;
        this.identity = identity;
        this.clock = clock;
    }

    @Override
    public void onInitial(List<StoredObject> objects) {
        objects.forEach(object -> see(object.key().cluster(), object));
    }

    @Override
    public void onChange(ClusterId cluster, CacheEvent event) {
        Key key = new Key(cluster, event.object().name().name());
        if (event.deleted()) {
            known.remove(key);
            JsonNode spec = event.object().tree().path("spec");
            apis.forget(
                    cluster,
                    spec.path("group").asText() + "/" + spec.path("version").asText());
            return;
        }
        see(cluster, event.object());
    }

    /** Local ones are available as soon as they are made. */
    private void see(ClusterId cluster, StoredObject object) {
        Key key = new Key(cluster, object.name().name());
        if (!object.tree().path("spec").path("service").isObject()) {
            known.remove(key);
        } else if (known.add(key)) {
            begin(key);
        }
    }

    /** Looks at all that are remote. */
    public void check() {
        known.forEach(this::begin);
    }

    private void begin(Key key) {
        if (running.add(key)) {
            Thread.ofVirtual().name("apiservice-" + key.name()).start(() -> {
                try {
                    run(key);
                } catch (ApiException e) {
                    LOG.atDebug()
                            .setMessage("the availability of an API could not be recorded")
                            .addKeyValue("cluster", key.cluster())
                            .addKeyValue("apiservice", key.name())
                            .setCause(e)
                            .log();
                } finally {
                    running.remove(key);
                }
            });
        }
    }

    private void run(Key key) {
        ResourceType type = types.find(key.cluster(), RemoteApi.RESOURCE).orElseThrow(ResourceTypes::notServed);
        Optional<RemoteApi> api = apis.all(key.cluster()).stream()
                .filter(known -> known.name().equals(key.name()))
                .findFirst();
        if (api.isEmpty()) {
            return;
        }
        Verdict verdict = judge(key.cluster(), api.get());
        Target target = new Target(
                key.cluster(),
                identity,
                type,
                type.storageVersion(),
                "status",
                NamespacedName.clusterScoped(key.name()));
        registry.modify(target, object -> record(object, verdict), WriteOptions.by("kube-aggregator"));
    }

    private Verdict judge(ClusterId cluster, RemoteApi api) {
        Optional<KubeObject> service = registry.find(cluster, SERVICES, api.service());
        return ServiceCheck.problem(api, service, service.isEmpty() ? List.of() : slices(cluster, api.service()))
                .orElseGet(() -> {
                    apis.announce(cluster);
                    String problem = apis.probe(cluster, api);
                    return problem.isEmpty() ? Verdict.PASSED : Verdict.no("FailedDiscoveryCheck", problem);
                });
    }

    private List<KubeObject> slices(ClusterId cluster, NamespacedName service) {
        return registry.list(cluster, SLICES, service.namespace()).stream()
                .filter(slice -> service.name().equals(slice.labels().get("kubernetes.io/service-name")))
                .toList();
    }

    private void record(ObjectNode object, Verdict verdict) {
        ArrayNode conditions = object.withObjectProperty("status").withArrayProperty("conditions");
        ObjectNode condition = null;
        for (JsonNode each : conditions) {
            if (each.path("type").asText().equals("Available") && each instanceof ObjectNode found) {
                condition = found;
            }
        }
        if (condition == null) {
            condition = conditions.addObject().put("type", "Available");
        }
        String status = verdict.available() ? "True" : "False";
        if (!condition.path("status").asText().equals(status)) {
            condition.put("lastTransitionTime", Instants.text(clock.instant()));
        }
        condition.put("status", status).put("reason", verdict.reason()).put("message", verdict.message());
    }
}
