package io.kantoku.loadbalancer.model;

/** Anything that the configuration part of the API reads and writes. */
public sealed interface ApiObject permits NamedObject, Rule, Defaults, Global {
    /**
     * Refuses values that the API's schema does not allow.
     *
     * @throws DataPlaneException INVALID
     */
    void validate();
}
