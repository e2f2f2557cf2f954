package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.Declaration.cluster;
import static io.kantoku.apiserver.catalog.Declaration.namespaced;

import java.util.List;

/** Who may do what: RBAC and certificates. */
final class AccessKinds {
    private static final String RBAC = "rbac.authorization.k8s.io";

    private AccessKinds() {}

    static List<Declaration> all() {
        return List.of(
                cluster(RBAC, "ClusterRole", "clusterroles", "v1").rules(AccessRules.CLUSTER_ROLES),
                cluster(RBAC, "ClusterRoleBinding", "clusterrolebindings", "v1")
                        .table(ClusterTables.ROLE_BINDINGS)
                        .rules(AccessRules.CLUSTER_ROLE_BINDINGS),
                namespaced(RBAC, "Role", "roles", "v1").rules(AccessRules.ROLES),
                namespaced(RBAC, "RoleBinding", "rolebindings", "v1")
                        .table(ClusterTables.ROLE_BINDINGS)
                        .rules(AccessRules.ROLE_BINDINGS),
                cluster("certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests", "v1")
                        .shortNames("csr")
                        .own("approval", "get", "patch", "update")
                        .status()
                        .selectable("spec.signerName")
                        .table(ClusterTables.SIGNING_REQUESTS)
                        .rules(AccessRules.SIGNING_REQUESTS));
    }
}
