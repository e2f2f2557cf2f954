package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.Comparator;
import java.util.Optional;

/** Claims without a storage class and ingresses without an ingress class get the one that is marked as default. */
public final class DefaultClasses implements AdmissionPlugin {
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final GroupResource STORAGE_CLASSES = new GroupResource("storage.k8s.io", "storageclasses");
    private static final GroupResource INGRESSES = new GroupResource("networking.k8s.io", "ingresses");
    private static final GroupResource INGRESS_CLASSES = new GroupResource("networking.k8s.io", "ingressclasses");

    private final ObjectReader objects;

    public DefaultClasses(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null
                || !request.creates()
                || !(request.type().collection().equals(CLAIMS)
                        || request.type().collection().equals(INGRESSES))) {
            return;
        }
        ObjectNode spec = object.withObjectProperty("spec");
        JsonNode annotations = object.path("metadata").path("annotations");
        if (request.type().collection().equals(CLAIMS)
                && !spec.hasNonNull("storageClassName")
                && !annotations.has("volume.beta.kubernetes.io/storage-class")) {
            marked(request.cluster(), STORAGE_CLASSES, "storageclass.kubernetes.io/is-default-class")
                    .ifPresent(name -> spec.put("storageClassName", name));
        }
        if (request.type().collection().equals(INGRESSES)
                && !spec.hasNonNull("ingressClassName")
                && !annotations.has("kubernetes.io/ingress.class")) {
            marked(request.cluster(), INGRESS_CLASSES, "ingressclass.kubernetes.io/is-default-class")
                    .ifPresent(name -> spec.put("ingressClassName", name));
        }
    }

    /** The newest class that carries the mark, the first by name of several as old. */
    private Optional<String> marked(ClusterId cluster, GroupResource classes, String annotation) {
        return objects.list(cluster, classes, "").stream()
                .filter(candidate -> "true".equals(candidate.annotations().get(annotation)))
                .min(Comparator.comparing((KubeObject candidate) -> candidate.text("metadata", "creationTimestamp"))
                        .reversed()
                        .thenComparing(KubeObject::name))
                .map(KubeObject::name);
    }
}
