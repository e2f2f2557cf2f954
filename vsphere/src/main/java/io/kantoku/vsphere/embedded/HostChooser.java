package io.kantoku.vsphere.embedded;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingDouble;
import static java.util.Comparator.comparingInt;

import io.kantoku.vsphere.Host;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VsphereException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Chooses the host of a machine that is to be switched on.
 *
 * <p>A host must be connected and have the machine's whole reservation free. Of those that have, the one with the fewest
 * machines of the same anti-affinity group is taken, then the one whose memory is promised the least, then the lowest id.
 */
final class HostChooser {
    private HostChooser() {}

    /**
     * Chooses among the hosts.
     *
     * @param name of the machine, for messages
     * @param groupMembers how many other machines of its group are on each host
     * @throws VsphereException {@code INSUFFICIENT_RESOURCES} when none has room, with what is missing on the closest one
     */
    static Host choose(String name, VmHardware hardware, List<Host> hosts, Map<MoRef, Integer> groupMembers) {
        List<Host> connected = hosts.stream()
                .filter(host -> host.connection() == Host.Connection.CONNECTED)
                .toList();
        return connected.stream()
                .filter(host -> Shortage.of(hardware, host).isNone())
                .min(comparingInt((Host host) -> groupMembers.getOrDefault(host.id(), 0))
                        .thenComparingDouble(HostChooser::promised)
                        .thenComparing(Host::id))
                .orElseThrow(() -> refusal(name, hardware, connected));
    }

    private static double promised(Host host) {
        return (double) host.usage().configuredMemoryMiB() / host.memoryMiB();
    }

    private static VsphereException refusal(String name, VmHardware hardware, List<Host> connected) {
        if (connected.isEmpty()) {
            return insufficient("no host can hold '" + name + "': none is connected; connect a host of the cluster");
        }
        Host closest = connected.stream()
                .min(comparingDouble((Host host) -> Shortage.of(hardware, host).share(hardware, host))
                        .thenComparing(comparing(Host::id)))
                .orElseThrow();
        return insufficient("no host can hold '" + name + "': it needs " + hardware.cpus() + " processors and reserves "
                + hardware.reservation().cpuMhz(closest.coreMhz()) + " MHz and "
                + hardware.reservation().memoryMiB() + " MiB, and " + closest.name() + ", which comes closest, lacks "
                + Shortage.of(hardware, closest)
                + "; switch off or delete machines, choose a smaller or best-effort class,"
                + " or add host capacity");
    }

    static VsphereException insufficient(String message) {
        return new VsphereException(VsphereException.Code.INSUFFICIENT_RESOURCES, message);
    }

    /** What a host lacks for a machine. */
    private record Shortage(int cores, long cpuMhz, long memoryMiB) {
        static Shortage of(VmHardware hardware, Host host) {
            return new Shortage(
                    Math.max(0, hardware.cpus() - host.cores()),
                    Math.max(0, hardware.reservation().cpuMhz(host.coreMhz()) - host.freeCpuMhz()),
                    Math.max(0, hardware.reservation().memoryMiB() - host.freeMemoryMiB()));
        }

        boolean isNone() {
            return cores == 0 && cpuMhz == 0 && memoryMiB == 0;
        }

        /** The largest missing part of a demand, to compare shortages of different kinds. */
        double share(VmHardware hardware, Host host) {
            double ofCpu =
                    cpuMhz == 0 ? 0 : (double) cpuMhz / hardware.reservation().cpuMhz(host.coreMhz());
            double ofMemory = memoryMiB == 0
                    ? 0
                    : (double) memoryMiB / hardware.reservation().memoryMiB();
            return (double) cores / hardware.cpus() + Math.max(ofCpu, ofMemory);
        }

        @Override
        public String toString() {
            List<String> parts = new ArrayList<>();
            if (cores > 0) {
                parts.add(cores + " cores");
            }
            if (cpuMhz > 0) {
                parts.add(cpuMhz + " MHz of processor time");
            }
            if (memoryMiB > 0) {
                parts.add(memoryMiB + " MiB of memory");
            }
            return String.join(" and ", parts);
        }
    }
}
