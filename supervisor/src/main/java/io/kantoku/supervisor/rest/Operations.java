package io.kantoku.supervisor.rest;

/** A group of operations of the API. */
public sealed interface Operations
        permits InventoryOperations, ClusterOperations, NamespaceOperations, UserOperations, MachineOperations {
    /** Adds the group's routes. */
    void addTo(Routes routes);
}
