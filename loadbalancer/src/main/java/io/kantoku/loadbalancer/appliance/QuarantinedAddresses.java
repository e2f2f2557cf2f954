package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.FrontendAddresses.Listening;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses that are configured and left out, because HAProxy could not listen on them. Changed under the engine's lock. */
final class QuarantinedAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(QuarantinedAddresses.class);

    private final String appliance;
    private final BindTest bindTest;
    private Set<Listening> addresses = Set.of();
    private volatile Quarantine shown = Quarantine.EMPTY;

    QuarantinedAddresses(String appliance, BindTest bindTest) {
        this.appliance = appliance;
        this.bindTest = bindTest;
    }

    Set<Listening> addresses() {
        return addresses;
    }

    /** What is configured and not served; any thread. */
    Quarantine shown() {
        return shown;
    }

    HaproxyConfig without(HaproxyConfig config) {
        return FrontendAddresses.without(config, List.copyOf(addresses));
    }

    /** What is wrong with these addresses now; those with which nothing is are not named. */
    Map<Listening, String> faults(Set<Listening> suspects) {
        Map<Listening, String> faults = new HashMap<>();
        for (Listening suspect : suspects) {
            bindTest.fault(suspect).ifPresent(fault -> faults.put(suspect, fault));
        }
        return faults;
    }

    /** Leaves out these addresses from now on, until something changes. */
    void set(Set<Listening> suspects) {
        addresses = Set.copyOf(suspects);
    }

    /** Leaves out these addresses, for these reasons. */
    void set(Map<Listening, String> faults) {
        set(faults.keySet());
        Quarantine changed = Quarantine.of(faults);
        if (!changed.reasons().keySet().equals(shown.reasons().keySet())) {
            changed.reasons()
                    .values()
                    .forEach(reason -> LOG.atWarn()
                            .setMessage("address is not served")
                            .addKeyValue("appliance", appliance)
                            .addKeyValue("reason", reason)
                            .log());
        }
        shown = changed;
    }
}
