package io.kantoku.apiserver.streams;

import java.util.Optional;

/**
 * The name in the path of a proxy: {@code name}, {@code name:port} or {@code scheme:name:port}, the last with an empty port as well.
 *
 * @param scheme {@code ""}, {@code http} or {@code https}
 * @param port a number or a name, {@code ""} when there is none
 */
record ProxyName(String scheme, String name, String port) {
    /** Reads a name; empty when it has another form. */
    static Optional<ProxyName> parse(String text) {
        String[] parts = text.split(":", -1);
        ProxyName parsed = switch (parts.length) {
            case 1 -> new ProxyName("", parts[0], "");
            case 2 -> new ProxyName("", parts[0], parts[1]);
            case 3 -> new ProxyName(parts[0], parts[1], parts[2]);
            default -> new ProxyName("", "", "");
        };
        boolean scheme = parsed.scheme.isEmpty() || parsed.scheme.equals("http") || parsed.scheme.equals("https");
        boolean emptyPort = parts.length == 2 && parsed.port.isEmpty();
        boolean emptyScheme = parts.length == 3 && parsed.scheme.isEmpty();
        return scheme && !parsed.name.isEmpty() && !emptyPort && !emptyScheme ? Optional.of(parsed) : Optional.empty();
    }

    /** The port as a number; empty when it is a name, or no port. */
    Optional<Integer> number() {
        boolean digits = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits
                ? Optional.of(Integer.parseInt(port)).filter(number -> number > 0 && number <= 65_535)
                : Optional.empty();
    }
}
