package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.Declaration.cluster;
import static io.kantoku.apiserver.catalog.Declaration.namespaced;

import io.kantoku.apiserver.registry.Strategy;
import java.util.List;

/** What steers the API itself: admission, extension, aggregation, flow control, leases. */
final class ControlKinds {
    private static final String ADMISSION = "admissionregistration.k8s.io";
    private static final String FLOW = "flowcontrol.apiserver.k8s.io";

    private ControlKinds() {}

    static List<Declaration> all() {
        return List.of(
                cluster(ADMISSION, "MutatingAdmissionPolicy", "mutatingadmissionpolicies", "v1")
                        .categories("api-extensions")
                        .table(ClusterTables.MUTATING_POLICIES)
                        .rules(AdmissionRules.MUTATING_POLICIES),
                cluster(ADMISSION, "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", "v1")
                        .categories("api-extensions")
                        .table(ClusterTables.MUTATING_POLICY_BINDINGS)
                        .rules(AdmissionRules.MUTATING_POLICY_BINDINGS),
                cluster(ADMISSION, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "v1")
                        .categories("api-extensions")
                        .table(ClusterTables.WEBHOOK_CONFIGURATIONS)
                        .rules(AdmissionRules.MUTATING_WEBHOOKS),
                cluster(ADMISSION, "ValidatingAdmissionPolicy", "validatingadmissionpolicies", "v1")
                        .categories("api-extensions")
                        .status()
                        .table(ClusterTables.ADMISSION_POLICIES)
                        .rules(AdmissionRules.POLICIES),
                cluster(ADMISSION, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", "v1")
                        .categories("api-extensions")
                        .table(ClusterTables.ADMISSION_POLICY_BINDINGS)
                        .rules(AdmissionRules.POLICY_BINDINGS),
                cluster(ADMISSION, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", "v1")
                        .categories("api-extensions")
                        .table(ClusterTables.WEBHOOK_CONFIGURATIONS)
                        .rules(AdmissionRules.VALIDATING_WEBHOOKS),
                cluster("policy", "PodSecurityPolicy", "podsecuritypolicies", "v1beta1")
                        .shortNames("psp")
                        .table(ClusterTables.POD_SECURITY_POLICIES),
                cluster("apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions", "v1")
                        .shortNames("crd", "crds")
                        .categories("api-extensions")
                        .status()
                        .rules(Rules.of().onlyConditionalUpdates().fixedByStatus(Strategy.CLIENT_METADATA)),
                cluster("apiregistration.k8s.io", "APIService", "apiservices", "v1")
                        .categories("api-extensions")
                        .status()
                        .table(ClusterTables.API_SERVICES)
                        .rules(AdmissionRules.API_SERVICES),
                namespaced("coordination.k8s.io", "Lease", "leases", "v1")
                        .table(ClusterTables.LEASES)
                        .rules(AdmissionRules.LEASES),
                cluster(FLOW, "FlowSchema", "flowschemas", "v1")
                        .status()
                        .table(ClusterTables.FLOW_SCHEMAS)
                        .rules(AdmissionRules.FLOW_SCHEMAS),
                cluster(FLOW, "PriorityLevelConfiguration", "prioritylevelconfigurations", "v1")
                        .rules(AdmissionRules.PRIORITY_LEVELS)
                        .status()
                        .table(ClusterTables.PRIORITY_LEVELS));
    }
}
