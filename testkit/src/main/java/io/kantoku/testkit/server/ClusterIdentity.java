package io.kantoku.testkit.server;

import io.kantoku.apiserver.auth.ClusterKeys;
import io.kantoku.transport.TlsIdentity;

/**
 * The keys of one cluster.
 *
 * @param keys whom it trusts, and what it signs tokens with
 * @param server the certificate of its listener
 * @param authorityPem what its clients trust, for example a pod's {@code ca.crt}
 */
public record ClusterIdentity(ClusterKeys keys, TlsIdentity server, String authorityPem) {}
