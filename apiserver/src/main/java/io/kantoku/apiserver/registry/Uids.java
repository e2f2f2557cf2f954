package io.kantoku.apiserver.registry;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes uids: random UUIDs (RFC 9562, version 4). */
final class Uids {
    private Uids() {}

    static String next(RandomGenerator random) {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~(0xC000L << 48)) | (0x8000L << 48);
        return new UUID(high, low).toString();
    }
}
