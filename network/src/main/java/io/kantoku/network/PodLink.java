package io.kantoku.network;

/**
 * What a pod was connected with.
 *
 * @param address the pod's IPv4 address with the prefix length of its interface: {@code 192.168.1.5/24}
 * @param gateway the next hop of its default route
 * @param mac the hardware address of its interface
 */
public record PodLink(String address, String gateway, String mac) {}
