package io.kantoku.tkg.vm;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSubscription;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The inventory's machines in memory, with the VirtualMachines that they were made for. Any thread may use it. */
public final class InventoryFeed implements AutoCloseable {
    /** Metadata of machines that a VirtualMachine led to. */
    static final String NAMESPACE = "kantoku.io/namespace";

    static final String NAME = "kantoku.io/name";
    static final String UID = "kantoku.io/uid";

    private final Map<MoRef, VirtualMachine> machines = new ConcurrentHashMap<>();
    private final Map<String, MoRef> byUid = new ConcurrentHashMap<>();
    private final List<VmListener> listeners = new CopyOnWriteArrayList<>();
    private final VmSubscription subscription;

    /** Knows all machines that exist when this returns. */
    public InventoryFeed(Inventory inventory) {
        inventory.machines().list().forEach(this::put);
        subscription = inventory.machines().subscribe(new VmListener() {
            @Override
            public void onPresent(VirtualMachine vm) {
                put(vm);
                listeners.forEach(listener -> listener.onPresent(vm));
            }

            @Override
            public void onDeleted(VirtualMachine last) {
                forget(last);
                listeners.forEach(listener -> listener.onDeleted(last));
            }
        });
    }

    /** Tells of changes from now on; called on the inventory's thread after this object knows of the change. */
    public void listen(VmListener listener) {
        listeners.add(listener);
    }

    /** The VirtualMachine object that the machine was made for. */
    public static Optional<NamespacedName> objectOf(VirtualMachine vm) {
        String name = vm.spec().metadata().getOrDefault(NAME, "");
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new NamespacedName(vm.spec().metadata().getOrDefault(NAMESPACE, ""), name));
    }

    /** The machine that was made for the object. */
    Optional<VirtualMachine> find(KubeObject object) {
        return Optional.ofNullable(byUid.get(object.uid())).map(machines::get);
    }

    public Collection<VirtualMachine> all() {
        return List.copyOf(machines.values());
    }

    void put(VirtualMachine vm) {
        machines.put(vm.id(), vm);
        String uid = vm.spec().metadata().getOrDefault(UID, "");
        if (!uid.isEmpty()) {
            byUid.put(uid, vm.id());
        }
    }

    void forget(VirtualMachine vm) {
        machines.remove(vm.id());
        byUid.remove(vm.spec().metadata().getOrDefault(UID, ""), vm.id());
    }

    @Override
    public void close() {
        subscription.close();
    }
}
