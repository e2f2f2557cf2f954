package io.kantoku.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the processes of a control group may use together.
 *
 * @param cpuShares weight against other groups, from 2; 1024 stands for one processor
 * @param cpuQuotaMicros of each tenth of a second; 0 for no limit
 * @param memoryBytes 0 for no limit
 */
public record GroupLimits(long cpuShares, long cpuQuotaMicros, long memoryBytes) {
    private static final long LEAST_SHARES = 2;
    private static final long MOST_SHARES = 262_144;
    private static final long MOST_WEIGHT = 10_000;
    private static final long PERIOD_MICROS = 100_000;

    /**
     * Puts a group under these limits, as far as the machine counts what they limit; a group that is not there has none.
     *
     * @throws IOException when the kernel refuses: more is in use than is to be allowed
     */
    public void apply(String path) throws IOException {
        Path cpu = ControlGroups.directory("cpu", path);
        Path memory = ControlGroups.directory("memory", path);
        if (ControlGroups.unified()) {
            set(cpu.resolve("cpu.weight"), String.valueOf(weight()));
            set(cpu.resolve("cpu.max"), (cpuQuotaMicros > 0 ? cpuQuotaMicros : "max") + " " + PERIOD_MICROS);
            set(memory.resolve("memory.max"), memoryBytes > 0 ? String.valueOf(memoryBytes) : "max");
        } else {
            set(cpu.resolve("cpu.shares"), String.valueOf(cpuShares));
            set(cpu.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD_MICROS));
            set(cpu.resolve("cpu.cfs_quota_us"), String.valueOf(cpuQuotaMicros > 0 ? cpuQuotaMicros : -1));
            set(memory.resolve("memory.limit_in_bytes"), String.valueOf(memoryBytes > 0 ? memoryBytes : -1));
        }
    }

    /** Shares on the scale of version 2, as the Open Container Initiative's runtimes convert them. */
    private long weight() {
        long shares = Math.clamp(cpuShares, LEAST_SHARES, MOST_SHARES);
        return 1 + (shares - LEAST_SHARES) * (MOST_WEIGHT - 1) / (MOST_SHARES - LEAST_SHARES);
    }

    private static void set(Path file, String value) throws IOException {
        if (Files.exists(file)) {
            Files.writeString(file, value, StandardCharsets.US_ASCII);
        }
    }
}
