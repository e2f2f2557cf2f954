package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules of jobs, and of what scales, protects and ranks workloads. */
final class BatchRules {
    static final Rules JOBS = Rules.of()
            .defaults(BatchRules::jobDefaults)
            .onCreate(BatchRules::selectOwnPods)
            .check(BatchRules::checkJob)
            .checkUpdate(BatchRules::checkJobUpdate);

    static final Rules CRON_JOBS =
            Rules.of().defaults(BatchRules::cronJobDefaults).check(BatchRules::checkCronJob);

    static final Rules AUTOSCALERS = Rules.of()
            .defaults(BatchRules::autoscalerDefaults)
            .check(BatchRules::checkAutoscaler)
            .conversions(AutoscalerVersions::toServed, AutoscalerVersions::toStored);

    static final Rules DISRUPTION_BUDGETS = Rules.of().check(BatchRules::checkBudget);

    static final Rules PRIORITY_CLASSES = Rules.of()
            .defaults(object -> Tree.defaultText(object, "preemptionPolicy", "PreemptLowerPriority"))
            .check(BatchRules::checkPriority)
            .checkUpdate((object, old, problems) -> {
                if (Tree.number(object, "value") != Tree.number(old, "value")) {
                    problems.forbidden(FieldPath.of("value"), "may not be changed in an update.");
                }
                problems.immutable(object, old, FieldPath.ROOT, "preemptionPolicy");
            });

    static final Rules RUNTIME_CLASSES = Rules.of()
            .createdByUpdates()
            .check((object, problems) -> problems.requiredForm(object, FieldPath.ROOT, "handler", Names::dns1123Label))
            .onlyConditionalUpdates()
            .checkUpdate((object, old, problems) -> problems.immutable(object, old, FieldPath.ROOT, "handler"));

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> JOB_RESTARTS = List.of("OnFailure", "Never");
    private static final Set<String> MACROS =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final Pattern CRON_FIELD =
            Pattern.compile("(\\*|\\?|[0-9]+(-[0-9]+)?|[A-Za-z]{3}(-[A-Za-z]{3})?)(/[0-9]+)?"
                    + "(,(\\*|[0-9]+(-[0-9]+)?|[A-Za-z]{3}(-[A-Za-z]{3})?)(/[0-9]+)?)*");
    private static final int LONGEST_CRON_JOB_NAME = 52;
    private static final long HIGHEST_USER_PRIORITY = 1_000_000_000;

    private BatchRules() {}

