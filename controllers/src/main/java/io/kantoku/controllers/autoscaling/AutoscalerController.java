package io.kantoku.controllers.autoscaling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.ApiPaths;
import io.kantoku.client.Clusters;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Events;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Patch;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.client.Timer;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.ApiResource;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.ServedResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Scales what HorizontalPodAutoscalers name. Each is looked at when it changes and every 15 seconds; without any there is
 * nothing to do. Reasons and messages are kube-controller-manager's.
 */
public final class AutoscalerController implements Reconciler {
    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final String ACTIVE = "ScalingActive";

    private final Clusters clusters;
    private final ServedResources served;
    private final Timer timer;
    private final Events events;
    private final Map<Request, ScalingHistory> histories = new ConcurrentHashMap<>();
    /** The pods that each autoscaler counts as its own. */
    private final Map<Request, LabelSelector> selectors = new ConcurrentHashMap<>();

    public AutoscalerController(Clusters clusters, ServedResources served, Timer timer) {
        this.clusters = clusters;
        this.served = served;
        this.timer = timer;
        events = new Events(clusters, "horizontal-pod-autoscaler", timer);
    }

    /** What is to be scaled. */
    private record Target(GroupVersionResource resource, NamespacedName name, JsonNode scale) {
        int replicas() {
            return scale.path("spec").path("replicas").asInt();
        }

        int observed() {
            return scale.path("status").path("replicas").asInt();
        }

        String selector() {
            return scale.path("status").path("selector").asText("");
        }
    }

    /** What the metrics ask for. */
    private record Wanted(int replicas, String metric, ArrayNode statuses) {}

    /** The metrics ask for nothing; the condition is set. */
    private static final class NoReplicasException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String message;

        NoReplicasException(String message) {
            super(message);
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject stored = client.find(Resources.HORIZONTAL_POD_AUTOSCALERS, request.name())
                .orElse(null);
        if (stored == null || stored.deleting()) {
            histories.remove(request);
            selectors.remove(request);
            return Result.done();
        }
        KubeObject next = stored.copy();
        try {
            Target target = target(client, stored);
            condition(
                    next,
                    Condition.isTrue(
                            Limits.ABLE,
                            "SucceededGetScale",
                            "the HPA controller was able to get the target's current scale"));
            scale(request, client, next, target);
        } catch (ApiException e) {
            String why = e.status().message();
            events.warning(request.cluster(), stored, "FailedGetScale", why);
            condition(
                    next,
                    Condition.isFalse(
                            Limits.ABLE,
                            "FailedGetScale",
                            "the HPA controller was unable to get the target's current scale: " + why));
        }
        Clients.updateStatus(client, Resources.HORIZONTAL_POD_AUTOSCALERS, stored, next);
        return Result.after(PERIOD);
    }

    private Target target(KubeClient client, KubeObject autoscaler) {
        JsonNode reference = autoscaler.at("spec", "scaleTargetRef");
        GroupVersion version = GroupVersion.parse(reference.path("apiVersion").asText(""));
        String kind = reference.path("kind").asText();
        ApiResource resource = served.ofKind(client.cluster(), version.group(), kind)
                .orElseThrow(() -> ApiException.badRequest(
                        "no matches for kind \"" + kind + "\" in group \"" + version.group() + "\""));
        NamespacedName name = new NamespacedName(
                autoscaler.namespace(), reference.path("name").asText());
        return new Target(resource.resource(), name, client.read(ApiPaths.object(resource.resource(), name, "scale")));
    }

