package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.patch.MergePatch;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Reads and writes objects of all logical clusters. What it is asked has been authorized; it defaults, admits, validates and
 * stores.
 */
public final class Registry implements ObjectReader {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final WatchCache cache;
    private final AdmissionChain admission;
    private final Lister lister;
    private final Creator creator;
    private final Updater updater;
    private final Deleter deleter;
    private final Patcher patcher;
    private final Planter planter;

    /**
     * @param secret signs the tokens of chunked lists
     */
    public Registry(
            Store store,
            WatchCache cache,
            List<AdmissionPlugin> plugins,
            byte[] secret,
            InstantSource clock,
            RandomGenerator random) {
        this.admission = new AdmissionChain(plugins);
        Commit commit = new Commit(store, cache);
        FieldOwnership ownership = new FieldOwnership(clock);
        this.cache = cache;
        this.lister = new Lister(store, cache, new ContinueTokens(secret));
        this.creator = new Creator(commit, admission, ownership, clock, random);
        this.updater = new Updater(commit, admission, ownership);
        this.deleter = new Deleter(commit, admission, clock);
        this.patcher = new Patcher(commit, creator, updater, ownership);
        this.planter = new Planter(commit, cache, clock, random);
    }

    /** The object as it is now. */
    public Optional<StoredObject> read(ClusterId cluster, GroupResource resource, NamespacedName name) {
        cache.awaitLatest();
        return cache.collection(cluster, resource).find(name);
    }

    /**
     * The object as it is now.
     *
     * @throws ApiException 404 when it does not exist
     */
    public StoredObject get(ClusterId cluster, GroupResource resource, NamespacedName name) {
        return read(cluster, resource, name).orElseThrow(() -> ApiException.notFound(resource, name.name()));
    }

    /**
     * The object as it is at some version or later; {@code "0"} for whatever is known.
     *
     * @throws ApiException 404 when it does not exist, 504 when the version is not reached in time
     */
    public StoredObject get(ClusterId cluster, GroupResource resource, NamespacedName name, String notOlderThan) {
        if (notOlderThan.isEmpty()) {
            return get(cluster, resource, name);
        }
        cache.awaitRevision(Lister.revision(notOlderThan), PATIENCE);
        return cache.collection(cluster, resource)
                .find(name)
                .orElseThrow(() -> ApiException.notFound(resource, name.name()));
    }

    /**
     * A page of a collection.
     *
     * @throws ApiException 400 on a bad token, 410 when the version asked for is no longer kept
     */
    public ListResult list(ClusterId cluster, GroupResource resource, ListRequest request) {
        return lister.list(cluster, resource, request);
    }

    /**
     * Watches what follows a version.
     *
     * @throws ApiException 410 Expired when that is no longer known
     */
    public CollectionWatch watchAfter(
            ClusterId cluster, GroupResource resource, Selection selection, String resourceVersion) {
        long revision = Lister.revision(resourceVersion);
        cache.awaitRevision(revision, PATIENCE);
        return cache.collection(cluster, resource)
                .watchAfter(revision, selection)
                .orElseThrow(() -> Failures.tooOldResourceVersion(revision, cache.revision()));
    }

    /** Waits until a version is reached, for reads that must not be older. */
    public void awaitVersion(String resourceVersion) {
        cache.awaitRevision(Lister.revision(resourceVersion), PATIENCE);
    }

    /**
     * Makes sure that what the store has accepted can be read here.
     *
     * @throws ApiException when the store is closed or does not answer
     */
    public void checkHealth() {
        cache.awaitLatest();
    }

    /**
     * Puts what is posted to a subresource, or a connection that is to be opened, to admission.
     *
     * @param body what is posted, or the options of the connection
     * @throws ApiException when it is refused
     */
    public void admit(Target target, AdmissionRequest.Operation operation, ObjectNode body, WriteOptions options) {
        AdmissionRequest request = AdmissionChain.request(target, operation, body, null, options);
        admission.mutate(request);
        admission.validate(request);
    }

    /** Watches from the present state on. */
    public CollectionWatch watchFromNow(ClusterId cluster, GroupResource resource, Selection selection) {
        cache.awaitLatest();
        return cache.collection(cluster, resource).watchFromNow(selection);
    }

    /** Creates an object; the tree, in the target's version, belongs to this method from now on. */
    public StoredObject create(Target target, ObjectNode object, WriteOptions options) {
        BodyChecks.type(target, object);
        BodyChecks.place(target, object);
        return creator.create(target, object, options, false);
    }

