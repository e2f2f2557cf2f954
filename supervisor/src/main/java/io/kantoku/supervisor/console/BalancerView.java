package io.kantoku.supervisor.console;

import java.util.Optional;

/** What the load balancer itself says about the addresses that it serves. Must answer from memory or within moments. */
public interface BalancerView {
    /** A load balancer that tells nothing. */
    BalancerView SILENT = new BalancerView() {
        @Override
        public Health health(String host, int port) {
            return Health.UNKNOWN;
        }

        @Override
        public Optional<Traffic> traffic(String vip) {
            return Optional.empty();
        }
    };

    /** Whether a server passes the load balancer's checks. */
    enum Health {
        UP,
        DOWN,
        UNKNOWN
    }

    /** Since HAProxy's worker started. */
    record Traffic(long currentSessions, long totalSessions, long bytesIn, long bytesOut) {}

    Health health(String host, int port);

    /** The traffic of all ports of a virtual IP. */
    Optional<Traffic> traffic(String vip);
}
