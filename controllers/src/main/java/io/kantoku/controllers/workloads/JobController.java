package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.node.ArrayNode;
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
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.SelectorIndex;
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
    private final SelectorIndex selectors = SelectorIndex.ofSpec();

    public JobController(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
        events = new Events(clusters, "job-controller", clock);
        pods = new PodControl(events);
    }

    /** Keeps the selectors of all Jobs, to find who adopts an orphan. */
    public ObjectListener observer() {
        return selectors;
    }

    public Mapper pods() {
        Mapper owners = Mapper.owner("batch", "Job");
        Mapper adopters = selectors.adopters();
        return (cluster, pod, previous) -> {
            var found = owners.map(cluster, pod, previous);
            return found.isEmpty() ? adopters.map(cluster, pod, previous) : found;
        };
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject job = client.find(Resources.JOBS, request.name()).orElse(null);
        if (job == null || job.deleting()) {
            releaseOrphans(client, request);
            return Result.done();
        }
        String manager = job.text("spec", "managedBy");
        if (!manager.isEmpty() && !manager.equals("kubernetes.io/job-controller")) {
            return Result.done();
        }
        LabelSelector selector = LabelSelector.fromJson(job.at("spec", "selector"));
        if (selector.isEverything() || selector.nothing()) {
            return Result.done();
        }
        Instant now = clock.instant();
        List<KubeObject> own = Claims.claim(client, Resources.PODS, job, selector);
        JobPlan plan = JobPlan.plan(job, own, now);
        plan.delete().forEach(pod -> release(client, pod)); // what the controller itself ends does not count
        pods.delete(client, job, plan.delete());
        // The status goes first: if a creation fails, its start time and counts are there all the same.
        Clients.updateStatus(client, Resources.JOBS, job, plan.status());
        tell(request.cluster(), job, plan.status());
        for (KubeObject pod : plan.release()) {
            release(client, pod);
        }
        for (JobPlan.NewPod pod : plan.create()) {
            if (!pods.create(client, job, JobPods.create(job, pod))) {
                break;
            }
        }
        Duration life = live(client, plan.status(), now);
        return Result.after(life.isZero() ? plan.recheck() : life);
    }

    /** Lets the pods of a Job that is gone go. */
    private static void releaseOrphans(KubeClient client, Request request) {
        for (KubeObject pod :
                Clients.list(client, Resources.PODS, Query.in(request.name().namespace()))) {
            boolean ours = pod.controller()
                    .filter(owner -> owner.kind().equals("Job")
                            && owner.name().equals(request.name().name()))
                    .isPresent();
            if (ours) {
                release(client, pod);
            }
        }
    }

    /** Takes the finalizer from a pod whose end has been counted. */
    private static void release(KubeClient client, KubeObject pod) {
        if (!JobState.tracked(pod)) {
            return;
        }
        KubeObject released = pod.copy();
        ArrayNode finalizers = released.metadata().withArrayProperty("finalizers");
        for (int i = finalizers.size() - 1; i >= 0; i--) {
            if (finalizers.get(i).asText().equals(JobState.FINALIZER)) {
                finalizers.remove(i);
            }
        }
        try {
            client.update(Resources.PODS, released);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void tell(ClusterId cluster, KubeObject before, KubeObject after) {
        if (JobPlan.isFinished(before)) {
            return;
        }
        boolean wasSuspended = Conditions.isTrue(before, "Suspended");
        if (Conditions.isTrue(after, "Suspended") && !wasSuspended) {
            events.normal(cluster, after, "Suspended", "Job suspended");
        } else if (wasSuspended && !Conditions.isTrue(after, "Suspended")) {
            events.normal(cluster, after, "Resumed", "Job resumed");
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
