package io.kantoku.vsphere.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.StoragePolicy;
import io.kantoku.vsphere.VirtualDisk;
import io.kantoku.vsphere.VirtualDisks;
import io.kantoku.vsphere.VsphereException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disks of the embedded inventory that belong to no machine.
 *
 * <p>What is asked for is made durable first; its directory follows, or is made good at the next start. One lock orders all changes;
 * the registry's state lock is taken inside for moments.
 */
final class EmbeddedDisks implements VirtualDisks {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDisks.class);
    private static final String PREFIX = "disk/";

    private final ReentrantLock changes = new ReentrantLock();
    private final DiskTable table;
    private final InventoryStorage storage;
    private final DiskDirectories directories;
    private final Topology topology;
    private final Capacity capacity;
    private final VmRegistry machines;
    private final HardwareIds ids;

    EmbeddedDisks(
            DiskTable table,
            InventoryStorage storage,
            DiskDirectories directories,
            Topology topology,
            Capacity capacity,
            VmRegistry machines,
            HardwareIds ids) {
        this.table = table;
        this.storage = storage;
        this.directories = directories;
        this.topology = topology;
        this.capacity = capacity;
        this.machines = machines;
        this.ids = ids;
    }

    /** Reads what is kept, after the machines have been read, and makes good what a crash has left half done. */
    void restore() {
        storage.list(PREFIX).forEach((key, document) -> table.put(read(key, document)));
        directories.sweep(table.all().stream().map(VirtualDisk::id).collect(Collectors.toSet()));
        for (VirtualDisk disk : table.all()) {
            directories.make(disk.id());
            disk.attachedTo().ifPresent(vm -> {
                if (machines.find(vm).isPresent()) {
                    directories.attach(disk.id(), vm);
                } else {
                    keep(disk.with(Optional.empty()));
                }
            });
        }
    }

    @Override
    public VirtualDisk create(String name, UUID storagePolicy, long capacityMiB) {
        return changing(() -> {
            MoRef datastore = datastore(storagePolicy);
            if (capacityMiB < 1) {
                throw VsphereException.invalid("a disk has one MiB at least, not " + capacityMiB);
            }
            if (named(name).isPresent()) {
                throw new VsphereException(
                        VsphereException.Code.ALREADY_EXISTS, "there is a disk named '" + name + "' already");
            }
            VirtualDisk disk =
                    new VirtualDisk(ids.instanceUuid(), name, storagePolicy, datastore, capacityMiB, Optional.empty());
            admit(disk, capacityMiB);
            keep(disk);
            directories.make(disk.id());
            LOG.atInfo()
                    .setMessage("disk created")
                    .addKeyValue("disk", name)
                    .addKeyValue("id", disk.id())
                    .addKeyValue("capacityMiB", capacityMiB)
                    .log();
            return disk;
        });
    }

    private MoRef datastore(UUID policy) {
        return topology.policies().stream()
                .filter(known -> known.id().equals(policy))
                .map(StoragePolicy::datastores)
                .findFirst()
                .orElseThrow(() -> VsphereException.notFound("storage policy", policy))
                .getFirst();
    }

    /** Under the lock under which machines' disks are admitted, so that both together do not take more than there is. */
    private void admit(VirtualDisk wanted, long moreMiB) {
        machines.locked(() -> {
            capacity.admitDisk(wanted.name(), moreMiB, machines.claimed());
            table.put(wanted);
            return wanted;
        });
    }

    @Override
    public VirtualDisk expand(UUID id, long capacityMiB) {
        return changing(() -> {
            VirtualDisk disk = table.get(id);
            if (capacityMiB <= disk.capacityMiB()) {
                return disk;
            }
            VirtualDisk larger = disk.withCapacity(capacityMiB);
            admit(larger, capacityMiB - disk.capacityMiB());
            return keep(larger);
        });
    }

    @Override
    public VirtualDisk attach(UUID id, MoRef vm) {
        return changing(() -> {
            VirtualDisk disk = table.get(id);
            machines.get(vm.require(MoRef.Kind.VM));
            Optional<MoRef> other = disk.attachedTo().filter(present -> !present.equals(vm));
            if (other.isPresent()) {
                throw new VsphereException(
                        VsphereException.Code.IN_USE,
                        "the disk '" + disk.name() + "' is attached to " + other.get()
                                + "; one machine at a time can have it, so detach it there first");
            }
            VirtualDisk attached = disk.attachedTo().isPresent() ? disk : keep(disk.with(Optional.of(vm)));
            directories.attach(id, vm);
            return attached;
        });
    }

    @Override
    public VirtualDisk detach(UUID id, MoRef vm) {
        return changing(() -> detached(table.get(id), vm));
    }

    private VirtualDisk detached(VirtualDisk disk, MoRef vm) {
        if (!disk.attachedTo().equals(Optional.of(vm))) {
            return disk;
        }
        directories.detach(disk.id(), vm);
        return keep(disk.with(Optional.empty()));
    }

    /** Takes all its disks from a machine that is gone. */
    void release(MoRef vm) {
        changing(() -> {
            table.all().forEach(disk -> detached(disk, vm));
            return vm;
        });
    }

    @Override
    public void delete(UUID id) {
        changing(() -> {
            Optional<VirtualDisk> present = table.find(id);
            present.flatMap(VirtualDisk::attachedTo).ifPresent(vm -> {
                throw new VsphereException(
                        VsphereException.Code.IN_USE,
                        "the disk '" + present.get().name() + "' is attached to " + vm + "; detach it first");
            });
            present.ifPresent(disk -> {
                storage.delete(key(id));
                table.remove(id);
                directories.delete(id);
                LOG.atInfo()
                        .setMessage("disk deleted")
                        .addKeyValue("disk", disk.name())
                        .addKeyValue("id", id)
                        .log();
            });
            return present;
        });
    }

    @Override
    public Optional<VirtualDisk> find(UUID id) {
        return table.find(id);
    }

    @Override
    public List<VirtualDisk> list() {
        return table.all().stream()
                .sorted(Comparator.comparing(VirtualDisk::name))
                .toList();
    }

    private <T> T changing(Supplier<T> change) {
        changes.lock();
        try {
            return change.get();
        } finally {
            changes.unlock();
        }
    }

    private VirtualDisk keep(VirtualDisk disk) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("name", disk.name())
                .put("storagePolicy", disk.storagePolicy().toString())
                .put("datastore", disk.datastore().toString())
                .put("capacityMiB", disk.capacityMiB());
        disk.attachedTo().ifPresent(vm -> document.put("vm", vm.toString()));
        storage.put(key(disk.id()), document);
        table.put(disk);
        return disk;
    }

    private static String key(UUID id) {
        return PREFIX + id;
    }

    private static VirtualDisk read(String key, JsonNode document) {
        try {
            return new VirtualDisk(
                    UUID.fromString(key.substring(PREFIX.length())),
                    document.path("name").asText(),
                    UUID.fromString(document.path("storagePolicy").asText()),
                    MoRef.parse(document.path("datastore").asText()),
                    document.path("capacityMiB").asLong(),
                    document.has("vm")
                            ? Optional.of(MoRef.parse(document.path("vm").asText()))
                            : Optional.empty());
        } catch (IllegalArgumentException | VsphereException e) {
            throw new VsphereException(
                    VsphereException.Code.INTERNAL,
                    "the inventory's document " + key + " cannot be read: " + e.getMessage()
                            + "; restore it, or move it away to lose that disk only",
                    e);
        }
    }
}
