package io.kantoku.apiserver.dynamic;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The namespace of one request, read when it is first needed. Used by one thread. */
final class NamespaceLabels implements Supplier<Map<String, String>> {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private final ObjectReader objects;
    private final AdmissionRequest request;
    private @Nullable KubeObject namespace;

    NamespaceLabels(ObjectReader objects, AdmissionRequest request) {
        this.objects = objects;
        this.request = request;
    }

    /** @throws ApiException 404 when the namespace does not exist */
    KubeObject namespace() {
        KubeObject known = namespace;
        if (known == null) {
            known = objects.find(request.cluster(), NAMESPACES, NamespacedName.clusterScoped(request.namespace()))
                    .orElseThrow(() -> ApiException.notFound(NAMESPACES, request.namespace()));
            namespace = known;
        }
        return known;
    }

    @Override
    public Map<String, String> get() {
        return namespace().labels();
    }
}
