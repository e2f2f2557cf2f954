package io.kantoku.loadbalancer.model;

/** An object that its name tells from its siblings. */
public sealed interface NamedObject extends ApiObject permits Frontend, Backend, Bind, Server, ServerTemplate {
    String name();
}
