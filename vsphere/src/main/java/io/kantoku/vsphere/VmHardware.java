package io.kantoku.vsphere;

/**
 * The size of a machine.
 *
 * @param cpus virtual processors
 * @param memoryMiB memory
 * @param diskMiB the boot disk
 * @param reservation what of it is guaranteed
 */
public record VmHardware(int cpus, long memoryMiB, long diskMiB, Reservation reservation) {
    /** The boot disk of a node image. */
    public static final long DEFAULT_DISK_MIB = 16 * 1024;

    /**
     * What a host must hold back for a machine while it is on.
     *
     * @param cpuMillis processor time in thousandths of a core
     */
    public record Reservation(long cpuMillis, long memoryMiB) {
        public static final Reservation NONE = new Reservation(0, 0);

        public Reservation {
            if (cpuMillis < 0 || memoryMiB < 0) {
                throw VsphereException.invalid("a reservation cannot be negative");
            }
        }

        /** The processor time on cores of the given clock. */
        public long cpuMhz(int coreMhz) {
            return Math.ceilDiv(cpuMillis * coreMhz, 1000L);
        }
    }

    public VmHardware {
        if (cpus < 1 || memoryMiB < 1 || diskMiB < 0) {
            throw VsphereException.invalid("a machine needs at least one processor and 1 MiB of memory, not " + cpus
                    + " processors, " + memoryMiB + " MiB of memory and " + diskMiB + " MiB of disk");
        }
        if (reservation.cpuMillis() > cpus * 1000L || reservation.memoryMiB() > memoryMiB) {
            throw VsphereException.invalid("the reservation of " + reservation.cpuMillis() + "m processors and "
                    + reservation.memoryMiB() + " MiB is more than the machine has (" + cpus + " processors, "
                    + memoryMiB
                    + " MiB)");
        }
    }

    /** A machine that is guaranteed nothing. */
    public static VmHardware bestEffort(int cpus, long memoryMiB) {
        return new VmHardware(cpus, memoryMiB, DEFAULT_DISK_MIB, Reservation.NONE);
    }

    /** A machine that is guaranteed all of its processors and memory. */
    public static VmHardware guaranteed(int cpus, long memoryMiB) {
        return new VmHardware(cpus, memoryMiB, DEFAULT_DISK_MIB, new Reservation(cpus * 1000L, memoryMiB));
    }
}
