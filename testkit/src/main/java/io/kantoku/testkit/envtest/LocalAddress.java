package io.kantoku.testkit.envtest;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses to listen on. What a test starts stays on its machine: the wildcard address becomes the loopback one. */
final class LocalAddress {
    private LocalAddress() {}

    static InetAddress of(String host) throws UnknownHostException {
        InetAddress address = InetAddress.getAllByName(host)[0];
        return address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    }
}
