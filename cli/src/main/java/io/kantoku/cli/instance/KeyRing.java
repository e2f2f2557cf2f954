package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.auth.ClusterKeys;
import io.kantoku.apiserver.auth.ClusterTrust;
import io.kantoku.controllers.ClusterCertificates;
import io.kantoku.kubelet.boot.ControlPlaneKeys;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Pem;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The keys of the logical clusters whose control planes run here; they arrive with the machines' bootstrap data. */
final class KeyRing implements ClusterTrust, ClusterCertificates {
    private record Entry(ClusterKeys keys, String authorityPem, CertificateAuthority authority) {}

    private final Map<ClusterId, Entry> entries = new ConcurrentHashMap<>();

    void put(ClusterId cluster, ControlPlaneKeys keys) {
        entries.put(
                cluster,
                new Entry(
                        new ClusterKeys(
                                List.copyOf(Pem.certificates(keys.caCertificate())),
                                "https://kubernetes.default.svc." + cluster,
                                Pem.privateKey(keys.serviceAccountKey()),
                                Pem.publicKeys(keys.serviceAccountPublicKey())),
                        keys.caCertificate(),
                        CertificateAuthority.restore(keys.caCertificate(), keys.caKey(), InstantSource.system())));
    }

    void forget(ClusterId cluster) {
        entries.remove(cluster);
    }

    @Override
    public Optional<ClusterKeys> keys(ClusterId cluster) {
        return Optional.ofNullable(entries.get(cluster)).map(Entry::keys);
    }

    /** The authority that signs certificates of a cluster; empty when its control plane does not run here. */
    Optional<CertificateAuthority> authority(ClusterId cluster) {
        return Optional.ofNullable(entries.get(cluster)).map(Entry::authority);
    }

    @Override
    public String caPem(ClusterId cluster) {
        Entry entry = entries.get(cluster);
        return entry == null ? "" : entry.authorityPem();
    }
}
