package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.FrontendAddresses.Listening;
import java.util.Map;
import java.util.TreeMap;

/**
 * Addresses that are configured and not served, because HAProxy could not listen on them and would serve nothing at all.
 *
 * @param reasons why, by frontend and address
 */
public record Quarantine(Map<String, String> reasons) {
    static final Quarantine EMPTY = new Quarantine(Map.of());

    public Quarantine {
        reasons = Map.copyOf(reasons);
    }

    static Quarantine of(Map<Listening, String> faults) {
        Map<String, String> reasons = new TreeMap<>();
        faults.forEach((listening, reason) ->
                reasons.put(listening.section() + " " + listening.address() + ":" + listening.port(), reason));
        return new Quarantine(reasons);
    }

    public boolean isEmpty() {
        return reasons.isEmpty();
    }
}
