package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.appliance.RuntimePlan.Leaving;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The servers that are to go and still have connections. Guarded by the engine's lock. */
final class LeavingServers {
    private final RuntimeCommands commands;
    private final Set<Leaving> servers = new HashSet<>();

    LeavingServers(RuntimeCommands commands) {
        this.commands = commands;
    }

    Set<Leaving> servers() {
        return servers;
    }

    boolean isEmpty() {
        return servers.isEmpty();
    }

    /** HAProxy has none of them any more. */
    void clear() {
        servers.clear();
    }

    /** Lets servers go, at once or when their last connection has ended. */
    void add(List<Leaving> all) {
        for (Leaving server : all) {
            if (!commands.delete(server)) {
                servers.add(server);
            }
        }
    }

    /** Removes those whose last connection has ended. */
    void seeOff() {
        servers.removeIf(commands::delete);
    }

    /** What {@code show servers state} says, but of those that leave, which may be wanted again. */
    String removedFrom(String states) {
        return states.lines()
                .filter(line -> {
                    String[] words = line.split(" ", 5); // backend id, backend, server id, server
                    return words.length < 5 || !servers.contains(new Leaving(words[1], words[3]));
                })
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