    private void scale(Request request, KubeClient client, KubeObject autoscaler, Target target) {
        int current = target.replicas();
        int least = autoscaler.at("spec", "minReplicas").asInt(1);
        int most = autoscaler.at("spec", "maxReplicas").asInt(1);
        ScalingHistory history = histories.computeIfAbsent(request, _ -> new ScalingHistory());
        history.begin(current, timer.instant());
        if (current == 0 && least != 0) {
            condition(
                    autoscaler,
                    Condition.isFalse(
                            ACTIVE,
                            "ScalingDisabled",
                            "scaling is disabled since the replica count of the target is zero"));
            status(autoscaler, current, 0, Json.mapper().createArrayNode());
            return;
        }
        if (current > most) {
            rescale(
                    request,
                    client,
                    autoscaler,
                    target,
                    most,
                    "Current number of replicas above Spec.MaxReplicas",
                    Json.mapper().createArrayNode());
            return;
        }
        if (current < least) {
            rescale(
                    request,
                    client,
                    autoscaler,
                    target,
                    least,
                    "Current number of replicas below Spec.MinReplicas",
                    Json.mapper().createArrayNode());
            return;
        }
        JsonNode behavior = autoscaler.at("spec", "behavior");
        ScalingRules up = ScalingRules.up(behavior);
        ScalingRules down = ScalingRules.down(behavior);
        Wanted wanted;
        try {
            wanted = wanted(request, client, autoscaler, target, new Tolerance(up.tolerance(), down.tolerance()));
        } catch (NoReplicasException e) {
            autoscaler.status().put("currentReplicas", current);
            if (!autoscaler.status().has("desiredReplicas")) {
                autoscaler.status().put("desiredReplicas", 0);
            }
            events.warning(request.cluster(), autoscaler, "FailedComputeMetricsReplicas", e.getMessage());
            return;
        }
        String reason = wanted.replicas() > current
                ? wanted.metric() + " above target"
                : wanted.replicas() < current ? "All metrics below target" : "";
        Limits limits = Limits.of(current, wanted.replicas(), least, most, up, down, history, timer.instant());
        condition(autoscaler, limits.ableToScale());
        condition(autoscaler, limits.scalingLimited());
        if (limits.replicas() == current) {
            status(autoscaler, current, current, wanted.statuses());
        } else if (rescale(request, client, autoscaler, target, limits.replicas(), reason, wanted.statuses())) {
            history.changed(current, limits.replicas(), up.longestPeriod(), down.longestPeriod(), timer.instant());
        }
    }

    /** Changes the target; whether that was done. */
    private boolean rescale(
            Request request,
            KubeClient client,
            KubeObject autoscaler,
            Target target,
            int replicas,
            String reason,
            ArrayNode metrics) {
        ObjectNode patch = Json.object();
        patch.putObject("spec").put("replicas", replicas);
        try {
            client.patch(target.resource(), target.name(), Patch.merge(patch), "scale");
        } catch (ApiException e) {
            String why = e.status().message();
            events.warning(
                    request.cluster(),
                    autoscaler,
                    "FailedRescale",
                    "New size: " + replicas + "; reason: " + reason + "; error: " + why);
            condition(
                    autoscaler,
                    Condition.isFalse(
                            Limits.ABLE,
                            "FailedUpdateScale",
                            "the HPA controller was unable to update the target scale: " + why));
            autoscaler.status().put("currentReplicas", target.replicas());
            return false;
        }
        condition(
                autoscaler,
                Condition.isTrue(
                        Limits.ABLE,
                        "SucceededRescale",
                        "the HPA controller was able to update the target scale to " + replicas));
        events.normal(
                request.cluster(), autoscaler, "SuccessfulRescale", "New size: " + replicas + "; reason: " + reason);
        status(autoscaler, target.replicas(), replicas, metrics);
        autoscaler.status().put("lastScaleTime", Timestamps.seconds(timer.instant()));
        return true;
    }

