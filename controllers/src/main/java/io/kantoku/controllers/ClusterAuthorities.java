package io.kantoku.controllers;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.transport.pki.CertificateAuthority;
import java.util.Optional;

/** Knows the authorities that sign certificates of logical clusters. */
@FunctionalInterface
public interface ClusterAuthorities {
    /** The cluster's authority; empty while there is none here. */
    Optional<CertificateAuthority> authority(ClusterId cluster);
}
