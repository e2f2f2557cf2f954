package io.kantoku.vsphere;

/**
 * A hypervisor host.
 *
 * @param cores physical cores
 * @param coreMhz the clock of one core
 * @param memoryMiB memory for machines
 * @param usage what machines that are on take of it now
 */
public record Host(
        MoRef id,
        String name,
        MoRef cluster,
        Connection connection,
        int cores,
        int coreMhz,
        long memoryMiB,
        Usage usage) {

    /** Whether vCenter manages the host now; machines on a disconnected host run on. */
    public enum Connection {
        CONNECTED,
        DISCONNECTED,
        NOT_RESPONDING
    }

    public Host {
        id.require(MoRef.Kind.HOST);
        cluster.require(MoRef.Kind.CLUSTER);
    }

    public long cpuMhz() {
        return (long) cores * coreMhz;
    }

    public long freeCpuMhz() {
        return cpuMhz() - usage.reservedCpuMhz();
    }

    public long freeMemoryMiB() {
        return memoryMiB - usage.reservedMemoryMiB();
    }
}
