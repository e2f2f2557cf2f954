package io.kantoku.network.calico;

import io.kantoku.network.policy.Isolation;
import io.kantoku.network.policy.Isolation.Direction;
import io.kantoku.network.policy.Isolation.Ports;
import io.kantoku.network.services.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Policies as rules of the chains {@code ingress} and {@code egress}: what is let through returns, what is isolated ends there. Pure. */
final class PolicyRules {
    private PolicyRules() {}

    /** Writes the rules. */
    static void of(Isolation isolation, BiConsumer<String, String> rule) {
        for (Direction direction : Direction.values()) {
            String chain = chain(direction);
            rule.accept(chain, "ip saddr . ip daddr @hairpins return");
            isolation.rules().stream()
                    .filter(allowed -> allowed.direction() == direction)
                    .forEach(allowed -> write(chain, allowed, rule));
            Set<String> isolated = direction == Direction.INGRESS ? isolation.ingress() : isolation.egress();
            if (!isolated.isEmpty()) {
                rule.accept(chain, own(direction) + set(isolated) + " drop");
            }
        }
    }

    private static String chain(Direction direction) {
        return direction == Direction.INGRESS ? "ingress" : "egress";
    }

    private static String own(Direction direction) {
        return direction == Direction.INGRESS ? "ip daddr " : "ip saddr ";
    }

    private static void write(String chain, Isolation.Rule allowed, BiConsumer<String, String> rule) {
        String other = allowed.direction() == Direction.INGRESS ? "ip saddr " : "ip daddr ";
        String who = own(allowed.direction())
                + set(allowed.pods())
                + (allowed.everybody()
                        ? ""
                        : " " + other
                                + set(allowed.peers().stream()
                                        .map(Object::toString)
                                        .toList()));
        if (allowed.ports().isEmpty()) {
            rule.accept(chain, who + " return");
            return;
        }
        for (Protocol protocol : EnumSet.allOf(Protocol.class)) {
            List<Ports> ports = allowed.ports().stream()
                    .filter(port -> port.protocol() == protocol)
                    .toList();
            if (!ports.isEmpty()) {
                boolean all = ports.stream().anyMatch(port -> port.first() == 0);
                String numbers = all ? "" : " th dport " + numbers(ports);
                rule.accept(chain, who + " meta l4proto " + protocol.lowerCase() + numbers + " return");
            }
        }
    }

    /** Ranges that overlap or touch are one, for the packet filter takes no others. */
    private static String numbers(List<Ports> ports) {
        List<String> ranges = new ArrayList<>();
        int first = -1;
        int last = -1;
        for (Ports next : ports.stream().sorted().toList()) {
            if (first < 0 || next.first() > last + 1) {
                add(ranges, first, last);
                first = next.first();
                last = next.last();
            } else {
                last = Math.max(last, next.last());
            }
        }
        add(ranges, first, last);
        return set(ranges);
    }

    private static void add(List<String> ranges, int first, int last) {
        if (first >= 0) {
            ranges.add(first == last ? "" + first : first + "-" + last);
        }
    }

    private static String set(Collection<String> addresses) {
        return addresses.stream().collect(Collectors.joining(", ", "{ ", " }"));
    }
}
