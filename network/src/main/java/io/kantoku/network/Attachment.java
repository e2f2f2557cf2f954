package io.kantoku.network;

import java.util.Locale;

/**
 * A pod that is connected to its node.
 *
 * @param sandbox the container runtime's name of its sandbox
 * @param link the node's end of its cable, unique on the machine
 */
public record Attachment(String sandbox, String namespace, String pod, String uid, String address, String link) {
    /** The hardware address that goes with a pod's address. */
    public static String mac(String address) {
        long number = Ipv4Range.address(address);
        return String.format(
                Locale.ROOT,
                "0a:58:%02x:%02x:%02x:%02x",
                number >> 24 & 0xff,
                number >> 16 & 0xff,
                number >> 8 & 0xff,
                number & 0xff);
    }

    public String mac() {
        return mac(address);
    }
}
