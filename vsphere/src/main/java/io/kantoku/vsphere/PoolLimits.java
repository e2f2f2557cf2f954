package io.kantoku.vsphere;

/**
 * The most that the machines of a resource pool may take together.
 *
 * @param cpuMhz processor time, or {@link #UNLIMITED}
 * @param memoryMiB memory, or {@link #UNLIMITED}
 */
public record PoolLimits(long cpuMhz, long memoryMiB) {
    public static final long UNLIMITED = -1;
    public static final PoolLimits NONE = new PoolLimits(UNLIMITED, UNLIMITED);

    public PoolLimits {
        if (cpuMhz < UNLIMITED || memoryMiB < UNLIMITED) {
            throw VsphereException.invalid("a pool limit is " + UNLIMITED + " (none) or a size from 0 on");
        }
    }
}
