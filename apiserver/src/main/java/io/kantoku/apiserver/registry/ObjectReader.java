package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads objects past authorization, for the server's own parts: authorizers and admission. Objects are the caller's own. */
public interface ObjectReader {
    Optional<KubeObject> find(ClusterId cluster, GroupResource resource, NamespacedName name);

    /** Objects of a namespace, or of all when it is empty. */
    List<KubeObject> list(ClusterId cluster, GroupResource resource, String namespace);

    /** A number that differs whenever the collection of that cluster has changed; for caches of what was computed from it. */
    long version(ClusterId cluster, GroupResource resource);

    /** The versions of all objects of a collection: what is at the version that it was need not be read again. */
    Map<NamespacedName, Long> versions(ClusterId cluster, GroupResource resource);
}
