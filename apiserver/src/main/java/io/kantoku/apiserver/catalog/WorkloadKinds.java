package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.Declaration.cluster;
import static io.kantoku.apiserver.catalog.Declaration.namespaced;

import java.util.List;

/** Workloads: apps, batch, and what scales, protects and ranks them. */
final class WorkloadKinds {
    private WorkloadKinds() {}

    static List<Declaration> all() {
        return List.of(
                namespaced("apps", "ControllerRevision", "controllerrevisions", "v1")
                        .table(WorkloadTables.CONTROLLER_REVISIONS)
                        .rules(WorkloadRules.CONTROLLER_REVISIONS),
                namespaced("apps", "DaemonSet", "daemonsets", "v1")
                        .shortNames("ds")
                        .categories("all")
                        .status()
                        .table(WorkloadTables.DAEMON_SETS)
                        .rules(WorkloadRules.DAEMON_SETS),
                namespaced("apps", "Deployment", "deployments", "v1")
                        .shortNames("deploy")
                        .categories("all")
                        .scale()
                        .status()
                        .table(WorkloadTables.DEPLOYMENTS)
                        .rules(WorkloadRules.DEPLOYMENTS),
                namespaced("apps", "ReplicaSet", "replicasets", "v1")
                        .shortNames("rs")
                        .categories("all")
                        .scale()
                        .status()
                        .selectable("status.replicas")
                        .table(WorkloadTables.REPLICA_SETS)
                        .rules(WorkloadRules.REPLICA_SETS),
                namespaced("apps", "StatefulSet", "statefulsets", "v1")
                        .shortNames("sts")
                        .categories("all")
                        .scale()
                        .status()
                        .table(WorkloadTables.STATEFUL_SETS)
                        .rules(WorkloadRules.STATEFUL_SETS),
                namespaced("batch", "CronJob", "cronjobs", "v1")
                        .shortNames("cj")
                        .categories("all")
                        .status()
                        .table(WorkloadTables.CRON_JOBS)
                        .rules(BatchRules.CRON_JOBS),
                namespaced("batch", "Job", "jobs", "v1")
                        .categories("all")
                        .status()
                        .selectable("status.successful")
                        .table(WorkloadTables.JOBS)
                        .rules(BatchRules.JOBS),
                namespaced("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "v2", "v1")
                        .shortNames("hpa")
                        .categories("all")
                        .status()
                        .table(WorkloadTables.AUTOSCALERS)
                        .rules(BatchRules.AUTOSCALERS),
                namespaced("policy", "PodDisruptionBudget", "poddisruptionbudgets", "v1")
                        .shortNames("pdb")
                        .status()
                        .table(WorkloadTables.DISRUPTION_BUDGETS)
                        .rules(BatchRules.DISRUPTION_BUDGETS),
                cluster("scheduling.k8s.io", "PriorityClass", "priorityclasses", "v1")
                        .shortNames("pc")
                        .table(ClusterTables.PRIORITY_CLASSES)
                        .rules(BatchRules.PRIORITY_CLASSES),
                cluster("node.k8s.io", "RuntimeClass", "runtimeclasses", "v1")
                        .table(ClusterTables.RUNTIME_CLASSES)
                        .rules(BatchRules.RUNTIME_CLASSES));
    }
}
