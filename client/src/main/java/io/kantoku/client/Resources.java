package io.kantoku.client;

import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;

/** The built-in collections of a Kubernetes API. */
public final class Resources {
    public static final GroupVersionResource NAMESPACES = core("namespaces");
    public static final GroupVersionResource NODES = core("nodes");
    public static final GroupVersionResource PODS = core("pods");
    public static final GroupVersionResource POD_TEMPLATES = core("podtemplates");
    public static final GroupVersionResource SERVICES = core("services");
    public static final GroupVersionResource ENDPOINTS = core("endpoints");
    public static final GroupVersionResource CONFIG_MAPS = core("configmaps");
    public static final GroupVersionResource SECRETS = core("secrets");
    public static final GroupVersionResource SERVICE_ACCOUNTS = core("serviceaccounts");
    public static final GroupVersionResource EVENTS = core("events");
    public static final GroupVersionResource LIMIT_RANGES = core("limitranges");
    public static final GroupVersionResource RESOURCE_QUOTAS = core("resourcequotas");
    public static final GroupVersionResource REPLICATION_CONTROLLERS = core("replicationcontrollers");
    public static final GroupVersionResource PERSISTENT_VOLUMES = core("persistentvolumes");
    public static final GroupVersionResource PERSISTENT_VOLUME_CLAIMS = core("persistentvolumeclaims");

    public static final GroupVersionResource DEPLOYMENTS = of("apps/v1", "deployments");
    public static final GroupVersionResource REPLICA_SETS = of("apps/v1", "replicasets");
    public static final GroupVersionResource STATEFUL_SETS = of("apps/v1", "statefulsets");
    public static final GroupVersionResource DAEMON_SETS = of("apps/v1", "daemonsets");
    public static final GroupVersionResource CONTROLLER_REVISIONS = of("apps/v1", "controllerrevisions");
    public static final GroupVersionResource JOBS = of("batch/v1", "jobs");
    public static final GroupVersionResource CRON_JOBS = of("batch/v1", "cronjobs");
    public static final GroupVersionResource HORIZONTAL_POD_AUTOSCALERS =
            of("autoscaling/v2", "horizontalpodautoscalers");
    public static final GroupVersionResource POD_DISRUPTION_BUDGETS = of("policy/v1", "poddisruptionbudgets");

    public static final GroupVersionResource ENDPOINT_SLICES = of("discovery.k8s.io/v1", "endpointslices");
    public static final GroupVersionResource INGRESSES = of("networking.k8s.io/v1", "ingresses");
    public static final GroupVersionResource INGRESS_CLASSES = of("networking.k8s.io/v1", "ingressclasses");
    public static final GroupVersionResource NETWORK_POLICIES = of("networking.k8s.io/v1", "networkpolicies");
    public static final GroupVersionResource LEASES = of("coordination.k8s.io/v1", "leases");

    public static final GroupVersionResource ROLES = of("rbac.authorization.k8s.io/v1", "roles");
    public static final GroupVersionResource ROLE_BINDINGS = of("rbac.authorization.k8s.io/v1", "rolebindings");
    public static final GroupVersionResource CLUSTER_ROLES = of("rbac.authorization.k8s.io/v1", "clusterroles");
    public static final GroupVersionResource CLUSTER_ROLE_BINDINGS =
            of("rbac.authorization.k8s.io/v1", "clusterrolebindings");
    public static final GroupVersionResource STORAGE_CLASSES = of("storage.k8s.io/v1", "storageclasses");
    public static final GroupVersionResource CSI_DRIVERS = of("storage.k8s.io/v1", "csidrivers");
    public static final GroupVersionResource CSI_NODES = of("storage.k8s.io/v1", "csinodes");
    public static final GroupVersionResource VOLUME_ATTACHMENTS = of("storage.k8s.io/v1", "volumeattachments");
    public static final GroupVersionResource PRIORITY_CLASSES = of("scheduling.k8s.io/v1", "priorityclasses");
    public static final GroupVersionResource RUNTIME_CLASSES = of("node.k8s.io/v1", "runtimeclasses");
    public static final GroupVersionResource CERTIFICATE_SIGNING_REQUESTS =
            of("certificates.k8s.io/v1", "certificatesigningrequests");
    public static final GroupVersionResource CUSTOM_RESOURCE_DEFINITIONS =
            of("apiextensions.k8s.io/v1", "customresourcedefinitions");
    public static final GroupVersionResource API_SERVICES = of("apiregistration.k8s.io/v1", "apiservices");
    public static final GroupVersionResource MUTATING_WEBHOOKS =
            of("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations");
    public static final GroupVersionResource VALIDATING_WEBHOOKS =
            of("admissionregistration.k8s.io/v1", "validatingwebhookconfigurations");

    private Resources() {}

    private static GroupVersionResource core(String resource) {
        return new GroupVersionResource("", "v1", resource);
    }

    private static GroupVersionResource of(String groupVersion, String resource) {
        return GroupVersion.parse(groupVersion).resource(resource);
    }
}
