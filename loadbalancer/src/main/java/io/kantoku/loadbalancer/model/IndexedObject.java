package io.kantoku.loadbalancer.model;

import org.jspecify.annotations.Nullable;

/** An object that has a place in a list and no name. */
public sealed interface IndexedObject extends ApiObject
        permits BackendSwitchingRule, TcpRequestRule, TcpResponseRule, TcpCheck, HttpCheckRule, LogTarget {
    @Nullable
    Integer index();
}
