package io.kantoku.store;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How an embedded store behaves.
 *
 * @param retention how much of the past is kept
 * @param firstSegmentBytes the size of a new store's log file; each next one is twice as large
 * @param segmentBytes the size that log files do not outgrow
 * @param upkeepInterval how often ages are looked at and idle watches are told how far the store is
 * @param clock what ages are measured with
 */
public record EmbeddedStoreOptions(
        Retention retention, int firstSegmentBytes, int segmentBytes, Duration upkeepInterval, InstantSource clock) {
    private static final int MIN_SEGMENT_BYTES = 4096;

    public EmbeddedStoreOptions {
        if (firstSegmentBytes < MIN_SEGMENT_BYTES || segmentBytes < firstSegmentBytes) {
            throw new IllegalArgumentException("log files need 4096 <= firstSegmentBytes <= segmentBytes: "
                    + firstSegmentBytes + ", " + segmentBytes);
        }
        if (!upkeepInterval.isPositive()) {
            throw new IllegalArgumentException("upkeepInterval must be positive: " + upkeepInterval);
        }
    }

    /** Files from 1 MiB up to 64 MiB, upkeep each 5 s, {@link Retention#defaults()}, the system's clock. */
    public static EmbeddedStoreOptions defaults() {
        return new EmbeddedStoreOptions(
                Retention.defaults(), 1 << 20, 64 << 20, Duration.ofSeconds(5), InstantSource.system());
    }

    public EmbeddedStoreOptions withRetention(Retention value) {
        return new EmbeddedStoreOptions(value, firstSegmentBytes, segmentBytes, upkeepInterval, clock);
    }

    public EmbeddedStoreOptions withSegments(int firstBytes, int maxBytes) {
        return new EmbeddedStoreOptions(retention, firstBytes, maxBytes, upkeepInterval, clock);
    }

    public EmbeddedStoreOptions withUpkeepInterval(Duration value) {
        return new EmbeddedStoreOptions(retention, firstSegmentBytes, segmentBytes, value, clock);
    }

    public EmbeddedStoreOptions withClock(InstantSource value) {
        return new EmbeddedStoreOptions(retention, firstSegmentBytes, segmentBytes, upkeepInterval, value);
    }
}
