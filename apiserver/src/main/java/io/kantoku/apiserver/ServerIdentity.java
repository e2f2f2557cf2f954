package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.client.Clusters;
import io.kantoku.client.KubeClient;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Lease by which a cluster's API server is known ({@code apiserver-…} in kube-system, KEP-1965). It lasts an hour as upstream's does,
 * and is renewed a few times in that, not every ten seconds, so that idle clusters cost next to nothing.
 */
final class ServerIdentity implements ClusterBootstrap {
    static final Duration BETWEEN_RENEWALS = Duration.ofMinutes(20);

    private static final int FIRST_MINOR = 26;
    private static final String BASE_32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int LASTS_SECONDS = 3600;
    private static final GroupVersionResource LEASES = new GroupVersionResource("coordination.k8s.io", "v1", "leases");
    private static final GroupVersionKind LEASE = new GroupVersionKind("coordination.k8s.io", "v1", "Lease");

    private final Clusters admin;
    private final InstantSource clock;
    private final String process;
    private final Set<ClusterId> known = ConcurrentHashMap.newKeySet();

    /** @param process what tells this process from those before it */
    ServerIdentity(Clusters admin, InstantSource clock, String process) {
        this.admin = admin;
        this.clock = clock;
        this.process = process;
    }

    @Override
    public void prepare(ClusterOptions options, KubeClient client, InitialObjects objects) {
        if (KubernetesRelease.minorOf(options.kubernetesVersion()) >= FIRST_MINOR) {
            known.add(client.cluster());
            renew(client);
        }
    }

    /** Forgets a cluster. */
    void close(ClusterId cluster) {
        known.remove(cluster);
    }

    /** Renews the leases of all clusters. */
    void renewAll() {
        known.forEach(cluster -> renew(admin.cluster(cluster)));
    }

    private void renew(KubeClient client) {
        KubeObject wanted = lease(client.cluster());
        try {
            Optional<KubeObject> present = client.find(LEASES, wanted.namespacedName());
            if (present.isEmpty()) {
                client.create(LEASES, wanted);
                return;
            }
            KubeObject lease = present.get();
            lease.json().set("spec", wanted.at("spec"));
            client.update(LEASES, lease);
        } catch (ApiException e) {
            if (!e.isConflict() && !e.isNotFound() && !e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    private KubeObject lease(ClusterId cluster) {
        String name = "apiserver-" + hash(cluster.toString());
        KubeObject lease = KubeObject.create(LEASE, "kube-system", name)
                .label("apiserver.kubernetes.io/identity", "kube-apiserver")
                .label("kubernetes.io/hostname", cluster.toString());
        ObjectNode spec = lease.spec();
        spec.put("holderIdentity", name + "_" + process)
                .put("leaseDurationSeconds", LASTS_SECONDS)
                .put("renewTime", micros());
        return lease;
    }

    private String micros() {
        String text = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        return text.substring(0, text.length() - 1) + ".000000Z";
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            StringBuilder letters = new StringBuilder();
            BigInteger bits = new BigInteger(1, Arrays.copyOf(digest, 16)).shiftLeft(2); // 26 letters of five bits each
            for (int shift = 125; shift >= 0; shift -= 5) {
                letters.append(BASE_32.charAt(bits.shiftRight(shift).intValue() & 31));
            }
            return letters.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
