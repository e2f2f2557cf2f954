package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Quantity;
import io.kantoku.apiserver.registry.ObjectReader;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Refuses writes that would take more of a namespace's quota than there is. Usage is counted from the objects of the written
 * resource that exist or are on their way, not from the quota's status, which may lag behind.
 */
public final class ResourceQuotas implements AdmissionPlugin {
    private static final GroupResource QUOTAS = new GroupResource("", "resourcequotas");

    /** Resources of which an update can take more. */
    private static final Set<GroupResource> GROWING = Set.of(QuotaUsage.CLAIMS, QuotaUsage.SERVICES);

    /** What each container of a pod must say when a quota limits it. */
    private static final Set<String> COMPUTE =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    private final ObjectReader objects;
    private final QuotaReservations reservations;

    public ResourceQuotas(ObjectReader objects, InstantSource clock) {
        this.objects = objects;
        this.reservations = new QuotaReservations(clock);
    }

    @Override
    public String name() {
        return "ResourceQuota";
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null || !request.type().namespaced() || !mayGrow(request)) {
            return;
        }
        List<KubeObject> quotas = objects.list(request.cluster(), QUOTAS, request.namespace());
        if (quotas.isEmpty()) {
            return;
        }
        synchronized (reservations) {
            List<JsonNode> present = present(request);
            for (KubeObject quota : quotas) {
                check(request, object, quota, present);
            }
            if (request.creates() && !request.dryRun()) {
                reservations.add(place(request), request.name(), object.deepCopy());
            }
        }
    }

    private static boolean mayGrow(AdmissionRequest request) {
        return request.creates()
                || (request.operation() == AdmissionRequest.Operation.UPDATE
                        && request.subresource().isEmpty()
                        && GROWING.contains(request.type().name()));
    }

    private static QuotaReservations.Place place(AdmissionRequest request) {
        return new QuotaReservations.Place(
                request.cluster(), request.namespace(), request.type().name());
    }

    private List<JsonNode> present(AdmissionRequest request) {
        List<JsonNode> present = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (KubeObject existing :
                objects.list(request.cluster(), request.type().name(), request.namespace())) {
            present.add(existing.json());
            names.add(existing.name());
        }
        if (request.creates()) {
            names.add(request.name()); // what an earlier try of this write has reserved is its own
        }
        present.addAll(reservations.pending(place(request), names));
        return present;
    }

    private static void check(AdmissionRequest request, ObjectNode object, KubeObject quota, List<JsonNode> present) {
        GroupResource resource = request.type().name();
        JsonNode spec = quota.at("spec");
        boolean scoped = QuotaScopes.any(spec);
        if (scoped && (!resource.equals(PodDefaults.PODS) || !QuotaScopes.match(spec, object))) {
            return;
        }
        requireAmounts(request, object, quota);
        Map<String, Quantity> asked = asked(request, object);
        asked.keySet().removeIf(name -> !spec.path("hard").has(name));
        if (asked.isEmpty()) {
            return;
        }
        Map<String, Quantity> used = new TreeMap<>();
        for (JsonNode existing : present) {
            if (!scoped || QuotaScopes.match(spec, existing)) {
                QuotaUsage.of(resource, existing).forEach((name, amount) -> used.merge(name, amount, Quantity::plus));
            }
        }
        refuseExcess(request, quota, asked, used);
    }

    /** What the write takes more than before; nothing for what it takes less of. */
    private static Map<String, Quantity> asked(AdmissionRequest request, ObjectNode object) {
        GroupResource resource = request.type().name();
        Map<String, Quantity> asked = new TreeMap<>(QuotaUsage.of(resource, object));
        if (request.old() != null) {
            QuotaUsage.of(resource, request.old())
                    .forEach((name, before) -> asked.computeIfPresent(name, (_, amount) -> amount.minus(before)));
        }
        asked.values().removeIf(amount -> amount.compareTo(Quantity.ZERO) <= 0);
        return asked;
    }

    private static void requireAmounts(AdmissionRequest request, ObjectNode object, KubeObject quota) {
        if (!request.type().name().equals(PodDefaults.PODS)) {
            return;
        }
        Set<String> missing = new TreeSet<>();
        for (String kind : List.of("containers", "initContainers")) {
            for (JsonNode container : object.path("spec").path(kind)) {
                quota.at("spec", "hard").fieldNames().forEachRemaining(name -> {
                    if (COMPUTE.contains(name) && !says(container.path("resources"), name)) {
                        missing.add(name);
                    }
                });
            }
        }
        if (!missing.isEmpty()) {
            throw refused(request, "failed quota: " + quota.name() + ": must specify " + String.join(",", missing));
        }
    }

    private static boolean says(JsonNode resources, String name) {
        return name.startsWith("limits.")
                ? resources.path("limits").has(name.substring("limits.".length()))
                : resources.path("requests").has(name.substring(name.indexOf('.') + 1));
    }

    private static void refuseExcess(
            AdmissionRequest request, KubeObject quota, Map<String, Quantity> asked, Map<String, Quantity> used) {
        List<String> requested = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        List<String> limited = new ArrayList<>();
        asked.forEach((name, amount) -> {
            Quantity limit = Quantity.parse(quota.at("spec", "hard").path(name).asText());
            Quantity before = used.getOrDefault(name, Quantity.ZERO);
            if (before.plus(amount).compareTo(limit) > 0) {
                requested.add(name + "=" + amount);
                taken.add(name + "=" + before);
                limited.add(name + "=" + limit);
            }
        });
        if (!requested.isEmpty()) {
            throw refused(
                    request,
                    "exceeded quota: " + quota.name() + ", requested: " + String.join(",", requested) + ", used: "
                            + String.join(",", taken) + ", limited: " + String.join(",", limited));
        }
    }

    private static ApiException refused(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.type().name(), request.shownName(), why);
    }
}
