package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.Declaration.cluster;
import static io.kantoku.apiserver.catalog.Declaration.namespaced;

import io.kantoku.apimachinery.GroupVersionKind;
import java.util.List;

/** The core group, and events.k8s.io, whose Events are the same objects. */
final class CoreKinds {
    private static final String[] PROXY = {"create", "delete", "get", "patch", "update"};

    private CoreKinds() {}

    static List<Declaration> all() {
        return List.of(
                namespaced("", "Binding", "bindings", "v1").verbs("create"),
                cluster("", "ComponentStatus", "componentstatuses", "v1")
                        .shortNames("cs")
                        .verbs("get", "list")
                        .table(CoreTables.COMPONENT_STATUSES),
                namespaced("", "ConfigMap", "configmaps", "v1")
                        .shortNames("cm")
                        .table(CoreTables.CONFIG_MAPS)
                        .rules(ConfigRules.CONFIG_MAPS),
                namespaced("", "Endpoints", "endpoints", "v1")
                        .shortNames("ep")
                        .table(NetworkTables.ENDPOINTS)
                        .rules(NetworkRules.ENDPOINTS),
                namespaced("", "Event", "events", "v1")
                        .shortNames("ev")
                        .table(CoreTables.EVENTS)
                        .selectable(
                                "involvedObject.kind",
                                "involvedObject.namespace",
                                "involvedObject.name",
                                "involvedObject.uid",
                                "involvedObject.apiVersion",
                                "involvedObject.resourceVersion",
                                "involvedObject.fieldPath",
                                "reason",
                                "reportingComponent",
                                "source",
                                "type")
                        .rules(Rules.of().createdByUpdates()),
                namespaced("events.k8s.io", "Event", "events", "v1")
                        .shortNames("ev")
                        .table(CoreTables.EVENTS)
                        .selectable(
                                "regarding.kind",
                                "regarding.namespace",
                                "regarding.name",
                                "regarding.uid",
                                "regarding.apiVersion",
                                "regarding.resourceVersion",
                                "regarding.fieldPath",
                                "reason",
                                "reportingController",
                                "source",
                                "type")
                        .rules(EventRules.NEW_EVENTS),
                namespaced("", "LimitRange", "limitranges", "v1")
                        .shortNames("limits")
                        .rules(ConfigRules.LIMIT_RANGES),
                cluster("", "Namespace", "namespaces", "v1")
                        .shortNames("ns")
                        .verbs("create", "delete", "get", "list", "patch", "update", "watch")
                        .own("finalize", "update")
                        .status()
                        .selectable("status.phase")
                        .table(CoreTables.NAMESPACES)
                        .rules(ConfigRules.NAMESPACES),
                cluster("", "Node", "nodes", "v1")
                        .shortNames("no")
                        .sub("proxy", core("NodeProxyOptions"), PROXY)
                        .status()
                        .selectable("spec.unschedulable")
                        .table(CoreTables.NODES)
                        .rules(ConfigRules.NODES),
                namespaced("", "PersistentVolumeClaim", "persistentvolumeclaims", "v1")
                        .shortNames("pvc")
                        .status()
                        .table(StorageTables.CLAIMS)
                        .rules(StorageRules.CLAIMS),
                cluster("", "PersistentVolume", "persistentvolumes", "v1")
                        .shortNames("pv")
                        .status()
                        .table(StorageTables.VOLUMES)
                        .rules(StorageRules.VOLUMES),
                namespaced("", "Pod", "pods", "v1")
                        .shortNames("po")
                        .categories("all")
                        .sub("attach", core("PodAttachOptions"), "create", "get")
                        .sub("binding", core("Binding"), "create")
                        .own("ephemeralcontainers", "get", "patch", "update")
                        .sub("eviction", new GroupVersionKind("policy", "v1", "Eviction"), "create")
                        .sub("exec", core("PodExecOptions"), "create", "get")
                        .own("log", "get")
                        .sub("portforward", core("PodPortForwardOptions"), "create", "get")
                        .sub("proxy", core("PodProxyOptions"), PROXY)
                        .own("resize", "get", "patch", "update")
                        .status()
                        .selectable(
                                "spec.nodeName",
                                "spec.restartPolicy",
                                "spec.schedulerName",
                                "spec.serviceAccountName",
                                "spec.hostNetwork",
                                "status.phase",
                                "status.podIP",
                                "status.nominatedNodeName")
                        .table(new PodTable())
                        .rules(PodRules.PODS),
                namespaced("", "PodTemplate", "podtemplates", "v1")
                        .table(CoreTables.POD_TEMPLATES)
                        .rules(PodRules.POD_TEMPLATES),
                namespaced("", "ReplicationController", "replicationcontrollers", "v1")
                        .shortNames("rc")
                        .categories("all")
                        .scale()
                        .status()
                        .selectable("status.replicas")
                        .table(WorkloadTables.REPLICATION_CONTROLLERS)
                        .rules(WorkloadRules.REPLICATION_CONTROLLERS),
                namespaced("", "ResourceQuota", "resourcequotas", "v1")
                        .shortNames("quota")
                        .status()
                        .table(CoreTables.RESOURCE_QUOTAS)
                        .rules(ConfigRules.RESOURCE_QUOTAS),
                namespaced("", "Secret", "secrets", "v1")
                        .selectable("type")
                        .table(CoreTables.SECRETS)
                        .rules(ConfigRules.SECRETS),
                namespaced("", "ServiceAccount", "serviceaccounts", "v1")
                        .shortNames("sa")
                        .sub("token", new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"), "create")
                        .table(CoreTables.SERVICE_ACCOUNTS),
                namespaced("", "Service", "services", "v1")
                        .shortNames("svc")
                        .categories("all")
                        .sub("proxy", core("ServiceProxyOptions"), PROXY)
                        .status()
                        .selectable("spec.clusterIP", "spec.type")
                        .table(NetworkTables.SERVICES)
                        .rules(ServiceRules.SERVICES));
    }

    private static GroupVersionKind core(String kind) {
        return new GroupVersionKind("", "v1", kind);
    }
}
