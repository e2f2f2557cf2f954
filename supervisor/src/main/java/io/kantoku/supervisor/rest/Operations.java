package io.kantoku.supervisor.rest;

/** A group of operations of the API. */
public interface Operations {
    /** Adds the group's routes. */
    void addTo(Routes routes);
}
