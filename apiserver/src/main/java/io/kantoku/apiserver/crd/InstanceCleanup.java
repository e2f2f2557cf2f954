package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.CollectionWatch;
import io.kantoku.apiserver.registry.Deletion;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.Selection;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.apiserver.registry.Target;
import io.kantoku.apiserver.registry.WriteOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the objects of a definition that is being deleted, waits until they are gone, and lets the definition go.
 *
 * <p>One virtual thread per definition that is being deleted.
 */
public final class InstanceCleanup {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceCleanup.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private final Registry registry;
    private final ResourceTypes types;
    private final UserInfo identity;
    private final InstantSource clock;

    public InstanceCleanup(Registry registry, ResourceTypes types, UserInfo identity, InstantSource clock) {
        this.registry = registry;
        this.types = types;
        this.identity = identity;
        this.clock = clock;
    }

    /** Begins in the background. */
    public void begin(ClusterId cluster, String definition) {
        Thread.ofVirtual().name("cleanup-" + cluster + "-" + definition).start(() -> run(cluster, definition));
    }

    /** Looks again at the names of a definition that could not have them before, in the background. */
    public void reconsider(ClusterId cluster, String definition) {
        Thread.ofVirtual().name("names-" + cluster + "-" + definition).start(() -> {
            try {
                ResourceType type = types.find(cluster, Definition.RESOURCE).orElseThrow(ResourceTypes::notServed);
                NamespacedName name = NamespacedName.clusterScoped(definition);
                Target target = new Target(cluster, identity, type, type.storageVersion(), "", name);
                registry.modify(target, object -> {}, WriteOptions.by("kube-apiserver"));
            } catch (ApiException e) {
                LOG.atWarn()
                        .setMessage("the names of a definition could not be looked at again")
                        .addKeyValue("cluster", cluster)
                        .addKeyValue("definition", definition)
                        .setCause(e)
                        .log();
            }
        });
    }

    private void run(ClusterId cluster, String definition) {
        try {
            NamespacedName name = NamespacedName.clusterScoped(definition);
            Optional<GroupResource> resource = registry.find(cluster, Definition.RESOURCE, name)
                    .map(object -> new Definition(object.json()).defines());
            if (resource.isEmpty()) {
                return;
            }
            tell(cluster, name, DefinitionConditions::terminating);
            if (empty(cluster, resource.get())) {
                tell(cluster, name, DefinitionConditions::terminated);
                release(cluster, name);
            }
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return; // the definition has gone, or its cluster
            }
            LOG.atWarn()
                    .setMessage("the objects of a definition could not be removed")
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("definition", definition)
                    .setCause(e)
                    .log();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether all objects are gone; false when the cluster is gone first. */
    private boolean empty(ClusterId cluster, GroupResource resource) throws InterruptedException {
        while (true) {
            Optional<ResourceType> type = types.find(cluster, resource);
            if (type.isEmpty()) {
                return types.find(cluster, Definition.RESOURCE).isPresent();
            }
            try (CollectionWatch watch = registry.watchFromNow(cluster, resource, Selection.in(""))) {
                if (watch.initial().isEmpty()) {
                    return true;
                }
                watch.initial().stream()
                        .filter(object -> !object.deleting())
                        .forEach(object -> delete(type.get(), object));
                watch.next(LOOK_AGAIN);
            }
        }
    }

    private void delete(ResourceType type, StoredObject object) {
        Target target = new Target(object.key().cluster(), identity, type, type.storageVersion(), "", object.name());
        try {
            registry.delete(target, Deletion.ordinary().ofUid(object.uid()), WriteOptions.by("kube-apiserver"));
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    /** Says in the definition's status how far its end has come. */
    private void tell(ClusterId cluster, NamespacedName name, Consumer<DefinitionConditions> what) {
        ResourceType type = types.find(cluster, Definition.RESOURCE).orElseThrow(ResourceTypes::notServed);
        Target target = new Target(cluster, identity, type, type.storageVersion(), "status", name);
        registry.modify(
                target,
                object -> what.accept(new DefinitionConditions(object, clock.instant())),
                WriteOptions.by("kube-apiserver"));
    }

    private void release(ClusterId cluster, NamespacedName name) {
        ResourceType type = types.find(cluster, Definition.RESOURCE).orElseThrow(ResourceTypes::notServed);
        Target target = new Target(cluster, identity, type, type.storageVersion(), "", name);
        registry.modify(target, InstanceCleanup::dropFinalizer, WriteOptions.by("kube-apiserver"));
    }

    private static void dropFinalizer(ObjectNode definition) {
        ObjectNode metadata = definition.withObjectProperty("metadata");
        ArrayNode left = definition.arrayNode();
        for (JsonNode finalizer : metadata.path("finalizers")) {
            if (!finalizer.asText().equals(Definition.CLEANUP)) {
                left.add(finalizer);
            }
        }
        if (left.isEmpty()) {
            metadata.remove("finalizers");
        } else {
            metadata.set("finalizers", left);
        }
    }
}
