package io.kantoku.kubelet.fleet;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The addresses of one node's pods: those of its pod CIDR but for the first two and the last. Guarded by itself. */
final class PodAddresses {
    private final long first;
    private final long size;
    private final Set<Long> taken = new HashSet<>();
    private long next;

    PodAddresses(String cidr) {
        int slash = cidr.indexOf('/');
        size = 1L << (32 - Integer.parseInt(cidr.substring(slash + 1)));
        first = number(cidr.substring(0, slash));
        next = first + 2;
    }

    /** A free address, in rotation so that an address is not used again at once; empty when all are taken. */
    synchronized Optional<String> take() {
        for (long tried = 0; tried < size - 3; tried++) {
            long candidate = next;
            next = next + 1 >= first + size - 1 ? first + 2 : next + 1;
            if (taken.add(candidate)) {
                return Optional.of(text(candidate));
            }
        }
        return Optional.empty();
    }

    synchronized void hold(String address) {
        taken.add(number(address));
    }

    synchronized void release(String address) {
        taken.remove(number(address));
    }

    private static long number(String address) {
        long number = 0;
        for (String octet : address.split("\\.", -1)) {
            number = number << 8 | Integer.parseInt(octet);
        }
        return number;
    }

    private static String text(long number) {
        return (number >> 24 & 255) + "." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255);
    }
}
