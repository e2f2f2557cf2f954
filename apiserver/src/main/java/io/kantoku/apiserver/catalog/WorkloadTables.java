package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.TablePrinter;
import io.kantoku.apiserver.registry.TablePrinter.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Tables of workloads and of what scales and protects them. */
final class WorkloadTables {
    static final TablePrinter DEPLOYMENTS = Table.named()
            .text("Ready", "How many pods are ready, of how many.", WorkloadTables::ready)
            .number("Up-to-date", "How many pods run the present template.", "status", "updatedReplicas")
            .number("Available", "How many pods are available.", "status", "availableReplicas")
            .age()
            .containers("spec", "template")
            .selector("spec", "selector")
            .build();

    static final TablePrinter REPLICA_SETS = Table.named()
            .number("Desired", "How many pods there should be.", "spec", "replicas")
            .number("Current", "How many pods there are.", "status", "replicas")
            .number("Ready", "How many pods are ready.", "status", "readyReplicas")
            .age()
            .containers("spec", "template")
            .selector("spec", "selector")
            .build();

    static final TablePrinter REPLICATION_CONTROLLERS = Table.named()
            .number("Desired", "How many pods there should be.", "spec", "replicas")
            .number("Current", "How many pods there are.", "status", "replicas")
            .number("Ready", "How many pods are ready.", "status", "readyReplicas")
            .age()
            .containers("spec", "template")
            .wide("Selector", "The label selector.", o -> Texts.labels(Tree.at(o, "spec", "selector")))
            .build();

    static final TablePrinter STATEFUL_SETS = Table.named()
            .text("Ready", "How many pods are ready, of how many.", WorkloadTables::ready)
            .age()
            .containers("spec", "template")
            .build();

    static final TablePrinter DAEMON_SETS = Table.named()
            .number("Desired", "On how many nodes there should be a pod.", "status", "desiredNumberScheduled")
            .number("Current", "On how many nodes there is one.", "status", "currentNumberScheduled")
            .number("Ready", "On how many nodes it is ready.", "status", "numberReady")
            .number("Up-to-date", "On how many nodes it runs the present template.", "status", "updatedNumberScheduled")
            .number("Available", "On how many nodes it is available.", "status", "numberAvailable")
            .text(
                    "Node Selector",
                    "The labels of the nodes meant.",
                    o -> Texts.labels(Tree.at(o, "spec", "template", "spec", "nodeSelector")))
            .age()
            .containers("spec", "template")
            .selector("spec", "selector")
            .build();

    static final TablePrinter JOBS = Table.named()
            .text("Status", "What has become of the job.", WorkloadTables::jobStatus)
            .since(30)
            .text("Completions", "How many pods have succeeded, of how many.", WorkloadTables::completions)
            .timed("Duration", "How long the job took, or has taken so far.", WorkloadTables::jobDuration)
            .age()
            .containers("spec", "template")
            .selector("spec", "selector")
            .build();

    static final TablePrinter CRON_JOBS = Table.named()
            .text("Schedule", "When jobs are started, in cron's form.", o -> Tree.text(o, "spec", "schedule"))
            .text("Timezone", "The time zone of the schedule.", o -> Texts.orNone(Tree.text(o, "spec", "timeZone")))
            .since(30)
            .column(
                    new Column("Suspend", "boolean", "", "Whether no further jobs are started.", 0),
                    (o, now) -> Tree.has(o, "spec", "suspend")
                            ? Tree.flag(o, "spec", "suspend") ? "True" : "False"
                            : "<unset>")
            .count("Active", "How many jobs are running.", "status", "active")
            .timed(
                    "Last Schedule",
                    "When a job was started last.",
                    (o, now) -> Tree.has(o, "status", "lastScheduleTime")
                            ? Times.since(Tree.at(o, "status", "lastScheduleTime"), now)
                            : Texts.NONE)
            .age()
            .containers("spec", "jobTemplate", "spec", "template")
            .selector("spec", "jobTemplate", "spec", "selector")
            .build();

    static final TablePrinter AUTOSCALERS = Table.named()
            .text(
                    "Reference",
                    "What is scaled.",
                    o -> Tree.text(o, "spec", "scaleTargetRef", "kind") + "/"
                            + Tree.text(o, "spec", "scaleTargetRef", "name"))
            .text("Targets", "Present and wanted values of the metrics.", o -> metrics(o, true))
            .since(30)
            .text("Targets", "Present and wanted values of the metrics.", o -> metrics(o, false))
            .until(29)
            .text("MinPods", "The fewest replicas.", o -> Texts.orUnset(Tree.text(o, "spec", "minReplicas")))
            .column(
                    new Column("MaxPods", "string", "", "The most replicas.", 0),
                    (o, now) -> Tree.number(o, "spec", "maxReplicas"))
            .column(
                    new Column("Replicas", "string", "", "The present replicas.", 0),
                    (o, now) -> Tree.number(o, "status", "currentReplicas"))
            .age()
            .build();

