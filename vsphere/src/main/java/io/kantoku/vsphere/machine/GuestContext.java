package io.kantoku.vsphere.machine;

import io.kantoku.lab.NetworkStack;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What a guest system finds in its machine.
 *
 * @param vm the machine's id
 * @param biosUuid the machine's hardware identity
 * @param spec its size, cards, image, user data and metadata
 * @param network where the machine's addresses are; all sockets of the guest are opened from it
 * @param directory the machine's disk; survives restarts. Disks that are attached to the machine are links in its directory
 *     {@code attached}, each named by its disk's id, to the directory that is the disk's content
 * @param report where the guest tells how it is
 */
public record GuestContext(
        MoRef vm, UUID biosUuid, VmSpec spec, NetworkStack network, Path directory, GuestReport report) {
    private static final Logger LOG = LoggerFactory.getLogger("io.kantoku.guest");

    static GuestContext of(VirtualMachine vm, NetworkStack network, Path directory, GuestReport report) {
        return new GuestContext(vm.id(), vm.biosUuid(), vm.spec(), network, directory, report);
    }

    public String name() {
        return spec.name();
    }

    public List<Nic> nics() {
        return spec.nics();
    }

    public SecretBytes userData() {
        return spec.userData();
    }

    /** Starts a log entry that names the machine. */
    public LoggingEventBuilder log(Level level) {
        return LOG.atLevel(level).addKeyValue("vm", name());
    }
}