    private Wanted wanted(Request request, KubeClient client, KubeObject autoscaler, Target target, Tolerance tolerance)
            throws NoReplicasException {
        String namespace = autoscaler.namespace();
        String selector = selector(request, autoscaler, target);
        List<KubeObject> pods = client.list(Resources.PODS, Query.in(namespace).labelled(selector))
                .items();
        refuseSharedPods(request, autoscaler, selector, pods);
        MetricEvaluation evaluation = new MetricEvaluation(
                namespace,
                new MetricReader(client, namespace),
                new ReplicaCalculator(target.replicas(), pods, tolerance, timer.instant()),
                selector,
                target.observed(),
                (group, kind) -> served.ofKind(request.cluster(), group, kind)
                        .map(found -> found.resource().groupResource().toString())
                        .orElseThrow(() -> new MetricException(
                                "no matches for kind \"" + kind + "\" in group \"" + group + "\"")));
        ArrayNode statuses = Json.mapper().createArrayNode();
        List<MetricEvaluation.UnusableException> unusable = new ArrayList<>();
        int replicas = 0;
        String metric = "";
        JsonNode metrics = autoscaler.at("spec", "metrics");
        for (JsonNode entry : metrics) {
            try {
                MetricEvaluation.Wanted wanted = evaluation.evaluate(entry);
                statuses.add(wanted.status());
                if (metric.isEmpty() || wanted.replicas() > replicas) {
                    replicas = wanted.replicas();
                    metric = wanted.name();
                }
            } catch (MetricEvaluation.UnusableException e) {
                events.warning(request.cluster(), autoscaler, e.reason(), e.getMessage());
                unusable.add(e);
            }
        }
        if (unusable.size() >= metrics.size() || (!unusable.isEmpty() && replicas < target.replicas())) {
            MetricEvaluation.UnusableException first = unusable.getFirst();
            condition(
                    autoscaler,
                    Condition.isFalse(
                            ACTIVE,
                            first.reason(),
                            "the HPA was unable to compute the replica count: " + first.getMessage()));
            throw new NoReplicasException("invalid metrics (" + unusable.size() + " invalid out of " + metrics.size()
                    + "), first error is: " + first.summary());
        }
        condition(
                autoscaler,
                Condition.isTrue(
                        ACTIVE,
                        "ValidMetricFound",
                        "the HPA was able to successfully calculate a replica count from " + metric));
        return new Wanted(replicas, metric, statuses);
    }

    private String selector(Request request, KubeObject autoscaler, Target target) throws NoReplicasException {
        String selector = target.selector();
        if (selector.isEmpty()) {
            events.warning(request.cluster(), autoscaler, "SelectorRequired", "selector is required");
            condition(
                    autoscaler,
                    Condition.isFalse(ACTIVE, "InvalidSelector", "the HPA target's scale is missing a selector"));
            throw new NoReplicasException("selector is required");
        }
        try {
            selectors.put(request, LabelSelector.parse(selector));
            return selector;
        } catch (IllegalArgumentException e) {
            String message =
                    "couldn't convert selector into a corresponding internal selector object: " + e.getMessage();
            events.warning(request.cluster(), autoscaler, "InvalidSelector", message);
            condition(autoscaler, Condition.isFalse(ACTIVE, "InvalidSelector", message));
            throw new NoReplicasException(message);
        }
    }

    /** Two autoscalers that count the same pods would work against each other. */
    private void refuseSharedPods(Request request, KubeObject autoscaler, String selector, List<KubeObject> pods)
            throws NoReplicasException {
        TreeSet<String> sharing = new TreeSet<>();
        selectors.forEach((other, selects) -> {
            if (other.cluster().equals(request.cluster())
                    && other.name().namespace().equals(autoscaler.namespace())
                    && pods.stream().anyMatch(pod -> selects.matches(pod.labels()))) {
                sharing.add(other.name().toString());
            }
        });
        if (sharing.size() > 1) {
            String message = "pods by selector " + selector + " are controlled by multiple HPAs: ["
                    + String.join(" ", sharing) + "]";
            events.warning(request.cluster(), autoscaler, "AmbiguousSelector", message);
            condition(autoscaler, Condition.isFalse(ACTIVE, "AmbiguousSelector", message));
            throw new NoReplicasException(message);
        }
    }

    private static void status(KubeObject autoscaler, int current, int desired, ArrayNode metrics) {
        ObjectNode status = autoscaler.status();
        status.put("currentReplicas", current).put("desiredReplicas", desired);
        if (metrics.isEmpty()) {
            status.remove("currentMetrics");
        } else {
            status.set("currentMetrics", metrics);
        }
    }

    private void condition(KubeObject autoscaler, Condition condition) {
        Conditions.set(autoscaler, condition, timer.instant());
    }
}
