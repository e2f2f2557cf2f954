package io.kantoku.apiserver.streams;

import io.kantoku.apimachinery.ApiException;
import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * Which addresses a server may be sent to by what users and nodes write: none that mean the server's own machine or its link
 * (upstream's {@code IsProxyableIP}; CVE-2020-8558 and CVE-2022-3294 show what for).
 */
public final class ProxyableAddresses {
    public static final Predicate<InetAddress> STRICT = address -> !address.isAnyLocalAddress()
            && !address.isLoopbackAddress()
            && !address.isLinkLocalAddress()
            && !address.isMulticastAddress();

    private ProxyableAddresses() {}

    /**
     * Reads an address as it stands in a status; names are not resolved.
     *
     * @throws ApiException 400 when it is none, or not allowed
     */
    static InetAddress check(String text, Predicate<InetAddress> allowed) {
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("\"" + text + "\" is not an IP address");
        }
        if (!allowed.test(address)) {
            throw ApiException.badRequest("address not allowed: " + text);
        }
        return address;
    }
}
