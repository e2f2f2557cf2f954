package io.kantoku.cli.verify;

import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import java.util.List;
import java.util.Optional;

/** What {@code kantoku explain} says of a healthy cluster, and of ones that wait. */
final class ExplainSteps {
    private static final String STARVED = "tkc03";
    private static final String UNSERVED = "tkc04";

    private final Walk walk;

    ExplainSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step("explain: nothing blocks a healthy cluster", "", this::healthy),
                new Step("explain: the range of node addresses is used up", "", this::starved),
                new Step("explain: HAProxy does not run; it goes on by itself when it does", "", this::unserved));
    }

    private Outcome explain(String cluster) throws InterruptedException {
        return walk.trial().kantoku("explain", "tkc/" + Walk.NAMESPACE + "/" + cluster);
    }

    private void healthy() throws InterruptedException {
        explain(Walk.CLUSTER).succeeds().says("TanzuKubernetesCluster ns1/tkc01  ready", "Nothing blocks");
    }

    /** Waits until the explanation names the blocker; every other part of it has to be right then, too. */
    private void blocked(String cluster, String... parts) throws InterruptedException {
        Await.until(Walk.LONG, "explain names what blocks " + cluster, () -> {
            Outcome outcome = explain(cluster);
            boolean named = outcome.exit() == 1 && List.of(parts).stream().allMatch(outcome.out()::contains);
            return named
                    ? Optional.empty()
                    : Optional.of("it lacks one of " + List.of(parts) + ":\n" + outcome.out() + outcome.err());
        });
        explain(cluster).says("<== blocks", "Blocked by ", "To do: ");
    }

    private void starved() throws InterruptedException {
        walk.supervisor()
                .apply(ClusterSteps.small(STARVED, Walk.NODE_ADDRESSES))
                .succeeds();
        blocked(STARVED, "CannotAllocIP", "NetworkInterface");
        walk.supervisor().run("delete tkc " + STARVED + " --timeout=60s").succeeds();
        explain(Walk.CLUSTER).succeeds();
    }

    private void unserved() throws InterruptedException {
        List<String> balancers = walk.loadBalancerNames();
        for (String balancer : balancers) {
            walk.trial().kantoku("vm", "stop", balancer).succeeds();
        }
        // The virtual IP is dead now, so kubectl speaks with a control machine.
        String machine = walk.trial().addresses().controlMachines().first().toString();
        Kubectl direct = walk.supervisor()
                .options("--server", "https://" + machine + ":6443")
                .from(walk.trial().fromInside());
        direct.apply(ClusterSteps.small(UNSERVED, 1)).succeeds();
        blocked(UNSERVED, "LoadBalancerUnreachable", "Service ns1/" + UNSERVED + "-control-plane-service");
        walk.supervisor().run("get tkc --request-timeout=5s").fails();
        for (String balancer : balancers) {
            walk.trial().kantoku("vm", "start", balancer).succeeds();
        }
        walk.supervisor()
                .run("wait tkc/" + UNSERVED + " --for=jsonpath={.status.phase}=running --timeout=50s")
                .succeeds();
        walk.supervisor().run("delete tkc " + UNSERVED + " --timeout=60s").succeeds();
    }
}
