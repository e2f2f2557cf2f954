package io.kantoku.controllers;

import io.kantoku.apimachinery.ClusterId;

/** Knows the certificates that a cluster's own clients trust. */
@FunctionalInterface
public interface ClusterCertificates {
    /** The cluster's CA bundle in PEM; {@code ""} when it has none yet. */
    String caPem(ClusterId cluster);
}
