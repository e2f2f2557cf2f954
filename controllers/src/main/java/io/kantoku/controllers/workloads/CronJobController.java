package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Clients;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Starts Jobs at the times of their CronJobs and keeps as many finished ones as these say. */
public final class CronJobController implements Reconciler {
    private static final GroupVersionKind JOB = new GroupVersionKind("batch", "v1", "Job");
    private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    private final Clusters clusters;
    private final InstantSource clock;
    private final Events events;

    public CronJobController(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
        events = new Events(clusters, "cronjob-controller", clock);
    }

    public static Mapper jobs() {
        return Mapper.owner("batch", "CronJob");
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject cron = client.find(Resources.CRON_JOBS, request.name()).orElse(null);
        if (cron == null || cron.deleting()) {
            return Result.done();
        }
        List<KubeObject> jobs = Clients.list(client, Resources.JOBS, Query.in(cron.namespace())).stream()
                .filter(job -> job.controller()
                        .filter(owner -> owner.uid().equals(cron.uid()))
                        .isPresent())
                .toList();
        CronJobPlan plan = CronJobPlan.plan(cron, jobs, clock.instant());
        for (KubeObject job : plan.remove()) {
            delete(client, cron, job);
        }
        for (CronJobPlan.Note note : plan.notes()) {
            if (note.warning()) {
                events.warning(request.cluster(), cron, note.reason(), note.message());
            } else {
                events.normal(request.cluster(), cron, note.reason(), note.message());
            }
        }
        for (KubeObject job : plan.replace()) {
            delete(client, cron, job);
        }
        KubeObject status = plan.status();
        plan.start().ifPresent(time -> start(client, cron, status, time));
        Clients.updateStatus(client, Resources.CRON_JOBS, cron, status);
        return Result.after(plan.recheck());
    }

    private void delete(KubeClient client, KubeObject cron, KubeObject job) {
        if (Clients.delete(client, Resources.JOBS, job, DeleteOptions.background())) {
            events.normal(client.cluster(), cron, "SuccessfulDelete", "Deleted job " + job.name());
        }
    }

    private void start(KubeClient client, KubeObject cron, KubeObject status, Instant time) {
        try {
            KubeObject job = client.create(Resources.JOBS, job(cron, time));
            status.status().withArrayProperty("active").add(CronJobPlan.reference(job));
            events.normal(client.cluster(), cron, "SuccessfulCreate", "Created job " + job.name());
        } catch (ApiException e) {
            if (Clients.isNamespaceTerminating(e)) {
                return;
            }
            if (!e.isAlreadyExists()) { // otherwise it was started before, and the status did not get there
                events.warning(client.cluster(), cron, "FailedCreate", "Error creating job: " + e.getMessage());
                throw e;
            }
        }
        status.status().put("lastScheduleTime", Timestamps.seconds(time));
    }

    private static KubeObject job(KubeObject cron, Instant time) {
        JsonNode template = cron.at("spec", "jobTemplate");
        KubeObject job = KubeObject.create(JOB, cron.namespace(), CronJobPlan.name(cron, time));
        for (String field : new String[] {"labels", "annotations"}) {
            JsonNode value = template.path("metadata").path(field);
            if (!value.isEmpty()) {
                job.metadata().set(field, value.deepCopy());
            }
        }
        job.annotate(SCHEDULED, DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.atZone(CronJobPlan.zone(cron))));
        job.ownedBy(cron);
        job.json().set("spec", template.path("spec").deepCopy());
        return job;
    }
}
