package io.kantoku.tkg.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.ObjectAdmission;
import io.kantoku.tkg.objects.Kinds;
import java.util.ArrayList;
import java.util.List;

/** Refuses a TkgServiceConfiguration that cannot be followed: there is one, and a proxy needs all its parts. */
public final class ConfigurationAdmission implements ObjectAdmission {
    private static final String NAME = "tkg-service-configuration";
    private static final List<String> PROXY = List.of("httpProxy", "httpsProxy", "noProxy");

    @Override
    public GroupResource resource() {
        return Kinds.TKG_CONFIGURATION.resource().groupResource();
    }

    @Override
    public void validate(Review review) {
        if (review.object() == null) {
            return;
        }
        KubeObject object = KubeObject.of(review.object());
        List<FieldError> errors = new ArrayList<>();
        if (!object.name().equals(NAME)) {
            errors.add(FieldError.notSupported(FieldPath.of("metadata", "name"), object.name(), List.of(NAME)));
        }
        String cni = object.text("spec", "defaultCNI");
        if (!cni.isEmpty() && !List.of("antrea", "calico").contains(cni)) {
            errors.add(FieldError.notSupported(FieldPath.of("spec", "defaultCNI"), cni, List.of("antrea", "calico")));
        }
        proxy(object.at("spec", "proxy"), errors);
        if (!errors.isEmpty()) {
            throw ApiException.invalid(
                    new GroupKind(resource().group(), Kinds.TKG_CONFIGURATION.name()), object.name(), errors);
        }
    }

    private static void proxy(JsonNode proxy, List<FieldError> errors) {
        if (proxy.isMissingNode() || proxy.isNull() || proxy.isEmpty()) {
            return;
        }
        FieldPath path = FieldPath.of("spec", "proxy");
        for (String field : PROXY) {
            if (proxy.path(field).isMissingNode() || proxy.path(field).isNull()) {
                errors.add(FieldError.required(
                        path.child(field), "a proxy needs httpProxy, httpsProxy and noProxy together"));
            }
        }
        for (String field : List.of("httpProxy", "httpsProxy")) {
            String url = proxy.path(field).asText("");
            if (!url.isEmpty() && !url.startsWith("http://")) {
                errors.add(FieldError.invalid(
                        path.child(field), url, "must be of the form http://[user:password@]host:port"));
            }
        }
    }
}
