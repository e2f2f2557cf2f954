package io.kantoku.loadbalancer.appliance;

import java.util.Comparator;

/**
 * An address and port that is served.
 *
 * @param address an IPv4 address
 */
record VipPort(String address, int port) implements Comparable<VipPort> {
    private static final Comparator<VipPort> ORDER =
            Comparator.comparing(VipPort::address).thenComparingInt(VipPort::port);

    /** Whether that is what a bind line says. */
    boolean is(FrontendAddresses.Listening listening) {
        return listening.port() == port && listening.address().equals(address);
    }

    @Override
    public int compareTo(VipPort other) {
        return ORDER.compare(this, other);
    }

    /** {@code 10.44.59.51:6443}, as HAProxy's maps have it. */
    @Override
    public String toString() {
        return address + ":" + port;
    }
}
