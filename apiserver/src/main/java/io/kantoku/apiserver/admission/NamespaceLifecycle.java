package io.kantoku.apiserver.admission;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.List;
import java.util.Set;

/** New objects need a namespace that exists and is not going away; the system's own namespaces stay. */
public final class NamespaceLifecycle implements AdmissionPlugin {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private final ObjectReader objects;

    public NamespaceLifecycle(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "NamespaceLifecycle";
    }

    @Override
    public void validate(AdmissionRequest request) {
        switch (request.operation()) {
            case DELETE -> {
                if (request.type().name().equals(NAMESPACES) && IMMORTAL.contains(request.name())) {
                    throw ApiException.forbidden(NAMESPACES, request.shownName(), "this namespace may not be deleted");
                }
            }
            case CREATE -> {
                if (request.type().namespaced() && request.creates()) {
                    requireLive(request);
                }
            }
            case UPDATE, CONNECT -> {}
        }
    }

    private void requireLive(AdmissionRequest request) {
        KubeObject namespace = objects.find(
                        request.cluster(), NAMESPACES, NamespacedName.clusterScoped(request.namespace()))
                .orElseThrow(() -> ApiException.notFound(NAMESPACES, request.namespace()));
        if (namespace.deleting() || namespace.text("status", "phase").equals("Terminating")) {
            String why = "namespace " + request.namespace() + " is being terminated";
            GroupResource resource = request.type().name();
            throw new ApiException(Status.failure(
                            403,
                            "Forbidden",
                            resource + " \"" + request.shownName()
                                    + "\" is forbidden: unable to create new content in namespace "
                                    + request.namespace() + " because it is being terminated")
                    .withDetails(new Status.Details(
                            request.shownName(),
                            resource.group(),
                            resource.resource(),
                            "",
                            List.of(new Status.Cause("NamespaceTerminating", why, "metadata.namespace")),
                            0)));
        }
    }
}
