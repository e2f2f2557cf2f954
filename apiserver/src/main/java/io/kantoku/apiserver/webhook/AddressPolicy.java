package io.kantoku.apiserver.webhook;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;

/**
 * Which addresses the server connects to when users of a cluster name them by URL.
 *
 * <p>Upstream connects to any. Its control plane belongs to the cluster's administrators; here it serves many tenants from one host, so
 * that what a tenant names must not reach what only the host can.
 */
@FunctionalInterface
public interface AddressPolicy {
    /** Why an address is refused, or empty when it may be called. */
    Optional<String> refusal(InetAddress address);

    /**
     * Everything but addresses that name no other server: unspecified, multicast, and link-local ones, where clouds keep their
     * metadata. For one user's server, and for labs that live on loopback addresses.
     */
    static AddressPolicy ordinary() {
        return address -> address.isAnyLocalAddress() || address.isMulticastAddress() || address.isLinkLocalAddress()
                ? Optional.of(address.getHostAddress() + " is not an address that webhooks may have")
                : Optional.empty();
    }

    /** Like {@link #ordinary}, and nothing on this host. */
    static AddressPolicy otherHosts() {
        AddressPolicy ordinary = ordinary();
        return address -> address.isLoopbackAddress() || isOwn(address)
                ? Optional.of(
                        address.getHostAddress() + " is an address of this server's host, where webhooks may not be")
                : ordinary.refusal(address);
    }

    private static boolean isOwn(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true; // what cannot be ruled out is refused
        }
    }
}
