package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.appliance.FrontendAddresses.Listening;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds out before a reload whether HAProxy will be able to listen where it is told to.
 *
 * <p>{@code haproxy -c} does not: it calls a file valid whose addresses are not the host's, and the reload then takes every
 * listener down for two seconds. It does not see either that two frontends share an address, of which each would get half of
 * the connections.
 */
final class BindTest {
    /** A worker that stops listening takes a moment to let go of its sockets. */
    private static final int RETRIES = 10;

    private static final Duration RETRY_PAUSE = Duration.ofMillis(30);

    private final NetworkStack stack;
    private final List<Cidr> ranges;
    private final Set<InetAddress> own;

    BindTest(NetworkStack stack, List<Cidr> ranges, List<String> ownAddresses) {
        this.stack = stack;
        this.ranges = ranges;
        this.own = ownAddresses.stream().map(InetAddress::ofLiteral).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Tests what a candidate listens on and the current configuration does not.
     *
     * @param intercepted where nobody has to listen
     * @throws DataPlaneException BAD_REQUEST
     */
    void check(HaproxyConfig current, HaproxyConfig candidate, Predicate<Listening> intercepted) {
        List<Listening> wanted = FrontendAddresses.of(candidate);
        Map<String, Listening> taken = new HashMap<>();
        for (Listening listening : wanted) {
            Listening other = taken.put(listening.address() + " " + listening.port(), listening);
            if (other != null) {
                throw DataPlaneException.badRequest(
                        listening.section() + " wants " + text(listening) + ", which " + other.section()
                                + " has: each would get a part of the connections; use another port or address");
            }
        }
        Set<String> known = new HashSet<>();
        FrontendAddresses.of(current).forEach(l -> known.add(l.address() + " " + l.port()));
        for (Listening listening : wanted) {
            if (!known.contains(listening.address() + " " + listening.port()) && !intercepted.test(listening)) {
                fault(listening, RETRIES).ifPresent(fault -> {
                    throw DataPlaneException.badRequest(fault);
                });
            }
        }
    }

    /**
     * What of a configuration could not be listened on now, with the reasons. Only for when HAProxy does not run.
     *
     * @param intercepted where nobody has to listen
     */
    Map<Listening, String> unusable(HaproxyConfig config, Predicate<Listening> intercepted) {
        Map<Listening, String> faults = new HashMap<>();
        for (Listening listening : FrontendAddresses.of(config)) {
            if (intercepted.test(listening)) {
                continue;
            }
            fault(listening, 0).ifPresent(fault -> faults.put(listening, fault));
        }
        return faults;
    }

    /** Why HAProxy, which does not listen there now, could not. */
    Optional<String> fault(Listening listening) {
        return fault(listening, 0);
    }

    private static String text(Listening listening) {
        return listening.address() + ":" + listening.port();
    }

    private Optional<String> fault(Listening listening, int retries) {
        String what = listening.section() + " cannot listen on " + text(listening) + ": ";
        if (listening.wildcard()) {
            return Optional.of(
                    what + "it stands for every address of the host, and would take the port from all others;"
                            + " name one address");
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(listening.address());
        } catch (IllegalArgumentException e) {
            return Optional.of(what + "that is not an IP address; host names are not resolved here");
        }
        if (!ranges.isEmpty() && !own.contains(address) && ranges.stream().noneMatch(r -> r.contains(address))) {
            return Optional.of(what + "the appliance answers for "
                    + ranges.stream().map(Cidr::toString).collect(Collectors.joining(", "))
                    + " only; use an address of these, or add a range to the appliance");
        }
        return tryToListen(new InetSocketAddress(address, listening.port()), retries)
                .map(fault -> what + explain(fault));
    }

    private Optional<IOException> tryToListen(InetSocketAddress address, int retries) {
        for (int attempt = 0; ; attempt++) {
            try (ServerSocketChannel channel = stack.listen(address)) {
                return Optional.empty();
            } catch (IOException e) {
                if (attempt >= retries || !inUse(e)) {
                    return Optional.of(e);
                }
            }
            try {
                Thread.sleep(RETRY_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of(new IOException("interrupted", e));
            }
        }
    }

    private static boolean inUse(IOException e) {
        return message(e).contains("in use");
    }

    private static String message(IOException e) {
        Throwable cause = e.getCause() instanceof BindException bind ? bind : e;
        return String.valueOf(cause.getMessage());
    }

    private static String explain(IOException e) {
        String message = message(e);
        if (message.contains("Cannot assign")) {
            return "the address is not local to the appliance; add it to an interface, or its range to the appliance's";
        }
        if (inUse(e)) {
            return "another process listens there; stop it, or use another port";
        }
        if (message.contains("Permission denied")) {
            return "ports below 1024 need privileges that this process does not have; run it as root or use a higher port";
        }
        return message;
    }
}
