package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.controllers.SelectorIndex;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers dependents whose labels changed, until their owner has looked at them: a list by the owner's selector does not
 * find those that it has to release.
 */
final class Strays {
    private final Map<Request, Set<NamespacedName>> byOwner = new ConcurrentHashMap<>();

    /** Passes on what {@code owners} finds, or who may adopt an orphan, and notes dependents whose labels changed. */
    Mapper noting(Mapper owners, SelectorIndex selectors) {
        Mapper adopters = selectors.adopters();
        return (cluster, object, previous) -> {
            var found = owners.map(cluster, object, previous);
            Set<Request> requests = new LinkedHashSet<>(found);
            requests.addAll(adopters.map(cluster, object, previous));
            if (previous != null
                    && !Mapper.isDeletion(object, previous)
                    && !previous.labels().equals(object.labels())) {
                found.forEach(request -> byOwner.compute(request, (_, names) -> {
                    Set<NamespacedName> next = names == null ? new LinkedHashSet<>() : new LinkedHashSet<>(names);
                    next.add(object.namespacedName());
                    return next;
                }));
            }
            return requests;
        };
    }

    /** The dependents to look at for this owner, once. */
    Set<NamespacedName> take(Request owner) {
        Set<NamespacedName> names = byOwner.remove(owner);
        return names == null ? Set.of() : new HashSet<>(names);
    }
}