    static final TablePrinter DISRUPTION_BUDGETS = Table.named()
            .text("Min Available", "How many pods must stay available.", o -> orNotApplicable(o, "minAvailable"))
            .text("Max Unavailable", "How many pods may be unavailable.", o -> orNotApplicable(o, "maxUnavailable"))
            .number("Allowed Disruptions", "How many pods may be evicted now.", "status", "disruptionsAllowed")
            .age()
            .build();

    static final TablePrinter CONTROLLER_REVISIONS = Table.named()
            .text("Controller", "Whose revision it is.", Texts::controller)
            .number("Revision", "The revision's number.", "revision")
            .age()
            .build();

    private WorkloadTables() {}

    private static String ready(ObjectNode object) {
        return Tree.number(object, "status", "readyReplicas") + "/" + Tree.number(object, "spec", "replicas");
    }

    private static String orNotApplicable(ObjectNode budget, String member) {
        return Tree.has(budget, "spec", member) ? Tree.text(budget, "spec", member) : "N/A";
    }

    private static boolean condition(ObjectNode job, String type) {
        return Tree.objects(job, "status", "conditions").stream()
                .anyMatch(condition -> Tree.text(condition, "type").equals(type)
                        && Tree.text(condition, "status").equals("True"));
    }

    private static String jobStatus(ObjectNode job) {
        if (condition(job, "Complete")) {
            return "Complete";
        }
        if (condition(job, "Failed")) {
            return "Failed";
        }
        if (Tree.has(job, "metadata", "deletionTimestamp")) {
            return "Terminating";
        }
        if (condition(job, "Suspended")) {
            return "Suspended";
        }
        if (condition(job, "FailureTarget")) {
            return "FailureTarget";
        }
        return condition(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
    }

    private static String completions(ObjectNode job) {
        long succeeded = Tree.number(job, "status", "succeeded");
        if (Tree.has(job, "spec", "completions")) {
            return succeeded + "/" + Tree.number(job, "spec", "completions");
        }
        long parallelism = Tree.number(job, "spec", "parallelism");
        return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
    }

    private static String jobDuration(ObjectNode job, Instant now) {
        return Times.read(Tree.at(job, "status", "startTime"))
                .map(start -> Times.age(Duration.between(
                        start,
                        Times.read(Tree.at(job, "status", "completionTime")).orElse(now))))
                .orElse("");
    }

    /** @param named whether resources are named */
    private static String metrics(ObjectNode autoscaler, boolean named) {
        List<ObjectNode> wanted = Tree.objects(autoscaler, "spec", "metrics");
        JsonNode present = Tree.at(autoscaler, "status", "currentMetrics");
        if (wanted.isEmpty()) {
            return Texts.NONE;
        }
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < Math.min(2, wanted.size()); i++) {
            shown.add(metric(wanted.get(i), present.path(i), named));
        }
        String text = String.join(", ", shown);
        return wanted.size() > 2 ? text + " + " + (wanted.size() - 2) + " more..." : text;
    }

    private static String metric(ObjectNode wanted, JsonNode present, boolean named) {
        String type = Tree.text(wanted, "type");
        return switch (type) {
            case "External" -> value(wanted.path("external"), present.path("external"), " (avg)");
            case "Object" -> value(wanted.path("object"), present.path("object"), " (avg)");
            case "Pods" -> value(wanted.path("pods"), present.path("pods"), "");
            case "Resource" -> resource(wanted.path("resource"), present.path("resource"), named);
            case "ContainerResource" ->
                resource(wanted.path("containerResource"), present.path("containerResource"), named);
            default -> "<unknown type>";
        };
    }

    private static String value(JsonNode wanted, JsonNode present, String averageMark) {
        if (Tree.has(wanted, "target", "averageValue")) {
            return current(present, "averageValue") + "/" + Tree.text(wanted, "target", "averageValue") + averageMark;
        }
        return current(present, "value") + "/" + Tree.text(wanted, "target", "value");
    }

    private static String resource(JsonNode wanted, JsonNode present, boolean named) {
        String name = named ? Tree.text(wanted, "name") + ": " : "";
        if (Tree.has(wanted, "target", "averageValue")) {
            return name + current(present, "averageValue") + "/" + Tree.text(wanted, "target", "averageValue");
        }
        String current = current(present, "averageUtilization");
        String target = Tree.has(wanted, "target", "averageUtilization")
                ? Tree.text(wanted, "target", "averageUtilization") + "%"
                : "<auto>";
        return name + (current.startsWith("<") ? current : current + "%") + "/" + target;
    }

    private static String current(JsonNode present, String member) {
        return Tree.has(present, "current", member) ? Tree.text(present, "current", member) : "<unknown>";
    }
}
