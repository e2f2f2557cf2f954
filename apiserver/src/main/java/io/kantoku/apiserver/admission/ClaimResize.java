package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.apiserver.registry.ObjectReader;

/** Claims grow only where their storage class says that volumes can (upstream's PersistentVolumeClaimResize). */
public final class ClaimResize implements AdmissionPlugin {
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final GroupResource CLASSES = new GroupResource("storage.k8s.io", "storageclasses");

    private final ObjectReader objects;

    public ClaimResize(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode claim = request.object();
        ObjectNode old = request.old();
        if (claim == null
                || old == null
                || !request.subresource().isEmpty()
                || !request.type().name().equals(CLAIMS)
                || size(claim).compareTo(size(old)) <= 0) {
            return;
        }
        String name = old.path("spec").path("storageClassName").asText();
        boolean grows = !name.isEmpty()
                && objects.find(request.cluster(), CLASSES, NamespacedName.clusterScoped(name))
                        .map((KubeObject found) ->
                                found.at("allowVolumeExpansion").asBoolean())
                        .orElse(false);
        if (!grows) {
            throw ApiException.forbidden(
                    CLAIMS,
                    request.shownName(),
                    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must"
                            + " support resize");
        }
    }

    private static Quantity size(ObjectNode claim) {
        String text = claim.path("spec")
                .path("resources")
                .path("requests")
                .path("storage")
                .asText();
        return text.isEmpty() ? Quantity.ZERO : Quantity.parse(text);
    }
}
