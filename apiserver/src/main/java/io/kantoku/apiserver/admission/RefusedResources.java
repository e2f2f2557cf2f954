package io.kantoku.apiserver.admission;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Refuses to create objects of some resources in one logical cluster, with the reason: what the Supervisor does not offer.
 *
 * @param cluster where
 * @param resources which resources
 * @param exempt namespaces where they are allowed all the same
 * @param why says what is missing and what to use instead
 */
public record RefusedResources(ClusterId cluster, Set<GroupResource> resources, Predicate<String> exempt, String why)
        implements AdmissionPlugin {
    public RefusedResources {
        resources = Set.copyOf(resources);
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.creates()
                && request.cluster().equals(cluster)
                && resources.contains(request.type().name())
                && !exempt.test(request.namespace())) {
            throw ApiException.forbidden(request.type().name(), request.shownName(), why);
        }
    }
}
