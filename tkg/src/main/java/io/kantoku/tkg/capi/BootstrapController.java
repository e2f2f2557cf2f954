package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.GuestClusters;
import io.kantoku.tkg.cluster.ClusterKeys;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.vsphere.cloudinit.CloudInit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Gives each KubeadmConfig its bootstrap data, as a Secret.
 *
 * <p>A machine that joins gets a token of its own, which is put into the cluster that it joins, so that must be there first.
 */
public final class BootstrapController {
    private static final Duration TOKEN_LIFE = Duration.ofHours(24);
    private static final String TOKEN_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

    private final Caches caches;
    private final GuestClusters guests;
    private final ClusterKeys keys;
    private final RandomGenerator random;
    private final InstantSource clock;

    public BootstrapController(Caches caches, GuestClusters guests, RandomGenerator random, InstantSource clock) {
        this.caches = caches;
        this.guests = guests;
        this.keys = new ClusterKeys(caches.supervisor(), clock, random);
        this.random = random;
        this.clock = clock;
    }

    public Controller controller() {
        Controller controller = Controller.named("kubeadm-bootstrap")
                .kind("KubeadmConfig")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(
                        caches.kubeadmConfigs.resource(),
                        caches.kubeadmConfigs,
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(caches.clusters.resource(), caches.clusters, Mapper.of(this::waiting))
                .observes(caches.machines.resource(), caches.machines)
                .build();
        guests.listen(guest -> caches.clusterOf(guest).stream()
                .flatMap(cluster -> waiting(cluster).stream())
                .forEach(name -> controller.enqueue(new Request(ClusterId.SUPERVISOR, name))));
        return controller;
    }

    private List<NamespacedName> waiting(KubeObject cluster) {
        return caches.kubeadmConfigs.by(Caches.key(cluster.namespace(), cluster.name())).stream()
                .filter(config -> !config.at("status", "ready").asBoolean())
                .map(KubeObject::namespacedName)
                .toList();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.kubeadmConfigs.find(request.name());
        if (found.isEmpty()
                || found.get().deleting()
                || found.get().at("status", "ready").asBoolean()) {
            return Result.done();
        }
        KubeObject config = found.get();
        Optional<KubeObject> machine = config.controller()
                .map(OwnerReference::name)
                .flatMap(name -> caches.machines.find(config.namespace(), name));
        Optional<KubeObject> cluster =
                caches.clusters.find(config.namespace(), config.labels().getOrDefault(Labels.CLUSTER, ""));
        if (machine.isEmpty() || machine.get().deleting() || cluster.isEmpty()) {
            return Result.done();
        }
        String waitingFor = waitingFor(config, cluster.get());
        if (waitingFor.isEmpty()) {
            provide(config, machine.get(), cluster.get());
        } else {
            KubeObject changed = config.copy();
            Conditions.set(
                    changed,
                    Condition.isFalse("DataSecretAvailable", "WaitingForControlPlaneAvailable", waitingFor),
                    clock.instant());
            caches.kubeadmConfigs.updateStatus(changed);
        }
        return Result.done();
    }

    private String waitingFor(KubeObject config, KubeObject cluster) {
        if (!cluster.at("spec", "controlPlaneEndpoint").isObject()) {
            return "waiting for the virtual IP of the cluster's API";
        }
        boolean begins = config.at("spec", "clusterConfiguration").isObject();
        boolean initialized = cluster.at("status", "controlPlaneInitialized").asBoolean();
        if (!begins && !initialized) {
            return "waiting for the first API server of the cluster to listen";
        }
        return begins
                ? ""
                : GuestClusterId.of(cluster).flatMap(guests::waitingFor).orElse("");
    }

    private void provide(KubeObject config, KubeObject machine, KubeObject cluster) {
        NamespacedName name = new NamespacedName(config.namespace(), ClusterNames.cloudInit(machine.name()));
        if (caches.supervisor().find(Kinds.SECRET.resource(), name).isEmpty()) {
            BootstrapData data = new BootstrapData(
                    machine.name(),
                    machine.text("spec", "version"),
                    cluster,
                    keys.ofControlPlane(cluster),
                    keys.etcd(cluster));
            CloudInit cloudInit = config.at("spec", "clusterConfiguration").isObject()
                    ? data.begin(config.at("spec"))
                    : data.join(config.at("spec"), token(cluster));
            KubeObject secret = Kinds.SECRET
                    .create(name.namespace(), name.name())
                    .label(Labels.CLUSTER, cluster.name())
                    .ownedBy(config);
            secret.json().put("type", "cluster.x-k8s.io/secret");
            secret.json().putObject("data").put("value", base64(cloudInit.toYaml()));
            create(caches.supervisor(), secret);
        }
        KubeObject changed = config.copy();
        changed.status().put("ready", true).put("dataSecretName", name.name());
        Conditions.set(changed, Condition.isTrue("DataSecretAvailable", "", ""), clock.instant());
        Conditions.set(changed, Condition.isTrue("Ready", "", ""), clock.instant());
        caches.kubeadmConfigs.updateStatus(changed);
    }

    /** A new token in the cluster that is joined. */
    private String token(KubeObject cluster) {
        ClusterId guest = GuestClusterId.of(cluster)
                .orElseThrow(() -> new IllegalStateException("a cluster has an id from its beginning"));
        String id = random(6);
        String token = random(16);
        KubeObject secret = Kinds.SECRET.create("kube-system", "bootstrap-token-" + id);
        secret.json().put("type", "bootstrap.kubernetes.io/token");
        ObjectNode data = secret.json().putObject("data");
        data.put("token-id", base64(id))
                .put("token-secret", base64(token))
                .put("usage-bootstrap-authentication", base64("true"))
                .put("usage-bootstrap-signing", base64("true"))
                .put("auth-extra-groups", base64("system:bootstrappers:kubeadm:default-node-token"))
                .put("description", base64("joins one machine of the cluster"))
                .put(
                        "expiration",
                        base64(clock.instant()
                                .plus(TOKEN_LIFE)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString()));
        create(caches.api().cluster(guest), secret);
        return id + "." + token;
    }

    private static void create(KubeClient client, KubeObject secret) {
        try {
            client.create(Kinds.SECRET.resource(), secret);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    private String random(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(TOKEN_ALPHABET.charAt(random.nextInt(TOKEN_ALPHABET.length())));
        }
        return text.toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
