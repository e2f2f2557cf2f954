package io.kantoku.apiserver;

import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.catalog.Catalog;
import io.kantoku.apiserver.registry.ResourceType;
import java.util.List;
import java.util.Set;

/** The built-in types of a cluster, those included that are questions and are never stored. */
public final class StandardCatalog {
    private StandardCatalog() {}

    /** What a Kubernetes version serves; the same list for versions of the same minor. */
    public static List<ResourceType> types(String kubernetesVersion) {
        return Catalog.served(kubernetesVersion);
    }

    /** The types whose objects are answered rather than stored. */
    public static Set<GroupResource> questions() {
        return Catalog.questions();
    }
}
