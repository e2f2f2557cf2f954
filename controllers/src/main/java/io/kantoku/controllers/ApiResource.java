package io.kantoku.controllers;

import io.kantoku.apimachinery.GroupVersionResource;

/** One collection that a cluster serves, in the version that controllers use. */
public record ApiResource(GroupVersionResource resource, String kind, boolean namespaced) {}
