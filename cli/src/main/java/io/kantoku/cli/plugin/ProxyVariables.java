package io.kantoku.cli.plugin;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Foretells which API servers kubectl would not reach directly. kubectl uses the proxy variables as Go's net/http does; the plugin
 * itself uses none. Go reads HTTPS_PROXY and NO_PROXY in capitals first and does not know ALL_PROXY.
 */
final class ProxyVariables {
    private final Map<String, String> variables;

    ProxyVariables(Map<String, String> variables) {
        this.variables = variables;
    }

    /** What to tell the user when kubectl would send requests for some of these hosts to a proxy. */
    Optional<String> warning(List<String> hosts, int port) {
        Optional<String> proxy = firstSet("HTTPS_PROXY", "https_proxy");
        List<String> swallowed = hosts.stream()
                .distinct()
                .filter(host -> !isDirect(host.toLowerCase(Locale.ROOT), port))
                .toList();
        if (proxy.isEmpty() || swallowed.isEmpty()) {
            return Optional.empty();
        }
        String exceptions = firstSet("NO_PROXY", "no_proxy")
                .map(name -> variables.get(name) + ",")
                .orElse("");
        return Optional.of("kubectl will send requests for " + String.join(", ", swallowed) + " to the proxy of "
                + proxy.get() + "; to reach " + (swallowed.size() == 1 ? "it" : "them") + " directly, set NO_PROXY="
                + exceptions + String.join(",", swallowed));
    }

    private Optional<String> firstSet(String... names) {
        return Arrays.stream(names)
                .filter(name -> !variables.getOrDefault(name, "").isEmpty())
                .findFirst();
    }

    private boolean isDirect(String host, int port) {
        Optional<InetAddress> address = literal(host);
        if (host.equals("localhost")
                || address.filter(InetAddress::isLoopbackAddress).isPresent()) {
            return true;
        }
        return firstSet("NO_PROXY", "no_proxy").stream()
                .flatMap(name -> Arrays.stream(variables.getOrDefault(name, "").split(",")))
                .map(exception -> exception.strip().toLowerCase(Locale.ROOT))
                .filter(exception -> !exception.isEmpty())
                .anyMatch(exception -> matches(exception, host, address, port));
    }

    private static boolean matches(String exception, String host, Optional<InetAddress> address, int port) {
        if (exception.equals("*")) {
            return true;
        }
        int slash = exception.indexOf('/');
        if (slash > 0) {
            return address.isPresent()
                    && inBlock(exception.substring(0, slash), exception.substring(slash + 1), address.get());
        }
        String name = exception;
        int colon = exception.lastIndexOf(':');
        if (colon >= 0 && literal(exception).isEmpty()) {
            if (!exception.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = exception.substring(0, colon);
        }
        if (address.isPresent()) {
            return literal(name).equals(address);
        }
        if (name.startsWith("*.")) {
            name = name.substring(1);
        }
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }

    private static boolean inBlock(String network, String length, InetAddress address) {
        Optional<InetAddress> base = literal(network);
        byte[] host = address.getAddress();
        if (base.isEmpty() || base.get().getAddress().length != host.length || !length.matches("\\d{1,3}")) {
            return false;
        }
        int bits = Integer.parseInt(length);
        byte[] start = base.get().getAddress();
        for (int i = 0; i < host.length; i++) {
            int mask = 0xff & (0xff << Math.clamp(8 - (bits - 8L * i), 0, 8));
            if ((host[i] & mask) != (start[i] & mask)) {
                return false;
            }
        }
        return bits <= 8 * host.length;
    }

    private static Optional<InetAddress> literal(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a name
        }
    }
}
