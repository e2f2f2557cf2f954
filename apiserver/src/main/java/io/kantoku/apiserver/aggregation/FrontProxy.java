package io.kantoku.apiserver.aggregation;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who this server is to the servers behind it: a certificate per logical cluster, of an authority that signs nothing else. Made anew in each
 * process; servers behind learn of it from {@code kube-system/extension-apiserver-authentication}. Safe for use by many threads.
 */
public final class FrontProxy {
    /** The name in the certificate, and the only one that servers behind accept. */
    static final String NAME = "front-proxy-client";

    private final InstantSource clock;
    private final Map<ClusterId, Keys> keys = new ConcurrentHashMap<>();

    private record Keys(CertificateAuthority authority, TlsIdentity identity) {}

    public FrontProxy(InstantSource clock) {
        this.clock = clock;
    }

    private Keys of(ClusterId cluster) {
        return keys.computeIfAbsent(cluster, absent -> {
            CertificateAuthority authority =
                    CertificateAuthority.create("front-proxy-ca", CertificateAuthority.DEFAULT_VALIDITY, clock);
            return new Keys(authority, authority.issue(LeafSpec.client(NAME, List.of())));
        });
    }

    TlsIdentity identity(ClusterId cluster) {
        return of(cluster).identity();
    }

    String authorityPem(ClusterId cluster) {
        return of(cluster).authority().certificatePem();
    }

    void forget(ClusterId cluster) {
        keys.remove(cluster);
    }
}
