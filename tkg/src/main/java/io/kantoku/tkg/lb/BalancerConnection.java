package io.kantoku.tkg.lb;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.lab.NetworkStack;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Kinds;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The connection to the Supervisor's load balancer, made anew when its configuration or credentials change. Any thread may use it. */
final class BalancerConnection {
    private final Caches caches;
    private final LoadBalancers balancers;
    private final NetworkStack network;
    private String fingerprint = "";
    private LoadBalancers.@Nullable Programmable present;

    /** What there is to work with, or why there is nothing. */
    record State(Optional<LoadBalancers.Programmable> balancer, String problem, long generation) {}

    private long generation;

    BalancerConnection(Caches caches, LoadBalancers balancers, NetworkStack network) {
        this.caches = caches;
        this.balancers = balancers;
        this.network = network;
    }

    /** The connection as the Supervisor's objects describe it now; the generation grows when it is another one. */
    synchronized State get(KubeObject balancer) {
        String provider = balancer.text("spec", "providerRef", "name");
        Optional<KubeObject> config = caches.haproxies.find("", provider);
        if (!balancer.text("spec", "type").equals("haproxy") || config.isEmpty()) {
            return problem("LoadBalancerConfig " + balancer.name() + " does not name a HAProxyLoadBalancerConfig that"
                    + " exists");
        }
        String namespace = config.get().text("spec", "credentialSecretRef", "namespace");
        NamespacedName secretName = new NamespacedName(
                namespace.isEmpty() ? "default" : namespace, config.get().text("spec", "credentialSecretRef", "name"));
        Optional<KubeObject> secret = caches.supervisor().find(Kinds.SECRET.resource(), secretName);
        if (secret.isEmpty()) {
            return problem("the Secret " + secretName + " with the load balancer's credentials is missing");
        }
        String print = config.get().uid() + "/" + config.get().resourceVersion() + "/"
                + secret.get().uid() + "/" + secret.get().resourceVersion();
        if (present == null || !print.equals(fingerprint)) {
            try {
                LoadBalancers.Programmable old = present;
                present = balancers.at(Appliances.endpoints(config.get(), secret.get(), network));
                if (old != null) {
                    old.close();
                }
            } catch (IllegalArgumentException e) {
                return problem(String.valueOf(e.getMessage()));
            }
            fingerprint = print;
            generation++;
        }
        return new State(Optional.ofNullable(present), "", generation);
    }

    private State problem(String message) {
        return new State(Optional.empty(), message, generation);
    }
}
