package io.kantoku.vsphere.embedded;

import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Hardware identities in the form that vCenter gives them.
 *
 * <p>A vCenter has an instance number from 0 to 63. The BIOS UUIDs that it gives begin with 42 and that number, its instance
 * and switch UUIDs with 50 and that number; the rest is random, without the version bits of RFC 9562. MAC addresses are
 * {@code 00:50:56:(80 + number):xx:xx}. Ours has the number 0x2a.
 */
final class HardwareIds {
    private static final long INSTANCE = 0x2a;

    private final RandomGenerator random;

    /** The source of randomness must be safe for use by many threads. */
    HardwareIds(RandomGenerator random) {
        this.random = random;
    }

    UUID biosUuid() {
        return uuid(0x42);
    }

    UUID instanceUuid() {
        return uuid(0x50);
    }

    private UUID uuid(long first) {
        long high = (random.nextLong() & 0x0000_ffff_ffff_ffffL) | (first << 56) | (INSTANCE << 48);
        return new UUID(high, random.nextLong());
    }

    String mac() {
        int tail = random.nextInt(1 << 16);
        return "00:50:56:%02x:%02x:%02x".formatted(0x80 + INSTANCE, tail >> 8, tail & 0xff);
    }

    /** A UUID in the notation of switches: {@code 50 2a 6f 3c 11 d2 4b a7-93 0e …}. */
    static String switchNotation(UUID uuid) {
        String hex = uuid.toString().replace("-", "");
        StringBuilder out = new StringBuilder(47);
        for (int i = 0; i < hex.length(); i += 2) {
            if (i > 0) {
                out.append(i == 16 ? '-' : ' ');
            }
            out.append(hex, i, i + 2);
        }
        return out.toString();
    }
}
