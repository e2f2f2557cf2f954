package io.kantoku.loadbalancer.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a backend picks a server. */
public record Balance(@Nullable String algorithm) {
    static final List<String> ALGORITHMS = List.of(
            "roundrobin",
            "static-rr",
            "leastconn",
            "first",
            "source",
            "uri",
            "url_param",
            "hdr",
            "random",
            "rdp-cookie");

    public static final Balance ROUND_ROBIN = new Balance("roundrobin");

    static @Nullable Balance read(Section section) {
        String value = section.value("balance");
        return value == null ? null : new Balance(value);
    }

    static Section write(Section section, @Nullable Balance balance) {
        return section.set(balance == null ? null : balance.algorithm(), "balance");
    }

    void validate() {
        if (algorithm == null) {
            throw DataPlaneException.required("balance.algorithm");
        }
        Names.checkOneOf("balance.algorithm", algorithm, ALGORITHMS);
    }
}
