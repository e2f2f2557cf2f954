package io.kantoku.controllers;

import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;

/** The kinds of objects that controllers create. */
public final class Kinds {
    public static final GroupVersionKind POD = of("v1", "Pod");
    public static final GroupVersionKind BINDING = of("v1", "Binding");
    public static final GroupVersionKind CONFIG_MAP = of("v1", "ConfigMap");
    public static final GroupVersionKind SECRET = of("v1", "Secret");
    public static final GroupVersionKind SERVICE_ACCOUNT = of("v1", "ServiceAccount");
    public static final GroupVersionKind ENDPOINTS = of("v1", "Endpoints");
    public static final GroupVersionKind ENDPOINT_SLICE = of("discovery.k8s.io/v1", "EndpointSlice");
    public static final GroupVersionKind REPLICA_SET = of("apps/v1", "ReplicaSet");
    public static final GroupVersionKind CONTROLLER_REVISION = of("apps/v1", "ControllerRevision");
    public static final GroupVersionKind PERSISTENT_VOLUME_CLAIM = of("v1", "PersistentVolumeClaim");

    private Kinds() {}

    private static GroupVersionKind of(String apiVersion, String kind) {
        return GroupVersion.parse(apiVersion).kind(kind);
    }
}
