package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.registry.ObjectReader;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
        Set<String> missing = new LinkedHashSet<>();
        for (RbacSnapshot.Grant grant : snapshot(cluster).grants(user, request.namespace())) {
            if (grant.rules().isEmpty()) {
                missing.add(grant.roleKind().toLowerCase(Locale.ROOT) + "." + GROUP + " \"" + grant.roleName()
                        + "\" not found");
            } else if (grant.rules().get().stream().anyMatch(rule -> rule.allows(request))) {
                return new Decision.Allowed("RBAC: allowed by " + grant.describe());
            }
        }
        return new Decision.NoOpinion(
                switch (missing.size()) {
                    case 0 -> "";
                    case 1 -> "RBAC: " + missing.iterator().next();
                    default -> "RBAC: [" + String.join(", ", missing) + "]";
                });
    }

    /** All rules that hold for a user in a namespace. */
    List<PolicyRule> rules(ClusterId cluster, UserInfo user, String namespace) {
        return snapshot(cluster).grants(user, namespace).stream()
                .flatMap(grant -> grant.rules().stream())
                .flatMap(List::stream)
                .toList();
    }

    /** The rules of a role, with the empty namespace of a cluster role; empty when there is none of that name. */
    Optional<List<PolicyRule>> roleRules(ClusterId cluster, String namespace, String name) {
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
