package io.kantoku.tkg.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.KubeClient;
import io.kantoku.kubelet.boot.ControlPlaneKeys;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.Subject;
import io.kantoku.transport.pki.Usage;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The keys of a guest cluster, kept as Secrets beside it: authorities, service-account keys, access for administrators. */
public final class ClusterKeys {
    /** What each Secret is for, the end of its name. */
    public static final List<String> PURPOSES =
            List.of("ca", "etcd", "proxy", "sa", "ssh", "ssh-password", "kubeconfig");

    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    private static final String ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int PASSWORD_LENGTH = 32;

    private final KubeClient client;
    private final InstantSource clock;
    private final RandomGenerator random;

    public ClusterKeys(KubeClient client, InstantSource clock, RandomGenerator random) {
        this.client = client;
        this.clock = clock;
        this.random = random;
    }

    /** Makes what is missing of the keys that do not depend on an address. */
    public void ensure(KubeObject owner) {
        ensure(owner, "ca", () -> authority("kubernetes"));
        ensure(owner, "etcd", () -> authority("etcd-ca"));
        ensure(owner, "proxy", () -> authority("front-proxy-ca"));
        ensure(owner, "sa", () -> {
            KeyPair pair = Keys.generate();
            return Map.of(CERTIFICATE, Pem.encode(pair.getPublic()), KEY, Pem.encode(pair.getPrivate()));
        });
        ensure(
                owner,
                "ssh",
                () -> Map.of("ssh-privatekey", Pem.encode(Keys.generate().getPrivate())));
        ensure(owner, "ssh-password", () -> Map.of("ssh-passwordkey", password()));
    }

    /** Makes the administrator's kubeconfig for the address if it is missing or for another one. */
    public void ensureKubeconfig(KubeObject owner, String server) {
        NamespacedName name = name(owner, "kubeconfig");
        Optional<KubeObject> present = client.find(Kinds.SECRET.resource(), name);
        if (present.isPresent() && read(present.get(), "value").contains(server)) {
            return;
        }
        Authority authority = pair(owner, "ca");
        String config = kubeconfig(owner.name(), server, authority.certificate(), authority.key());
        if (present.isEmpty()) {
            create(owner, "kubeconfig", Map.of("value", config));
        } else {
            KubeObject changed = present.get().copy();
            data(changed, Map.of("value", config));
            client.update(Kinds.SECRET.resource(), changed);
        }
    }

    /** What the masters of the cluster share; a 404 when a Secret is missing. */
    public ControlPlaneKeys ofControlPlane(KubeObject cluster) {
        Authority authority = pair(cluster, "ca");
        Authority proxy = pair(cluster, "proxy");
        Authority accounts = pair(cluster, "sa");
        return new ControlPlaneKeys(
                authority.certificate(),
                authority.key(),
                proxy.certificate(),
                proxy.key(),
                accounts.key(),
                accounts.certificate());
    }

    /** Whom the members of the cluster's etcd trust; a 404 when the Secret is missing. */
    public Authority etcd(KubeObject cluster) {
        return etcd(client, cluster);
    }

    /** As {@link #etcd(KubeObject)}, for who makes no keys. */
    public static Authority etcd(KubeClient client, KubeObject cluster) {
        return pair(client, cluster, "etcd");
    }

    /** The two halves that a Secret holds; the public one is a bare key for service accounts. Never printed. */
    public record Authority(String certificate, String key) {
        @Override
        public String toString() {
            return "Authority[redacted]";
        }
    }

    private Authority pair(KubeObject cluster, String purpose) {
        return pair(client, cluster, purpose);
    }

    private static Authority pair(KubeClient client, KubeObject cluster, String purpose) {
        KubeObject secret = client.get(Kinds.SECRET.resource(), name(cluster, purpose));
        return new Authority(read(secret, CERTIFICATE), read(secret, KEY));
    }

    private void ensure(KubeObject owner, String purpose, Supplier<Map<String, String>> values) {
        if (client.find(Kinds.SECRET.resource(), name(owner, purpose)).isEmpty()) {
            create(owner, purpose, values.get());
        }
    }

    private void create(KubeObject owner, String purpose, Map<String, String> values) {
        KubeObject secret = Kinds.SECRET
                .create(owner.namespace(), ClusterNames.secret(owner.name(), purpose))
                .label(Labels.CLUSTER, owner.name())
                .ownedBy(owner);
        secret.json().put("type", purpose.startsWith("ssh") ? "Opaque" : "cluster.x-k8s.io/secret");
        data(secret, values);
        try {
            client.create(Kinds.SECRET.resource(), secret);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    private Map<String, String> authority(String name) {
        CertificateAuthority authority =
                CertificateAuthority.create(name, CertificateAuthority.DEFAULT_VALIDITY, clock);
        return Map.of(CERTIFICATE, authority.certificatePem(), KEY, authority.keyPem());
    }

    private String password() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PASSWORD_LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private String kubeconfig(String cluster, String server, String certificate, String key) {
        CertificateAuthority authority = CertificateAuthority.restore(certificate, key, clock);
        TlsIdentity admin = authority.issue(new LeafSpec(
                new Subject("kubernetes-admin", List.of("system:masters")),
                List.of(),
                Set.of(Usage.CLIENT),
                LeafSpec.DEFAULT_VALIDITY));
        String user = cluster + "-admin";
        String context = user + "@" + cluster;
        ObjectNode config = Json.object();
        config.put("apiVersion", "v1").put("kind", "Config");
        config.putArray("clusters")
                .addObject()
                .put("name", cluster)
                .putObject("cluster")
                .put("server", server)
                .put("certificate-authority-data", base64(certificate));
        config.putArray("contexts")
                .addObject()
                .put("name", context)
                .putObject("context")
                .put("cluster", cluster)
                .put("user", user);
        config.put("current-context", context);
        config.putObject("preferences");
        config.putArray("users")
                .addObject()
                .put("name", user)
                .putObject("user")
                .put("client-certificate-data", base64(Pem.certificates(admin)))
                .put("client-key-data", base64(Pem.key(admin)));
        return Yaml.write(config);
    }

    private static NamespacedName name(KubeObject owner, String purpose) {
        return new NamespacedName(owner.namespace(), ClusterNames.secret(owner.name(), purpose));
    }

    private static void data(KubeObject secret, Map<String, String> values) {
        ObjectNode data = secret.json().withObjectProperty("data");
        values.forEach((key, value) -> data.put(key, base64(value)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(KubeObject secret, String key) {
        return new String(Base64.getDecoder().decode(secret.text("data", key)), StandardCharsets.UTF_8);
    }
}
