package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Conditions;
import io.kantoku.client.Timestamps;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a CronJob needs.
 *
 * @param start the time for which a Job is to be started; empty for none
 * @param replace Jobs that make room for it
 * @param remove finished Jobs beyond the history
 * @param status the CronJob with its new status
 * @param notes what to tell in events, in order
 * @param recheck until the next time; zero for never
 */
record CronJobPlan(
        Optional<Instant> start,
        List<KubeObject> replace,
        List<KubeObject> remove,
        KubeObject status,
        List<Note> notes,
        Duration recheck) {
    private static final int TOO_MANY = 100;
    /** As Go's {@code time.RFC1123Z}. */
    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.ROOT);

    /** An event. */
    record Note(boolean warning, String reason, String message) {}

    static CronJobPlan plan(KubeObject cron, List<KubeObject> jobs, Instant now) {
        List<Note> notes = new ArrayList<>();
        KubeObject next = cron.copy();
        List<KubeObject> active = finishedLeave(cron, next, jobs, notes);
        List<KubeObject> surplus = history(cron, jobs);
        if (cron.deleting() || cron.at("spec", "suspend").asBoolean()) {
            return new CronJobPlan(Optional.empty(), List.of(), surplus, next, notes, Duration.ZERO);
        }
        CronSchedule schedule;
        try {
            schedule = CronSchedule.parse(cron.text("spec", "schedule"), zone(cron));
        } catch (DateTimeException e) {
            notes.add(new Note(
                    true,
                    "UnknownTimeZone",
                    "invalid timeZone: \"" + cron.text("spec", "timeZone") + "\": " + e.getMessage()));
            return new CronJobPlan(Optional.empty(), List.of(), surplus, next, notes, Duration.ZERO);
        } catch (IllegalArgumentException e) {
            notes.add(new Note(
                    true,
                    "UnparseableSchedule",
                    "unparseable schedule: " + cron.text("spec", "schedule") + " : " + e.getMessage()));
            return new CronJobPlan(Optional.empty(), List.of(), surplus, next, notes, Duration.ZERO);
        }
        Duration recheck = schedule.after(now)
                .map(time -> Duration.between(now, time).plusMillis(100))
                .orElse(Duration.ZERO);
        Optional<Instant> due = due(cron, schedule, now, notes);
        if (due.isPresent() && late(cron, due.get(), now)) {
            notes.add(new Note(
                    true,
                    "MissSchedule",
                    "Missed scheduled time to start a job: "
                            + RFC_1123.format(due.get().atOffset(ZoneOffset.UTC))));
            due = Optional.empty();
        }
        List<KubeObject> replace = List.of();
        if (due.isPresent() && !active.isEmpty()) {
            switch (cron.text("spec", "concurrencyPolicy")) {
                case "Forbid" -> {
                    notes.add(new Note(
                            false,
                            "JobAlreadyActive",
                            "Not starting job because prior execution is running and concurrency policy is Forbid"));
                    due = Optional.empty();
                }
                case "Replace" -> replace = active;
                default -> {}
            }
        }
        return new CronJobPlan(due, replace, surplus, next, notes, recheck);
    }

    /** The name of the Job for a time: the CronJob's, and the time in minutes. */
    static String name(KubeObject cron, Instant time) {
        return cron.name() + "-" + time.getEpochSecond() / 60;
    }

    static ZoneId zone(KubeObject cron) {
        String name = cron.text("spec", "timeZone");
        return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
    }

    /** The latest time that has come and for which nothing was started. */
    private static Optional<Instant> due(KubeObject cron, CronSchedule schedule, Instant now, List<Note> notes) {
        Instant from = Timestamps.parse(cron.text("status", "lastScheduleTime"))
                .or(() -> Timestamps.parse(cron.text("metadata", "creationTimestamp")))
                .orElse(now);
        JsonNode patience = cron.at("spec", "startingDeadlineSeconds");
        if (patience.isNumber() && from.isBefore(now.minusSeconds(patience.asLong()))) {
            from = now.minusSeconds(patience.asLong());
        }
        Optional<Instant> due = Optional.empty();
        int missed = 0;
        Optional<Instant> time = schedule.after(from);
        while (time.isPresent() && !time.get().isAfter(now)) {
            due = time;
            missed++;
            if (missed > TOO_MANY) { // far behind: begin again close to now
                notes.add(
                        new Note(
                                true,
                                "TooManyMissedTimes",
                                "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"));
                from = now.minus(Duration.ofDays(1));
                time = schedule.after(time.get().isAfter(from) ? time.get() : from);
                missed = Integer.MIN_VALUE / 2;
            } else {
                time = schedule.after(time.get());
            }
        }
        return due;
    }

    private static boolean late(KubeObject cron, Instant due, Instant now) {
        JsonNode patience = cron.at("spec", "startingDeadlineSeconds");
        return patience.isNumber() && due.plusSeconds(patience.asLong()).isBefore(now);
    }

    /** Takes Jobs that have ended, or are gone, from the list of active ones; those that are left. */
    private static List<KubeObject> finishedLeave(
            KubeObject cron, KubeObject next, List<KubeObject> jobs, List<Note> notes) {
        List<KubeObject> active = new ArrayList<>();
        Set<String> listed = new HashSet<>();
        cron.at("status", "active")
                .forEach(reference -> listed.add(reference.path("uid").asText()));
        ArrayNode references = next.status().putArray("active");
        Set<String> present = new HashSet<>();
        jobs.forEach(job -> present.add(job.uid()));
        for (JsonNode reference : cron.at("status", "active")) {
            if (!present.contains(reference.path("uid").asText())) {
                notes.add(new Note(
                        false,
                        "MissingJob",
                        "Active job went missing: " + reference.path("name").asText()));
            }
        }
        for (KubeObject job : jobs) {
            if (!JobPlan.isFinished(job)) {
                active.add(job);
                references.add(reference(job));
                continue;
            }
            if (listed.contains(job.uid())) {
                String condition = Conditions.isTrue(job, "Complete") ? "Complete" : "Failed";
                notes.add(new Note(
                        false, "SawCompletedJob", "Saw completed job: " + job.name() + ", condition: " + condition));
            }
            String end = job.text("status", "completionTime");
            String last = next.text("status", "lastSuccessfulTime");
            if (Conditions.isTrue(job, "Complete") && !end.isEmpty() && end.compareTo(last) > 0) {
                next.status().put("lastSuccessfulTime", end);
            }
        }
        if (references.isEmpty()) {
            next.status().remove("active");
        }
        return active;
    }

    static ObjectNode reference(KubeObject job) {
        return Json.object()
                .put("apiVersion", "batch/v1")
                .put("kind", "Job")
                .put("name", job.name())
                .put("namespace", job.namespace())
                .put("uid", job.uid())
                .put("resourceVersion", job.resourceVersion());
    }

    /** Finished Jobs beyond the limits, the oldest first. */
    private static List<KubeObject> history(KubeObject cron, List<KubeObject> jobs) {
        List<KubeObject> surplus = new ArrayList<>();
        surplus.addAll(beyond(
                jobs, "Complete", cron.at("spec", "successfulJobsHistoryLimit").asInt(3)));
        surplus.addAll(
                beyond(jobs, "Failed", cron.at("spec", "failedJobsHistoryLimit").asInt(1)));
        return surplus;
    }

    private static List<KubeObject> beyond(List<KubeObject> jobs, String condition, int limit) {
        List<KubeObject> ended = jobs.stream()
                .filter(job -> Conditions.isTrue(job, condition))
                .sorted(Comparator.comparing((KubeObject job) -> job.text("status", "startTime"))
                        .thenComparing(KubeObject::name))
                .toList();
        return ended.subList(0, Math.max(0, ended.size() - limit));
    }
}
