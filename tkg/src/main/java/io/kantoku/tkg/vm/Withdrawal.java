package io.kantoku.tkg.vm;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Conditions;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiPredicate;

/**
 * Keeps a machine that is to end running until no load balancer sends clients to it. Not where its whole cluster goes, and not for
 * long: a load balancer that cannot be told must not keep a machine.
 *
 * @param balancer whether a Service's load balancer leads to an address
 */
record Withdrawal(Caches caches, BiPredicate<NamespacedName, String> balancer) {
    static final Duration LIMIT = Duration.ofSeconds(10);

    /** Whether the machine's end has to wait. */
    boolean isDue(KubeObject vm, Instant now) {
        String address = vm.text("status", "vmIp");
        String cluster = vm.labels().getOrDefault(Labels.VM_CLUSTER, "");
        boolean serves = Conditions.isTrue(vm, "Ready") && !address.isEmpty();
        Instant since = Instant.parse(vm.text("metadata", "deletionTimestamp"));
        if (!serves || now.isAfter(since.plus(LIMIT)) || clusterGoes(vm, cluster)) {
            return false;
        }
        return caches.vmServicesFor(vm.namespace(), cluster).stream()
                .filter(service -> VmServicePlan.selects(service, vm))
                .anyMatch(service -> balancer.test(service.namespacedName(), address));
    }

    private boolean clusterGoes(KubeObject vm, String cluster) {
        return !cluster.isEmpty()
                && caches.tanzuClusters
                        .find(vm.namespace(), cluster)
                        .map(KubeObject::deleting)
                        .orElse(true);
    }
}
