package io.kantoku.tkg.net;

import io.kantoku.vsphere.net.AddressPool;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who has which address of a set of ranges: at most one owner per address, at most one address per owner. First-fit, ascending.
 * Any thread may use it.
 */
public final class AddressBook {
    private AddressPool pool = AddressPool.of(List.of());
    private final Map<String, Ipv4Address> owned = new HashMap<>();
    private final Map<Ipv4Address, String> owners = new HashMap<>();

    /** Gives the book these ranges; who has an address keeps it, also one that is in no range any more. */
    public synchronized void ranges(Collection<IpRange> ranges) {
        if (pool.ranges().equals(List.copyOf(ranges))) {
            return;
        }
        AddressPool next = AddressPool.of(ranges);
        for (Ipv4Address address : owners.keySet()) {
            if (next.contains(address)) {
                next = next.take(address);
            }
        }
        pool = next;
    }

    /** The owner's address: the one it has, or the first free one; empty when none is free. */
    public synchronized Optional<Ipv4Address> claim(String owner) {
        Ipv4Address present = owned.get(owner);
        if (present != null) {
            return Optional.of(present);
        }
        Optional<AddressPool.Allocation> allocation = pool.allocate();
        if (allocation.isEmpty()) {
            return Optional.empty();
        }
        pool = allocation.get().remaining();
        record(owner, allocation.get().address());
        return Optional.of(allocation.get().address());
    }

    /** Gives the owner exactly this address, in place of the one it has; false when somebody else has it. */
    public synchronized boolean claim(String owner, Ipv4Address address) {
        String holder = owners.get(address);
        if (holder != null) {
            return holder.equals(owner);
        }
        release(owner);
        if (pool.contains(address)) {
            pool = pool.take(address);
        }
        record(owner, address);
        return true;
    }

    private void record(String owner, Ipv4Address address) {
        owned.put(owner, address);
        owners.put(address, owner);
    }

    /** Frees the owner's address; whether it had one. */
    public synchronized boolean release(String owner) {
        Ipv4Address address = owned.remove(owner);
        if (address == null) {
            return false;
        }
        owners.remove(address);
        if (pool.contains(address)) {
            pool = pool.release(address);
        }
        return true;
    }

    public synchronized Optional<Ipv4Address> of(String owner) {
        return Optional.ofNullable(owned.get(owner));
    }

    public synchronized boolean inRange(Ipv4Address address) {
        return pool.contains(address);
    }

    /** How many addresses of the range are taken. */
    public synchronized long taken(IpRange range) {
        return owners.keySet().stream().filter(range::contains).count();
    }

    public synchronized long size() {
        return pool.size();
    }

    public synchronized List<IpRange> ranges() {
        return pool.ranges();
    }
}
