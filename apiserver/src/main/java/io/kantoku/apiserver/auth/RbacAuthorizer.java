package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Role-based access control from the Role and Binding objects of each logical cluster.
 *
 * <p>Decisions are made on a snapshot that is rebuilt when a collection has changed, so that a binding counts from the moment
 * its write has returned. Snapshots are kept for the clusters used last.
 */
public final class RbacAuthorizer implements Authorizer {
    static final String GROUP = "rbac.authorization.k8s.io";

    private static final GroupResource ROLES = new GroupResource(GROUP, "roles");
    private static final GroupResource CLUSTER_ROLES = new GroupResource(GROUP, "clusterroles");
    private static final GroupResource ROLE_BINDINGS = new GroupResource(GROUP, "rolebindings");
    private static final GroupResource CLUSTER_ROLE_BINDINGS = new GroupResource(GROUP, "clusterrolebindings");
    private static final List<GroupResource> ALL = List.of(ROLES, CLUSTER_ROLES, ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS);
    private static final int SNAPSHOTS_KEPT = 256;

    private record Versioned(List<Long> versions, RbacSnapshot snapshot) {}

    private final ObjectReader objects;
    private final Map<ClusterId, Versioned> snapshots = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ClusterId, Versioned> eldest) {
            return size() > SNAPSHOTS_KEPT;
        }
    };

    public RbacAuthorizer(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public Decision authorize(ClusterId cluster, UserInfo user, RequestInfo request) {
        for (RbacSnapshot.Grant grant : snapshot(cluster).grants(user, request.namespace())) {
            for (PolicyRule rule : grant.rules()) {
                if (rule.allows(request)) {
                    String binding = grant.namespace().isEmpty()
                            ? "ClusterRoleBinding \"" + grant.binding() + "\""
                            : "RoleBinding \"" + grant.binding() + "/" + grant.namespace() + "\"";
                    return new Decision.Allowed("RBAC: allowed by " + binding + " of " + grant.roleKind() + " \""
                            + grant.roleName() + "\" to " + user.name());
                }
            }
        }
        return new Decision.NoOpinion("");
    }

    /** All rules that hold for a user in a namespace. */
    List<PolicyRule> rules(ClusterId cluster, UserInfo user, String namespace) {
        return snapshot(cluster).grants(user, namespace).stream()
                .flatMap(grant -> grant.rules().stream())
                .toList();
    }

    /** The rules of a role, with the empty namespace of a cluster role. */
    List<PolicyRule> roleRules(ClusterId cluster, String namespace, String name) {
        return snapshot(cluster).rules(namespace, name);
    }

    private RbacSnapshot snapshot(ClusterId cluster) {
        List<Long> versions =
                ALL.stream().map(resource -> objects.version(cluster, resource)).toList();
        synchronized (snapshots) {
            Versioned kept = snapshots.get(cluster);
            if (kept != null && kept.versions().equals(versions)) {
                return kept.snapshot();
            }
        }
        RbacSnapshot fresh = new RbacSnapshot(
                objects.list(cluster, CLUSTER_ROLES, ""),
                objects.list(cluster, ROLES, ""),
                objects.list(cluster, CLUSTER_ROLE_BINDINGS, ""),
                objects.list(cluster, ROLE_BINDINGS, ""));
        synchronized (snapshots) {
            snapshots.put(cluster, new Versioned(versions, fresh));
        }
        return fresh;
    }
}
