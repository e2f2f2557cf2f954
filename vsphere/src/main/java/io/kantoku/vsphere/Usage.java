package io.kantoku.vsphere;

/**
 * What the machines that are on take of a host, a pool or a cluster.
 *
 * @param machines how many they are
 * @param reservedCpuMhz processor time that is guaranteed to them
 * @param reservedMemoryMiB memory that is guaranteed to them
 * @param configuredCpus their virtual processors
 * @param configuredMemoryMiB their memory
 */
public record Usage(
        int machines, long reservedCpuMhz, long reservedMemoryMiB, int configuredCpus, long configuredMemoryMiB) {
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

    public Usage plus(Usage other) {
        return new Usage(
                machines + other.machines,
                reservedCpuMhz + other.reservedCpuMhz,
                reservedMemoryMiB + other.reservedMemoryMiB,
                configuredCpus + other.configuredCpus,
                configuredMemoryMiB + other.configuredMemoryMiB);
    }

    /** What one machine takes on a host with the given clock. */
    public static Usage of(VmHardware hardware, int coreMhz) {
        return new Usage(
                1,
                hardware.reservation().cpuMhz(coreMhz),
                hardware.reservation().memoryMiB(),
                hardware.cpus(),
                hardware.memoryMiB());
    }
}
