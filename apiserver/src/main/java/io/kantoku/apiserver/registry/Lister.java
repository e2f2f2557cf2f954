package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.store.Entry;
import io.kantoku.store.Page;
import io.kantoku.store.RangeRequest;
import io.kantoku.store.Store;
import io.kantoku.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists collections: the newest state and "not older than" from memory, exact versions and later pages from the store's history.
 *
 * <p>Semantics: Kubernetes API concepts, "Resource versions in lists".
 */
final class Lister {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int STORE_PAGE = 500;

    private final Store store;
    private final WatchCache cache;
    private final ContinueTokens tokens;

    Lister(Store store, WatchCache cache, ContinueTokens tokens) {
        this.store = store;
        this.cache = cache;
        this.tokens = tokens;
    }

    ListResult list(ClusterId cluster, GroupResource resource, ListRequest request) {
        check(request);
        Collection collection =
                new Collection(cluster, resource, request.selection().namespace());
        if (!request.continueToken().isEmpty()) {
            if (!request.resourceVersion().isEmpty()
                    && !request.resourceVersion().equals("0")) {
                throw ApiException.badRequest("specifying resource version is not allowed when using continue");
            }
            ContinueTokens.Place place = tokens.read(cluster, collection.id(), request.continueToken());
            return place.revision() == ContinueTokens.ANY_REVISION
                    ? fromStore(collection, request, new ContinueTokens.Place(place.after(), newest()))
                    : continued(collection, request, place);
        }
        long wanted = revision(request.resourceVersion());
        if (exact(request, wanted)) {
            return fromStore(collection, request, new ContinueTokens.Place("", wanted));
        }
        if (request.resourceVersion().isEmpty()) {
            cache.awaitLatest();
        } else {
            cache.awaitRevision(wanted, PATIENCE);
        }
        return fromCache(collection, request);
    }

    /** Goes on at the version of the first page; when that is no longer kept, the client may go on at the newest. */
    private ListResult continued(Collection collection, ListRequest request, ContinueTokens.Place place) {
        try {
            return fromStore(collection, request, place);
        } catch (ApiException e) {
            if (e.code() != 410) {
                throw e;
            }
            throw Failures.continueExpired(tokens.issue(
                    collection.cluster(),
                    collection.id(),
                    new ContinueTokens.Place(place.after(), ContinueTokens.ANY_REVISION)));
        }
    }

    private long newest() {
        cache.awaitLatest();
        return cache.revision();
    }

    private static boolean exact(ListRequest request, long wanted) {
        // A limit with a version but no match means "exactly", as it has since before matches existed.
        return request.match().equals("Exact") || (request.match().isEmpty() && request.limit() > 0 && wanted > 0);
    }

    static long revision(String resourceVersion) {
        try {
            long revision = resourceVersion.isEmpty() ? 0 : Long.parseLong(resourceVersion);
            if (revision >= 0) {
                return revision;
            }
        } catch (NumberFormatException e) {
            // falls through to the refusal below
        }
        throw Failures.invalidResourceVersion(resourceVersion);
    }

    private static void check(ListRequest request) {
        List<FieldError> errors = new ArrayList<>();
        String match = request.match();
        FieldPath path = FieldPath.of("resourceVersionMatch");
        if (!match.isEmpty()) {
            if (request.resourceVersion().isEmpty()) {
                errors.add(FieldError.forbidden(
                        path, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            }
            if (!request.continueToken().isEmpty()) {
                errors.add(FieldError.forbidden(path, "resourceVersionMatch is forbidden when continue is provided"));
            }
            if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
                errors.add(FieldError.notSupported(path, match, List.of("Exact", "NotOlderThan", "")));
            }
            if (match.equals("Exact") && request.resourceVersion().equals("0")) {
                errors.add(FieldError.forbidden(
                        path, "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\""));
            }
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind("meta.k8s.io", "ListOptions"), "", errors);
        }
    }

