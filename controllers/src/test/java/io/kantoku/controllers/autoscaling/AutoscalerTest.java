package io.kantoku.controllers.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Resources;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
    private static final String POD_METRICS = "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods";

    private final World world = new World("node-lifecycle");

    @BeforeEach
    void start() {
        world.node("n1", 64);
    }

    @AfterEach
    void close() {
        assertThat(world.failing()).isEmpty();
        world.close();
    }

    private void web(int replicas) {
        world.create(
                Resources.DEPLOYMENTS,
                "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},'spec':{'replicas':"
                        + replicas
                        + ",'selector':{'matchLabels':{'app':'web'}},'template':{'metadata':{'labels':{'app':'web'}},"
                        + "'spec':{'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'100m','memory':'100Mi'}}}]}}}}");
        world.settle();
        for (KubeObject pod : world.pods("app=web")) {
            KubeObject started = pod.copy();
            started.status().put("startTime", Timestamps.seconds(world.simulation.instant()));
            world.client.updateStatus(Resources.PODS, started);
        }
        world.advance(Duration.ofMinutes(10));
    }

    private void autoscaler(String name, String more) {
        world.create(
                Resources.HORIZONTAL_POD_AUTOSCALERS,
                "{'apiVersion':'autoscaling/v2','kind':'HorizontalPodAutoscaler','metadata':{'name':'" + name
                        + "','namespace':'default'},'spec':{'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment',"
                        + "'name':'web'},'minReplicas':1,'maxReplicas':10," + more + "}}");
        world.settle();
    }

    private static String cpu(int target) {
        return "'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':"
                + target + "}}}]";
    }

    /** Each pod uses so many millicores. */
    private void usage(int millicores) {
        List<String> items = new ArrayList<>();
        for (KubeObject pod : world.pods("app=web")) {
            items.add("{'metadata':{'name':'" + pod.name() + "'},'timestamp':'"
                    + Timestamps.seconds(world.simulation.instant())
                    + "','window':'30s','containers':[{'name':'c','usage':{'cpu':'" + millicores
                    + "m','memory':'50Mi'}}]}");
        }
        world.clusters.answer(
                POD_METRICS,
                World.object("{'items':[" + String.join(",", items) + "]}").json());
    }

    private int replicas() {
        return world.get(Resources.DEPLOYMENTS, "web").at("spec", "replicas").asInt();
    }

    private Condition condition(String name, String type) {
        return Conditions.find(world.get(Resources.HORIZONTAL_POD_AUTOSCALERS, name), type)
                .orElseThrow();
    }

    @Test
    void saysThatThereAreNoMetrics() {
        web(2);
        autoscaler("hpa", cpu(50));
        String why =
                "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from"
                        + " resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)";
        assertThat(condition("hpa", "AbleToScale").reason()).isEqualTo("SucceededGetScale");
        assertThat(condition("hpa", "ScalingActive"))
                .isEqualTo(Condition.isFalse(
                        "ScalingActive",
                        "FailedGetResourceMetric",
                        "the HPA was unable to compute the replica count: " + why));
        assertThat(world.events("hpa"))
                .contains(
                        "FailedGetResourceMetric: " + why,
                        "FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get"
                                + " cpu resource metric value: " + why);
        assertThat(replicas()).isEqualTo(2);
        assertThat(world.get(Resources.HORIZONTAL_POD_AUTOSCALERS, "hpa")
                        .at("status", "currentReplicas")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void addsReplicasWhenCpuIsAboveItsTarget() {
        web(2);
        usage(100);
        autoscaler("hpa", cpu(50));
        assertThat(replicas()).isEqualTo(4);
        KubeObject hpa = world.get(Resources.HORIZONTAL_POD_AUTOSCALERS, "hpa");
        assertThat(hpa.at("status", "desiredReplicas").asInt()).isEqualTo(4);
        assertThat(hpa.at("status", "currentMetrics").toString())
                .isEqualTo(
                        "[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"current\":{\"averageUtilization\":100,"
                                + "\"averageValue\":\"100m\"}}}]");
        assertThat(hpa.text("status", "lastScaleTime")).isNotEmpty();
        assertThat(world.events("hpa"))
                .contains(
                        "SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target");
        assertThat(condition("hpa", "AbleToScale").message())
                .isEqualTo("the HPA controller was able to update the target scale to 4");
        assertThat(condition("hpa", "ScalingActive").message())
                .isEqualTo("the HPA was able to successfully calculate a replica count from cpu resource utilization"
                        + " (percentage of request)");
        assertThat(condition("hpa", "ScalingLimited").reason()).isEqualTo("DesiredWithinRange");
    }

    @Test
    void staysWithinItsToleranceAndItsBounds() {
        web(2);
        usage(54);
        autoscaler("hpa", cpu(50));
        assertThat(replicas()).isEqualTo(2);
        usage(1000);
        world.advance(Duration.ofSeconds(15));
        assertThat(replicas()).isEqualTo(4);
        assertThat(condition("hpa", "ScalingLimited").reason()).isEqualTo("ScaleUpLimit");
    }

    @Test
    void followsATighterTolerance() {
        web(2);
        usage(54);
        autoscaler("hpa", cpu(50) + ",'behavior':{'scaleUp':{'tolerance':'0.01'}}");
        assertThat(replicas()).isEqualTo(3);
    }

    @Test
    void removesReplicasOnlyWhenUsageHasBeenLowForFiveMinutes() {
        web(4);
        usage(10);
        autoscaler("hpa", cpu(50));
        assertThat(replicas()).isEqualTo(4);
        assertThat(condition("hpa", "AbleToScale").reason()).isEqualTo("ScaleDownStabilized");
        world.advance(Duration.ofMinutes(4));
        assertThat(replicas()).isEqualTo(4);
        world.advance(Duration.ofMinutes(2));
        assertThat(replicas()).isEqualTo(1);
        assertThat(world.events("hpa")).contains("SuccessfulRescale: New size: 1; reason: All metrics below target");
    }

    @Test
    void obeysPoliciesOfHowFastItMayScale() {
        web(2);
        usage(1000);
        autoscaler(
                "hpa", cpu(50) + ",'behavior':{'scaleUp':{'policies':[{'type':'Pods','value':1,'periodSeconds':60}]}}");
        assertThat(replicas()).isEqualTo(3);
        usage(1000);
        world.advance(Duration.ofSeconds(30));
        assertThat(replicas()).isEqualTo(3);
        assertThat(condition("hpa", "ScalingLimited").message())
                .isEqualTo("the desired replica count is increasing faster than the maximum scale rate");
        world.advance(Duration.ofSeconds(45));
        assertThat(replicas()).isEqualTo(4);
    }

    @Test
    void neverRemovesReplicasWhereThatIsDisabled() {
        web(4);
        usage(1);
        autoscaler("hpa", cpu(50) + ",'behavior':{'scaleDown':{'selectPolicy':'Disabled'}}");
        world.advance(Duration.ofMinutes(20));
        assertThat(replicas()).isEqualTo(4);
    }

    @Test
    void bringsTheTargetWithinBoundsWithoutMetrics() {
        web(2);
        world.change(
                Resources.DEPLOYMENTS,
                "web",
                json -> json.withObjectProperty("spec").put("replicas", 20));
        autoscaler("hpa", cpu(50));
        assertThat(replicas()).isEqualTo(10);
        assertThat(world.events("hpa"))
                .contains("SuccessfulRescale: New size: 10; reason: Current number of replicas above Spec.MaxReplicas");
    }

    @Test
    void leavesATargetAloneThatIsScaledToZero() {
        web(0);
        usage(100);
        autoscaler("hpa", cpu(50));
        assertThat(condition("hpa", "ScalingActive"))
                .isEqualTo(Condition.isFalse(
                        "ScalingActive",
                        "ScalingDisabled",
                        "scaling is disabled since the replica count of the target is zero"));
        assertThat(replicas()).isZero();
    }

    @Test
    void saysThatTheTargetIsNotThere() {
        autoscaler("hpa", cpu(50));
        assertThat(condition("hpa", "AbleToScale"))
                .isEqualTo(Condition.isFalse(
                        "AbleToScale",
                        "FailedGetScale",
                        "the HPA controller was unable to get the target's current scale: deployments.apps \"web\" not"
                                + " found"));
        web(1);
        usage(50);
        world.advance(Duration.ofSeconds(15));
        assertThat(condition("hpa", "AbleToScale").isTrue()).isTrue();
    }

    @Test
    void namesPodsWithoutRequests() {
        world.deployment("web", 1, "i");
        world.settle();
        usage(10);
        autoscaler("hpa", cpu(50));
        assertThat(condition("hpa", "ScalingActive").message())
                .startsWith(
                        "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request"
                                + " for cpu in container c of Pod web-");
    }

    @Test
    void refusesToShareItsPodsWithAnother() {
        web(2);
        usage(50);
        autoscaler("one", cpu(50));
        autoscaler("two", cpu(50));
        assertThat(condition("two", "ScalingActive"))
                .isEqualTo(Condition.isFalse(
                        "ScalingActive",
                        "AmbiguousSelector",
                        "pods by selector app=web are controlled by multiple HPAs: [default/one default/two]"));
    }

    @Test
    void assumesNothingGoodOfPodsWithoutMetrics() {
        web(4);
        usage(60);
        // Three of four pods have metrics; the fourth counts as idle when replicas would be added.
        List<KubeObject> pods = world.pods("app=web");
        world.client.delete(
                Resources.PODS, pods.getFirst().namespacedName(), io.kantoku.client.DeleteOptions.background());
        world.settle();
        autoscaler("hpa", cpu(50));
        assertThat(replicas()).isEqualTo(4);
    }

    @Test
    void readsCustomAndExternalMetrics() {
        web(2);
        world.clusters.answer(
                "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue",
                World.object("{'items':[{'metricName':'queue','value':'30'}]}").json());
        List<String> items = new ArrayList<>();
        world.pods("app=web")
                .forEach(pod -> items.add("{'describedObject':{'kind':'Pod','name':'" + pod.name()
                        + "'},'timestamp':'2026-01-01T00:00:00Z','value':'10'}"));
        world.clusters.answer(
                "/apis/custom.metrics.k8s.io/v1beta2/namespaces/default/pods/*/requests",
                World.object("{'items':[" + String.join(",", items) + "]}").json());
        autoscaler(
                "hpa",
                "'metrics':[{'type':'External','external':{'metric':{'name':'queue'},'target':{'type':'AverageValue',"
                        + "'averageValue':'10'}}},{'type':'Pods','pods':{'metric':{'name':'requests'},'target':"
                        + "{'type':'AverageValue','averageValue':'10'}}}]");
        assertThat(replicas()).isEqualTo(3);
        assertThat(world.events("hpa"))
                .contains("SuccessfulRescale: New size: 3; reason: external metric queue(nil) above target");
        assertThat(world.get(Resources.HORIZONTAL_POD_AUTOSCALERS, "hpa")
                        .at("status", "currentMetrics")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void readsTheUseOfOneContainer() {
        web(2);
        usage(100);
        autoscaler(
                "hpa",
                "'metrics':[{'type':'ContainerResource','containerResource':{'name':'cpu','container':'c','target':"
                        + "{'type':'Utilization','averageUtilization':50}}}]");
        assertThat(replicas()).isEqualTo(4);
    }

    @Test
    void readsGoDurations() {
        assertThat(MetricReader.window("1m0.5s")).isEqualTo(Duration.ofMillis(60_500));
        assertThat(MetricReader.window("15s")).isEqualTo(Duration.ofSeconds(15));
    }
}
