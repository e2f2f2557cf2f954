package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Refuses new objects that would take more of a namespace's quota than there is. Usage is counted from the objects that
 * exist, of the resource that is written only.
 */
public final class ResourceQuotas implements AdmissionPlugin {
    private static final GroupResource QUOTAS = new GroupResource("", "resourcequotas");

    private final ObjectReader objects;

    public ResourceQuotas(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null
                || request.operation() != AdmissionRequest.Operation.CREATE
                || !request.subresource().isEmpty()
                || !request.type().namespaced()) {
            return;
        }
        List<KubeObject> quotas = objects.list(request.cluster(), QUOTAS, request.namespace());
        if (quotas.isEmpty()) {
            return;
        }
        GroupResource resource = request.type().name();
        Map<String, Quantity> asked = new TreeMap<>(QuotaUsage.of(resource, object));
        Map<String, Quantity> used = new TreeMap<>();
        for (KubeObject existing : objects.list(request.cluster(), resource, request.namespace())) {
            QuotaUsage.of(resource, existing.json())
                    .forEach((name, amount) -> used.merge(name, amount, Quantity::plus));
        }
        for (KubeObject quota : quotas) {
            check(request, quota, asked, used);
        }
    }

    private static void check(
            AdmissionRequest request, KubeObject quota, Map<String, Quantity> asked, Map<String, Quantity> used) {
        List<String> requested = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        List<String> limited = new ArrayList<>();
        asked.forEach((name, amount) -> {
            JsonNode hard = quota.at("spec", "hard").path(name);
            if (hard.isMissingNode()) {
                return;
            }
            Quantity limit = Quantity.parse(hard.asText());
            Quantity before = used.getOrDefault(name, Quantity.ZERO);
            if (before.plus(amount).compareTo(limit) > 0) {
                requested.add(name + "=" + amount);
                taken.add(name + "=" + before);
                limited.add(name + "=" + limit);
            }
        });
        if (!requested.isEmpty()) {
            throw ApiException.forbidden(
                    request.type().name(),
                    request.name(),
                    "exceeded quota: " + quota.name() + ", requested: " + String.join(",", requested) + ", used: "
                            + String.join(",", taken) + ", limited: " + String.join(",", limited));
        }
    }
}
