package io.kantoku.loadbalancer.appliance;

import java.util.Optional;
import java.util.regex.Pattern;

/** IPv4 addresses as text. */
final class Ipv4 {
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern ADDRESS = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE);

    private Ipv4() {}

    static boolean is(String text) {
        return ADDRESS.matcher(text).matches();
    }

    /** A network or a single address; empty for anything else. */
    static Optional<Cidr> network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!is(address)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Cidr.parse(slash < 0 ? text + "/32" : text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // HAProxy takes bits past the prefix; the packet filter does not
        }
    }
}
