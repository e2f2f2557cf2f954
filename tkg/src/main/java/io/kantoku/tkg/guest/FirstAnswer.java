package io.kantoku.tkg.guest;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the address of a guest's Service back until its first request would be answered: the load balancer is programmed within
 * milliseconds, and the nodes may need some more to lead their port to the pods. Remembers for how long; thread-safe.
 */
final class FirstAnswer {
    /** After which the address is given out all the same: who asks from here may be somebody whom the nodes do not answer. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int AT_ONCE = 4;

    private final NodePorts nodePorts;
    private final Map<Request, Wait> waits = new ConcurrentHashMap<>();

    private record Wait(Instant since, int attempts) {}

    private record Target(String address, int port) {}

    /** What to do with an address. */
    enum Verdict {
        /** A backend answers, or there is none that could. */
        GIVE,
        /** A pod is ready, and no node answers for it yet. */
        WAIT,
        /** As before, and it has been waited long enough. */
        GIVE_UNANSWERED
    }

    FirstAnswer(NodePorts nodePorts) {
        this.nodePorts = nodePorts;
    }

    /**
     * Judges once.
     *
     * @param endpoints the Service's own, in its cluster
     * @param machines the endpoints of its load balancer: nodes with their node ports
     */
    Verdict judge(
            Request request,
            KubeObject service,
            Optional<KubeObject> endpoints,
            Optional<KubeObject> machines,
            Instant now) {
        List<Target> targets = targets(machines);
        Wait wait = waits.merge(request, new Wait(now, 0), (old, _) -> new Wait(old.since(), old.attempts() + 1));
        boolean unknown = endpoints.isEmpty() && !service.at("spec", "selector").isEmpty();
        boolean ready = endpoints
                .filter(object -> !targets(Optional.of(object)).isEmpty())
                .isPresent();
        boolean waits = ready ? !anyAnswers(targets, wait.attempts()) : unknown && !targets.isEmpty();
        if (!waits) {
            forget(request);
            return Verdict.GIVE;
        }
        if (Duration.between(wait.since(), now).compareTo(PATIENCE) < 0) {
            return Verdict.WAIT;
        }
        forget(request);
        return Verdict.GIVE_UNANSWERED;
    }

    void forget(Request request) {
        waits.remove(request);
    }

    /** A few of them each time, so that many silent machines do not hold anybody up. */
    private boolean anyAnswers(List<Target> targets, int attempt) {
        for (int i = 0; i < Math.min(AT_ONCE, targets.size()); i++) {
            Target target = targets.get(Math.floorMod(attempt * AT_ONCE + i, targets.size()));
            if (nodePorts.answers(target.address(), target.port())) {
                return true;
            }
        }
        return false;
    }

    private static List<Target> targets(Optional<KubeObject> endpoints) {
        List<Target> targets = new ArrayList<>();
        if (endpoints.isPresent()) {
            for (JsonNode subset : endpoints.get().at("subsets")) {
                for (JsonNode address : subset.path("addresses")) {
                    for (JsonNode port : subset.path("ports")) {
                        targets.add(new Target(
                                address.path("ip").asText(), port.path("port").asInt()));
                    }
                }
            }
        }
        return targets;
    }
}