    /**
     * Puts copies of samples into a cluster, but for those that it has; returns when all can be read.
     *
     * @throws ApiException when the store does not take them
     */
    public void plant(ClusterId cluster, List<Sample> samples) {
        planter.plant(cluster, samples);
    }

    /** Replaces an object or, when the target names a subresource, that part of it. */
    public StoredObject update(Target target, ObjectNode object, WriteOptions options) {
        BodyChecks.type(target, object);
        BodyChecks.place(target, object);
        return updater.update(target, current -> object.deepCopy(), options);
    }

    /**
     * Replaces an object as a client does that sends it whole: of some kinds that creates it.
     *
     * @param creation asks whether the client may create
     * @throws ApiException also 409 when it is gone but the client means one of a certain uid
     */
    public Written put(Target target, ObjectNode object, WriteOptions options, Runnable creation) {
        String uid = object.path("metadata").path("uid").asText();
        if (read(target.cluster(), target.type().collection(), target.name()).isEmpty()) {
            if (!uid.isEmpty()) {
                throw Failures.precondition(target.type().name(), target.name().name(), "UID", uid, "");
            }
            if (target.subresource().isEmpty() && target.type().strategy().createsOnUpdate()) {
                BodyChecks.ownName(target, object);
                creation.run();
                object.withObjectProperty("metadata").remove("resourceVersion");
                return new Written(create(target, object, options), true);
            }
        }
        return new Written(update(target, object, options), false);
    }

    /** Changes an object by a function of its present state, in the target's version; repeated when someone else is faster. */
    public StoredObject modify(Target target, Modification modification, WriteOptions options) {
        return updater.update(
                target,
                current -> {
                    modification.change(current);
                    return current;
                },
                options);
    }

    /**
     * Replaces the {@code scale} of an object.
     *
     * @param target names the object and the subresource
     * @param scale makes the new view from the present one
     */
    public StoredObject scale(Target target, UnaryOperator<ObjectNode> scale, WriteOptions options) {
        return modify(
                target,
                object -> Scales.write(target, scale.apply(Scales.view(target.type(), object)), object),
                options);
    }

    /** Changes the {@code scale} of an object by a merge patch of the view. */
    public StoredObject patchScale(Target target, JsonNode patch, WriteOptions options) {
        return scale(target, view -> MergePatch.apply(view, patch) instanceof ObjectNode scale ? scale : view, options);
    }

    /** A change to a tree. */
    @FunctionalInterface
    public interface Modification {
        /**
         * Changes the tree.
         *
         * @throws ApiException to refuse
         */
        void change(ObjectNode object);
    }

    /**
     * Patches an object or, when the target names a subresource, that part of it.
     *
     * @param creation asks whether the client may create, if server-side apply is about to
     */
    public Written patch(Target target, PatchBody patch, WriteOptions options, Runnable creation) {
        return patcher.patch(target, patch, options, creation);
    }

    /** An object that was written, and whether it was created by that. */
    public record Written(StoredObject object, boolean created) {}

    /** Deletes an object, or marks it for deletion. */
    public Deleted delete(Target target, Deletion deletion, WriteOptions options) {
        Deleter.Outcome outcome = deleter.delete(target, deletion, options);
        return new Deleted(outcome.object(), outcome.gone());
    }

    /**
     * What a deletion came to.
     *
     * @param gone whether the object does not exist any more
     */
    public record Deleted(StoredObject object, boolean gone) {}

    @Override
    public Optional<KubeObject> find(ClusterId cluster, GroupResource resource, NamespacedName name) {
        return read(cluster, resource, name).map(object -> KubeObject.of(object.tree()));
    }

    @Override
    public List<KubeObject> list(ClusterId cluster, GroupResource resource, String namespace) {
        cache.awaitLatest();
        return cache.collection(cluster, resource).snapshot(namespace).objects().stream()
                .map(object -> KubeObject.of(object.tree()))
                .toList();
    }

    @Override
    public long version(ClusterId cluster, GroupResource resource) {
        cache.awaitLatest();
        return cache.collection(cluster, resource).newestRevision();
    }

    @Override
    public Map<NamespacedName, Long> versions(ClusterId cluster, GroupResource resource) {
        cache.awaitLatest();
        List<StoredObject> objects =
                cache.collection(cluster, resource).snapshot("").objects();
        Map<NamespacedName, Long> versions = HashMap.newHashMap(objects.size());
        objects.forEach(object -> versions.put(object.name(), object.revision()));
        return versions;
    }
}