    private ListResult fromCache(Collection collection, ListRequest request) {
        CachedCollection cached = cache.collection(collection.cluster(), collection.resource());
        Selection selection = request.selection();
        if (!selection.singleName().isEmpty() && !selection.namespace().isEmpty()) {
            CachedCollection.Snapshot one = one(cached, selection);
            return new ListResult(one.objects(), one.revision(), "", 0);
        }
        CachedCollection.Snapshot snapshot = cached.snapshot(selection.namespace());
        Collector collector = new Collector(selection, request.limit());
        collector.look(snapshot.objects());
        int looked = 0;
        for (StoredObject object : snapshot.objects()) {
            if (!collector.offer(object)) {
                break;
            }
            looked++;
        }
        return collector.result(
                collection, snapshot.revision(), snapshot.objects().size() - (long) looked, tokens);
    }

    private static CachedCollection.Snapshot one(CachedCollection cached, Selection selection) {
        CachedCollection.Snapshot empty = cached.snapshot("-none-");
        List<StoredObject> found = cached.find(new NamespacedName(selection.namespace(), selection.singleName()))
                .filter(selection::matches)
                .map(List::of)
                .orElse(List.of());
        return new CachedCollection.Snapshot(found, empty.revision());
    }

    private ListResult fromStore(Collection collection, ListRequest request, ContinueTokens.Place from) {
        Collector collector = new Collector(request.selection(), request.limit());
        String after = from.after().isEmpty() ? "" : collection.root() + from.after();
        long revision = from.revision();
        while (true) {
            Page page = page(collection, after, revision);
            List<StoredObject> objects =
                    page.entries().stream().map(Lister::object).toList();
            collector.look(objects);
            for (int i = 0; i < objects.size(); i++) {
                if (!collector.offer(objects.get(i))) {
                    long left = objects.size() - (long) i + page.remaining();
                    return collector.result(collection, revision, left, tokens);
                }
            }
            if (!page.more()) {
                return collector.result(collection, revision, 0, tokens);
            }
            after = page.entries().getLast().key();
        }
    }

    private Page page(Collection collection, String after, long revision) {
        try {
            return store.range(new RangeRequest(collection.prefix(), after, STORE_PAGE, revision));
        } catch (StoreException e) {
            if (e.code() == StoreException.Code.FUTURE_REVISION) {
                throw Failures.tooLargeResourceVersion(revision, store.revision());
            }
            throw Failures.of(e);
        }
    }

    private static StoredObject object(Entry entry) {
        StorageKey key = StorageKey.parse(entry.key()).orElseThrow();
        return StoredObject.of(key, entry.value(), entry.modRevision());
    }

    /** What is listed: a collection, or one namespace of it. */
    private record Collection(ClusterId cluster, GroupResource resource, String namespace) {
        String root() {
            return StorageKey.prefix(cluster, resource);
        }

        String prefix() {
            return root() + StorageKey.positionPrefix(namespace);
        }

        String id() {
            return resource + "/" + namespace;
        }
    }

    /** Gathers objects until a page is full. */
    private static final class Collector {
        private final int limit;
        private final List<StoredObject> found = new ArrayList<>();
        private Selection selection;
        private String last = "";
        private boolean full;

        Collector(Selection selection, int limit) {
            this.selection = selection;
            this.limit = limit;
        }

        /** Prepares for these objects to be offered. */
        void look(List<StoredObject> objects) {
            selection = selection.reading(objects);
        }

        /** Whether the object was looked at; false when the page is full. */
        boolean offer(StoredObject object) {
            if (limit > 0 && found.size() == limit) {
                full = true;
                return false;
            }
            last = object.key().position();
            if (selection.matches(object)) {
                found.add(object);
            }
            return true;
        }

        ListResult result(Collection collection, long revision, long left, ContinueTokens tokens) {
            if (!full) {
                return new ListResult(found, revision, "", 0);
            }
            String token =
                    tokens.issue(collection.cluster(), collection.id(), new ContinueTokens.Place(last, revision));
            return new ListResult(found, revision, token, selection.selectsAll() ? left : -1);
        }
    }
}