    private static void jobDefaults(ObjectNode job) {
        ObjectNode spec = Tree.object(job, "spec");
        if (!Tree.has(spec, "completions") && !Tree.has(spec, "parallelism")) {
            spec.put("completions", 1);
        }
        Tree.defaultNumber(spec, "parallelism", 1);
        Tree.defaultNumber(spec, "backoffLimit", Tree.has(spec, "backoffLimitPerIndex") ? Integer.MAX_VALUE : 6);
        Tree.defaultText(spec, "completionMode", "NonIndexed");
        Tree.defaultFlag(spec, "suspend", false);
        Tree.defaultText(
                spec, "podReplacementPolicy", Tree.has(spec, "podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        PodDefaults.template(spec, "template");
        if (Tree.at(job, "metadata", "labels").isEmpty()
                && Tree.at(spec, "template", "metadata", "labels") instanceof ObjectNode labels
                && !labels.isEmpty()) {
            Tree.object(job, "metadata").set("labels", labels.deepCopy());
        }
    }

    /** Unless asked not to, a job selects its pods by its own uid, which no other job's pods carry. */
    private static void selectOwnPods(ObjectNode job) {
        ObjectNode spec = Tree.object(job, "spec");
        String uid = Tree.text(job, "metadata", "uid");
        if (Tree.flag(spec, "manualSelector") || uid.isEmpty() || !spec.has("template")) {
            return;
        }
        ObjectNode labels = Tree.object(Tree.object(Tree.object(spec, "template"), "metadata"), "labels");
        String name = Tree.text(job, "metadata", "name");
        labels.put("batch.kubernetes.io/controller-uid", uid)
                .put("batch.kubernetes.io/job-name", name)
                .put("controller-uid", uid)
                .put("job-name", name);
        if (!Tree.has(spec, "selector")) {
            spec.putObject("selector").putObject("matchLabels").put("batch.kubernetes.io/controller-uid", uid);
        }
    }

    private static void checkJob(ObjectNode job, Problems problems) {
        ObjectNode spec = Tree.object(job, "spec");
        if (Tree.has(spec, "selector")) {
            problems.selector(SPEC.child("selector"), spec.path("selector"));
        }
        checkJobSpec(spec, SPEC, problems);
    }

    private static void checkJobSpec(ObjectNode spec, FieldPath path, Problems problems) {
        for (String number : List.of(
                "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")) {
            problems.notNegative(spec, path, number);
        }
        problems.oneOf(spec, path, "completionMode", List.of("Indexed", "NonIndexed"));
        if (!(spec.get("template") instanceof ObjectNode template)) {
            problems.required(path.child("template"));
            return;
        }
        PodRules.checkTemplate(template, path.child("template"), problems, JOB_RESTARTS);
    }

    private static void checkJobUpdate(ObjectNode job, ObjectNode old, Problems problems) {
        ObjectNode spec = Tree.object(job, "spec");
        ObjectNode before = Tree.object(old, "spec");
        boolean indexed = Tree.text(spec, "completionMode").equals("Indexed");
        if (!indexed) {
            problems.immutable(spec, before, SPEC, "completions");
        }
        for (String member : List.of("selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex")) {
            problems.immutable(spec, before, SPEC, member);
        }
        // A suspended job that never started may still be moved to other nodes.
        if (!Tree.flag(before, "suspend")) {
            problems.immutable(spec, before, SPEC, "template");
        }
    }

    private static void cronJobDefaults(ObjectNode cronJob) {
        ObjectNode spec = Tree.object(cronJob, "spec");
        Tree.defaultText(spec, "concurrencyPolicy", "Allow");
        Tree.defaultFlag(spec, "suspend", false);
        Tree.defaultNumber(spec, "successfulJobsHistoryLimit", 3);
        Tree.defaultNumber(spec, "failedJobsHistoryLimit", 1);
        if (Tree.at(spec, "jobTemplate", "spec") instanceof ObjectNode job) {
            PodDefaults.template(job, "template");
        }
    }

    private static void checkCronJob(ObjectNode cronJob, Problems problems) {
        String name = Tree.text(cronJob, "metadata", "name");
        if (name.length() > LONGEST_CRON_JOB_NAME) {
            problems.invalid(FieldPath.of("metadata", "name"), name, "must be no more than 52 characters");
        }
        ObjectNode spec = Tree.object(cronJob, "spec");
        String schedule = Tree.text(spec, "schedule");
        if (schedule.isEmpty()) {
            problems.required(SPEC.child("schedule"));
        } else {
            checkSchedule(schedule, problems);
        }
        problems.requiredOneOf(spec, SPEC, "concurrencyPolicy", List.of("Allow", "Forbid", "Replace"));
        for (String number :
                List.of("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")) {
            problems.notNegative(spec, SPEC, number);
        }
        FieldPath path = SPEC.child("jobTemplate").child("spec");
        checkJobSpec(Tree.object(Tree.object(spec, "jobTemplate"), "spec"), path, problems);
    }

    private static void checkSchedule(String schedule, Problems problems) {
        FieldPath path = SPEC.child("schedule");
        if (schedule.contains("TZ")) {
            problems.invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
            return;
        }
        if (schedule.startsWith("@")) {
            if (!MACROS.contains(schedule) && !schedule.matches("@every ([0-9.]+(h|m|s|ms))+")) {
                problems.invalid(path, schedule, "unrecognized descriptor: " + schedule);
            }
            return;
        }
        List<String> fields = new ArrayList<>(Arrays.asList(schedule.strip().split("\\s+")));
        if (fields.size() != 5) {
            problems.invalid(
                    path,
                    schedule,
                    "expected exactly 5 fields, found " + fields.size() + ": [" + String.join(" ", fields) + "]");
            return;
        }
        for (String field : fields) {
            if (!CRON_FIELD.matcher(field).matches()) {
                problems.invalid(path, schedule, "failed to parse int from " + field);
            }
        }
    }

    private static void autoscalerDefaults(ObjectNode autoscaler) {
        ObjectNode spec = Tree.object(autoscaler, "spec");
        Tree.defaultNumber(spec, "minReplicas", 1);
        if (Tree.at(spec, "metrics").isEmpty()) {
            ObjectNode metric = spec.putArray("metrics").addObject();
            metric.put("type", "Resource");
            metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization")
                    .put("averageUtilization", 80);
        }
    }

    private static void checkAutoscaler(ObjectNode autoscaler, Problems problems) {
        ObjectNode spec = Tree.object(autoscaler, "spec");
        long minimum = Tree.number(spec, "minReplicas");
        long maximum = Tree.number(spec, "maxReplicas");
        if (Tree.has(spec, "minReplicas") && minimum < 1) {
            problems.invalid(SPEC.child("minReplicas"), spec.path("minReplicas"), "must be greater than or equal to 1");
        }
        if (maximum < 1) {
            problems.invalid(SPEC.child("maxReplicas"), spec.path("maxReplicas"), "must be greater than 0");
        } else if (maximum < minimum) {
            problems.invalid(
                    SPEC.child("maxReplicas"),
                    spec.path("maxReplicas"),
                    "must be greater than or equal to `minReplicas`");
        }
        ObjectNode target = Tree.object(spec, "scaleTargetRef");
        FieldPath path = SPEC.child("scaleTargetRef");
        problems.requiredForm(target, path, "kind", Names::pathSegment);
        problems.requiredForm(target, path, "name", Names::pathSegment);
    }

    private static void checkBudget(ObjectNode budget, Problems problems) {
        ObjectNode spec = Tree.object(budget, "spec");
        if (Tree.has(spec, "minAvailable") && Tree.has(spec, "maxUnavailable")) {
            problems.invalid(SPEC, spec, "minAvailable and maxUnavailable cannot be both set");
        }
        WorkloadRules.intOrPercent(spec, SPEC, "minAvailable", problems);
        WorkloadRules.intOrPercent(spec, SPEC, "maxUnavailable", problems);
        problems.selector(SPEC.child("selector"), spec.path("selector"));
        problems.oneOf(spec, SPEC, "unhealthyPodEvictionPolicy", List.of("AlwaysAllow", "IfHealthyBudget"));
    }

    private static void checkPriority(ObjectNode priorityClass, Problems problems) {
        String name = Tree.text(priorityClass, "metadata", "name");
        boolean system = name.equals("system-cluster-critical") || name.equals("system-node-critical");
        if (name.startsWith("system-") && !system) {
            problems.forbidden(
                    FieldPath.of("metadata", "name"),
                    "priority class names with 'system-' prefix are reserved for system use only. error: " + name
                            + " is not a known system priority class");
        }
        if (!system && Tree.number(priorityClass, "value") > HIGHEST_USER_PRIORITY) {
            problems.forbidden(
                    FieldPath.of("value"),
                    "maximum allowed value of a user defined priority is " + HIGHEST_USER_PRIORITY);
        }
        problems.oneOf(priorityClass, FieldPath.ROOT, "preemptionPolicy", List.of("Never", "PreemptLowerPriority"));
    }
}
