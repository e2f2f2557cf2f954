package io.kantoku.cli.verify;

import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.cli.trial.Visitors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The two HAProxy appliances of the lab: each is switched off and on while people visit what they serve. */
final class BalancerSteps {
    private static final int VISITORS = 4;
    private static final int AFTER = 20;
    private static final double REACH_SECONDS = 3;

    private final Walk walk;

    BalancerSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(new Step(
                "each load balancer is switched off and on under load: no new connection is lost", "", this::rolling));
    }

    private void rolling() throws InterruptedException {
        String vip = walk.guest(Walk.CLUSTER)
                .get("service web")
                .at("/status/loadBalancer/ingress/0/ip")
                .asText();
        Await.until(Walk.SOON, "one is active and the other stands by", () -> rolesMissing("active", "standby"));
        try (Visitors visitors = Visitors.to(vip, 80, walk.trial().inside(), VISITORS)) {
            for (String name : walk.loadBalancerNames()) {
                walk.trial().kantoku("vm", "stop", name).succeeds();
                Await.until(Walk.SOON, "the other is active", () -> rolesMissing("active", "off"));
                int before = visitors.served();
                Await.until(Walk.SOON, "it serves", () -> more(visitors, before));
                walk.trial().kantoku("vm", "start", name).succeeds();
                Await.until(Walk.SOON, name + " stands by", () -> rolesMissing("active", "standby"));
            }
            visitors.lostNone();
            TrialFailure.unless(
                    visitors.longestSeconds() < REACH_SECONDS,
                    "a visit took " + visitors.longestSeconds() + " s, more than " + REACH_SECONDS + " s");
        }
    }

    private static Optional<String> more(Visitors visitors, int before) {
        int made = visitors.served() - before;
        return made >= AFTER ? Optional.empty() : Optional.of("it has served " + made + " visits");
    }

    private Optional<String> rolesMissing(String... wanted) {
        List<String> roles = new ArrayList<>();
        walk.loadBalancers().forEach(balancer -> roles.add(balancer.path("role").asText()));
        return roles.stream().sorted().toList().equals(List.of(wanted))
                ? Optional.empty()
                : Optional.of("they are " + roles);
    }
}
