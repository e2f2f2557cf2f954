package io.kantoku.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.audit.AuditTrail;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Refuses pods that do not meet their namespace's level, and warns of what makes such pods. */
public final class PodSecurity implements AdmissionPlugin {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final int PODS_LOOKED_AT = 3000;

    /** Where kinds that make pods have their template. */
    private static final Map<String, String> TEMPLATES = Map.of(
            "replicationcontrollers", "/spec/template",
            "podtemplates", "/template",
            "deployments.apps", "/spec/template",
            "replicasets.apps", "/spec/template",
            "statefulsets.apps", "/spec/template",
            "daemonsets.apps", "/spec/template",
            "jobs.batch", "/spec/template",
            "cronjobs.batch", "/spec/jobTemplate/spec/template");

    private final ObjectReader objects;

    public PodSecurity(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        boolean writes = request.operation() == AdmissionRequest.Operation.CREATE
                || request.operation() == AdmissionRequest.Operation.UPDATE;
        if (object == null || !writes) {
            return;
        }
        GroupResource resource = request.type().name();
        if (resource.equals(NAMESPACES) && request.subresource().isEmpty()) {
            namespace(request, object);
        } else if (resource.equals(PODS)) {
            boolean whole =
                    request.subresource().isEmpty() || request.subresource().equals("ephemeralcontainers");
            if (whole && matters(object, request.old())) {
                pod(request, new PodView(object.path("metadata"), object.path("spec")));
            }
        } else if (request.subresource().isEmpty()) {
            String path = TEMPLATES.get(resource.toString());
            if (path != null) {
                template(request, object.at(path));
            }
        }
    }

    /** Of a pod that exists only images and ephemeral containers can change so that it matters. */
    private static boolean matters(ObjectNode pod, @org.jspecify.annotations.Nullable ObjectNode old) {
        if (old == null) {
            return true;
        }
        for (String list : java.util.List.of("initContainers", "containers", "ephemeralContainers")) {
            JsonNode now = pod.path("spec").path(list);
            JsonNode before = old.path("spec").path(list);
            if (now.size() != before.size()) {
                return true;
            }
            for (int i = 0; i < now.size(); i++) {
                if (!now.get(i).path("image").equals(before.get(i).path("image"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private NamespaceLevels levels(AdmissionRequest request) {
        Optional<KubeObject> namespace =
                objects.find(request.cluster(), NAMESPACES, NamespacedName.clusterScoped(request.namespace()));
        return NamespaceLevels.of(namespace.map(KubeObject::labels).orElse(Map.of()));
    }

    private void pod(AdmissionRequest request, PodView pod) {
        NamespaceLevels levels = levels(request);
        AuditTrail.annotate(
                "pod-security.kubernetes.io/enforce-policy", levels.enforce().toString());
        audit(pod, levels.audit());
        String refused = Standards.violations(pod, levels.enforce());
        if (!refused.isEmpty()) {
            throw ApiException.forbidden(
                    PODS, request.shownName(), "violates PodSecurity \"" + levels.enforce() + "\": " + refused);
        }
        warn(request, pod, levels.warn());
    }

    private void template(AdmissionRequest request, JsonNode template) {
        if (template.isObject()) {
            PodView pod = new PodView(template.path("metadata"), template.path("spec"));
            NamespaceLevels levels = levels(request);
            audit(pod, levels.audit());
            warn(request, pod, levels.warn());
        }
    }

    private static void audit(PodView pod, Level level) {
        if (AuditTrail.CURRENT.isBound()) {
            String violations = Standards.violations(pod, level);
            if (!violations.isEmpty()) {
                AuditTrail.annotate(
                        "pod-security.kubernetes.io/audit-violations",
                        "would violate PodSecurity \"" + level + "\": " + violations);
            }
        }
    }

    private static void warn(AdmissionRequest request, PodView pod, Level level) {
        String violations = Standards.violations(pod, level);
        if (!violations.isEmpty()) {
            request.warnings().add("would violate PodSecurity \"" + level + "\": " + violations);
        }
    }

    private void namespace(AdmissionRequest request, ObjectNode object) {
        NamespaceLevels levels = NamespaceLevels.of(KubeObject.of(object).labels());
        NamespaceLevels before = request.old() == null
                ? NamespaceLevels.of(Map.of())
                : NamespaceLevels.of(KubeObject.of(request.old()).labels());
        if (!levels.errors().isEmpty() && !levels.errors().equals(before.errors())) {
            throw ApiException.invalid(new GroupKind("", "Namespace"), request.name(), levels.errors());
        }
        boolean stricter = levels.enforce().name() != Level.Name.PRIVILEGED
                && !levels.enforce().equals(before.enforce())
                && request.old() != null;
        if (stricter) {
            existing(request, levels.enforce());
        }
    }

    /** Pods that run already stay; who makes the namespace stricter is told of those that would not be let in. */
    private void existing(AdmissionRequest request, Level level) {
        Map<String, String> first = new LinkedHashMap<>();
        Map<String, Integer> more = new LinkedHashMap<>();
        objects.list(request.cluster(), PODS, request.name()).stream()
                .limit(PODS_LOOKED_AT)
                .forEach(pod -> {
                    String violations = Standards.violations(new PodView(pod.at("metadata"), pod.at("spec")), level);
                    if (!violations.isEmpty() && first.putIfAbsent(violations, pod.name()) != null) {
                        more.merge(violations, 1, Integer::sum);
                    }
                });
        if (first.isEmpty()) {
            return;
        }
        request.warnings()
                .add("existing pods in namespace \"" + request.name()
                        + "\" violate the new PodSecurity enforce level \"" + level + "\"");
        first.forEach((violations, name) -> {
            int others = more.getOrDefault(violations, 0);
            String and = switch (others) {
                case 0 -> "";
                case 1 -> " (and 1 other pod)";
                default -> " (and " + others + " other pods)";
            };
            request.warnings().add(name + and + ": " + violations);
        });
    }
}
