package io.kantoku.controllers.workloads;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.client.Clusters;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Runs pods until as many as a Job asks for have succeeded, and removes Jobs whose time to live is over. */
public final class JobController implements Reconciler {
    private final Clusters clusters;
    private final InstantSource clock;
    private final Events events;
    private final PodControl pods;

    public JobController(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
        events = new Events(clusters, "job-controller", clock);
        pods = new PodControl(events);
    }

    public static Mapper pods() {
        return Mapper.owner("batch", "Job");
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject job = client.find(Resources.JOBS, request.name()).orElse(null);
        if (job == null || job.deleting()) {
            return Result.done();
        }
        LabelSelector selector = LabelSelector.fromJson(job.at("spec", "selector"));
        if (selector.isEverything() || selector.nothing()) {
            return Result.done();
        }
        Instant now = clock.instant();
        List<KubeObject> own = Claims.claim(client, Resources.PODS, job, selector);
        JobPlan plan = JobPlan.plan(job, own, now);
        pods.delete(client, job, plan.delete());
        // The status goes first: if a creation fails, its start time and counts are there all the same.
        Clients.updateStatus(client, Resources.JOBS, job, plan.status());
        tell(request.cluster(), job, plan.status());
        for (int i = 0; i < plan.create(); i++) {
            if (!pods.create(client, job, Templates.pod(job, job.at("spec", "template")))) {
                break;
            }
        }
        Duration life = live(client, plan.status(), now);
        return Result.after(life.isZero() ? plan.recheck() : life);
    }

    private void tell(ClusterId cluster, KubeObject before, KubeObject after) {
        if (JobPlan.isFinished(before)) {
            return;
        }
        if (Conditions.isTrue(after, "Complete")) {
            events.normal(cluster, after, "Completed", "Job completed");
        }
        Conditions.find(after, "Failed")
                .ifPresent(failed -> events.warning(cluster, after, failed.reason(), failed.message()));
    }

    /** Deletes a Job {@code ttlSecondsAfterFinished} after its end; how long until then. */
    private static Duration live(KubeClient client, KubeObject job, Instant now) {
        if (!job.at("spec").has("ttlSecondsAfterFinished")) {
            return Duration.ZERO;
        }
        Instant end = JobPlan.finishedAt(job).orElse(null);
        if (end == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(
                now, end.plusSeconds(job.at("spec", "ttlSecondsAfterFinished").asLong()));
        if (left.isPositive()) {
            return left;
        }
        try {
            Clients.delete(client, Resources.JOBS, job, DeleteOptions.foreground());
        } catch (ApiException e) {
            if (!e.isConflict()) {
                throw e;
            }
        }
        return Duration.ZERO;
    }
}
