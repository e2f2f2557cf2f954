package io.kantoku.tkg.net;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The address books of a Supervisor: one per port group, one per load balancer. Any thread may use it. */
public final class AddressBooks {
    private final Map<String, AddressBook> books = new ConcurrentHashMap<>();

    /** Two networks on one port group share a book. */
    public AddressBook ofPortGroup(String id) {
        return books.computeIfAbsent("port-group/" + id, _ -> new AddressBook());
    }

    public AddressBook ofBalancer(String name) {
        return books.computeIfAbsent("balancer/" + name, _ -> new AddressBook());
    }

    Collection<AddressBook> all() {
        return List.copyOf(books.values());
    }
}
