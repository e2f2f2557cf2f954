package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Computes the status of a WCPCluster: its pool and folder, its network, and the address of its API. Pure. */
final class ClusterPlan {
    /** What a cluster stands on. */
    record Infrastructure(Optional<KubeObject> policy, Optional<KubeObject> network, Optional<KubeObject> service) {}

    private ClusterPlan() {}

    /** The virtual IP of the Service, {@code ""} while it has none. */
    static String address(Optional<KubeObject> service) {
        return service.map(object -> object.at("status", "loadBalancer", "ingress")
                        .path(0)
                        .path("ip")
                        .asText(""))
                .orElse("");
    }

    static void infrastructure(KubeObject wcp, Infrastructure parts, Instant now) {
        Condition policy = policy(parts.policy());
        Condition network = parts.network().isPresent()
                ? Condition.isTrue("ClusterNetworkReady", "", "")
                : Condition.isFalse(
                        "ClusterNetworkReady",
                        "ClusterNetworkProvisionFailed",
                        "namespace " + wcp.namespace() + " has no default Network; an administrator must give it a"
                                + " workload network");
        Condition balancer = balancer(parts.service());
        Condition ready = Condition.isTrue("Ready", "", "");
        for (Condition part : List.of(network, balancer, policy)) {
            Conditions.set(wcp, part, now);
            if (!part.isTrue() && ready.isTrue()) {
                ready = new Condition("Ready", "False", part.reason(), part.message(), 0);
            }
        }
        Conditions.set(wcp, ready, now);
        wcp.status().put("ready", ready.isTrue()).put("resourcePolicyName", wcp.name());
    }

    private static Condition policy(Optional<KubeObject> policy) {
        return policy.flatMap(object -> Conditions.find(object, "Ready"))
                .map(ready -> ready.isTrue()
                        ? Condition.isTrue("ResourcePolicyReady", "", "")
                        : Condition.isFalse("ResourcePolicyReady", "ResourcePolicyCreationFailed", ready.message()))
                .orElse(Condition.isFalse(
                        "ResourcePolicyReady",
                        "ResourcePolicyCreationStarted",
                        "waiting for the cluster's resource pool and folder"));
    }

    private static Condition balancer(Optional<KubeObject> service) {
        if (service.isEmpty()) {
            return Condition.isFalse(
                    "LoadBalancerReady", "LoadBalancerCreationFailed", "the control plane's Service is missing");
        }
        if (!address(service).isEmpty()) {
            return Condition.isTrue("LoadBalancerReady", "", "");
        }
        String why = Conditions.find(service.get(), "Ready")
                .map(Condition::message)
                .filter(message -> !message.isEmpty())
                .map(message -> ": " + message)
                .orElse("");
        return Condition.isFalse(
                "LoadBalancerReady",
                "WaitingForLoadBalancerIP",
                "waiting for the virtual IP of Service " + service.get().name() + why);
    }
}
