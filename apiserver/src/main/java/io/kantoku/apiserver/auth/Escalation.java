package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.AdmissionRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nobody gives rights that he does not have, unless {@code escalate} or {@code bind} says that he may (upstream's RBAC rules). */
public final class Escalation implements AdmissionPlugin {
    private final RbacAuthorizer rbac;
    private final Authorizer authorizer;

    public Escalation(RbacAuthorizer rbac, Authorizer authorizer) {
        this.rbac = rbac;
        this.authorizer = authorizer;
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        GroupResource resource = request.type().name();
        if (object == null
                || !resource.group().equals(RbacAuthorizer.GROUP)
                || request.operation() == AdmissionRequest.Operation.DELETE
                || request.user().inGroup("system:masters")) {
            return;
        }
        switch (resource.resource()) {
            case "roles", "clusterroles" -> checkRole(request, object, request.old());
            case "rolebindings", "clusterrolebindings" -> checkBinding(request, object, request.old());
            default -> {}
        }
    }

    private void checkRole(AdmissionRequest request, ObjectNode role, @Nullable ObjectNode old) {
        if (old != null
                && old.path("rules").equals(role.path("rules"))
                && old.path("aggregationRule").equals(role.path("aggregationRule"))) {
            return;
        }
        if (may(request, "escalate", request.type().name().resource(), request.namespace(), request.name())) {
            return;
        }
        refuseUncovered(request, PolicyRule.parse(role.path("rules")));
        if (!role.path("aggregationRule").path("clusterRoleSelectors").isEmpty()
                && !uncovered(request, PolicyRule.EVERYTHING).isEmpty()) {
            throw ApiException.forbidden(
                    request.type().name(),
                    request.name(),
                    "must have cluster-admin privileges to use an aggregationRule");
        }
    }

    private void checkBinding(AdmissionRequest request, ObjectNode binding, @Nullable ObjectNode old) {
        if (old != null
                && old.path("roleRef").equals(binding.path("roleRef"))
                && old.path("subjects").equals(binding.path("subjects"))) {
            return;
        }
        boolean namespaced = binding.path("roleRef").path("kind").asText().equals("Role");
        String name = binding.path("roleRef").path("name").asText();
        if (may(request, "bind", namespaced ? "roles" : "clusterroles", request.namespace(), name)) {
            return;
        }
        GroupResource roles = new GroupResource(RbacAuthorizer.GROUP, namespaced ? "roles" : "clusterroles");
        refuseUncovered(
                request,
                rbac.roleRules(request.cluster(), namespaced ? request.namespace() : "", name)
                        .orElseThrow(() -> ApiException.notFound(roles, name)));
    }

    private boolean may(AdmissionRequest request, String verb, String resource, String namespace, String name) {
        return authorizer.authorize(
                        request.cluster(),
                        request.user(),
                        new RequestInfo(verb, true, "", RbacAuthorizer.GROUP, "v1", resource, "", namespace, name))
                instanceof Authorizer.Decision.Allowed;
    }

    private void refuseUncovered(AdmissionRequest request, List<PolicyRule> wanted) {
        List<PolicyRule> missing = PolicyRule.compact(uncovered(request, wanted));
        if (!missing.isEmpty()) {
            throw ApiException.forbidden(
                    request.type().name(),
                    request.name(),
                    "user \"" + request.user().name() + "\" (groups="
                            + PolicyRule.quoted(request.user().groups())
                            + ") is attempting to grant RBAC permissions not currently held:\n"
                            + String.join(
                                    "\n",
                                    missing.stream().map(PolicyRule::toString).toList()));
        }
    }

    private List<PolicyRule> uncovered(AdmissionRequest request, List<PolicyRule> wanted) {
        List<PolicyRule> own = rbac.rules(request.cluster(), request.user(), request.namespace());
        return wanted.stream()
                .flatMap(rule -> rule.split().stream())
                .filter(part -> own.stream().noneMatch(rule -> rule.covers(part)))
                .toList();
    }
}
