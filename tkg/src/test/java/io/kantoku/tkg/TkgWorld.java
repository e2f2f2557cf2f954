package io.kantoku.tkg;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Status;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Clusters;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Subscription;
import io.kantoku.client.Timer;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.FakeKubeClient;
import io.kantoku.lab.NetworkStack;
import io.kantoku.tkg.lb.LoadBalancers;
import io.kantoku.tkg.objects.Kind;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.tkg.remote.RemoteGuests;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.embedded.EmbeddedInventory;
import io.kantoku.vsphere.embedded.EmbeddedOptions;
import io.kantoku.vsphere.embedded.InventoryStorage;
import io.kantoku.vsphere.library.LibraryItem;
import io.kantoku.vsphere.machine.SimulatedRuntime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A Supervisor with a namespace, an inventory and a load balancer, in memory, with the operators at work. */
final class TkgWorld implements AutoCloseable {
    static final String NS = "ns1";
    private static final int API_PORT = 6443;
    static final UUID SUPERVISOR = UUID.fromString("5b0a1f44-0000-4000-8000-000000000001");

    final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    final FakeClusters clusters = new FakeClusters(executor, InstantSource.system());
    /** The releases that guests' APIs were brought to. */
    final Map<ClusterId, List<String>> releases = new ConcurrentHashMap<>();

    private final GuestClusters guests = new GuestClusters() {
        @Override
        public void delete(ClusterId cluster) {
            clusters.remove(cluster);
        }

        @Override
        public void bringTo(ClusterId cluster, String version) {
            List<String> known = releases.computeIfAbsent(cluster, _ -> new CopyOnWriteArrayList<>());
            if (known.isEmpty() || !known.getLast().equals(version)) {
                known.add(version);
            }
        }
    };

    /** Where guests' APIs are: beside the Supervisor's, or served by the guests' machines. */
    final FakeClusters guestApis;

    /** Whether guests that machines serve take connections. */
    volatile boolean guestsAnswer = true;

    final FakeGuestOs guestOs;
    private final boolean remote;
    private Optional<RemoteGuests> remoteGuests = Optional.empty();
    final FakeBalancer balancer;
    private final LoadBalancers balancers;
    private final ControllerSettings settings;
    final EmbeddedInventory inventory;
    volatile boolean nodePortsAnswer = true;
    volatile boolean mastersAnswer = true;

    /** The masters that were taken out of their cluster's etcd, in this order. */
    final List<String> leftEtcd = new CopyOnWriteArrayList<>();

    TkgOperators operators;

    TkgWorld(Path disks) {
        this(disks, EmbeddedOptions.defaults(), "127.44.59.51", 49, "127.44.59.100", 155);
    }

    TkgWorld(Path disks, EmbeddedOptions options, String firstVip, int vips, String firstNode, int nodes) {
        this(
                disks,
                options,
                new FakeBalancer(),
                Optional.empty(),
                ControllerSettings.standard(),
                false,
                firstVip,
                vips,
                firstNode,
                nodes);
    }

    /** With guests whose APIs their own machines serve. */
    static TkgWorld withRemoteGuests(Path disks) {
        return new TkgWorld(
                disks,
                EmbeddedOptions.defaults(),
                new FakeBalancer(),
                Optional.empty(),
                ControllerSettings.standard(),
                true,
                "127.44.59.51",
                49,
                "127.44.59.100",
                155);
    }

    /** With operators that live by that timer. */
    TkgWorld(Path disks, Timer timer) {
        this(
                disks,
                EmbeddedOptions.defaults(),
                new FakeBalancer(),
                Optional.empty(),
                new ControllerSettings(
                        timer,
                        ControllerSettings.standard().executor(),
                        ControllerSettings.standard().random()),
                false,
                "127.44.59.51",
                49,
                "127.44.59.100",
                155);
    }

    /** With other load balancers than the fake one. */
    TkgWorld(Path disks, LoadBalancers balancers, String firstVip, int vips) {
        this(
                disks,
                EmbeddedOptions.defaults(),
                new FakeBalancer(),
                Optional.of(balancers),
                ControllerSettings.standard(),
                false,
                firstVip,
                vips,
                "127.44.59.100",
                155);
    }

    private TkgWorld(
            Path disks,
            EmbeddedOptions options,
            FakeBalancer fake,
            Optional<LoadBalancers> balancers,
            ControllerSettings settings,
            boolean remote,
            String firstVip,
            int vips,
            String firstNode,
            int nodes) {
        this.balancer = fake;
        this.balancers = balancers.orElse(fake);
        this.settings = settings;
        this.remote = remote;
        guestApis = remote ? new FakeClusters(executor, InstantSource.system()) : clusters;
        guestOs = new FakeGuestOs(guestApis);
        clusters.add(ClusterId.SUPERVISOR);
        inventory = EmbeddedInventory.open(
                options,
                InventoryStorage.inMemory(),
                disks,
                new SimulatedRuntime(guestOs),
                EmbeddedInventory.Sources.system());
        inventory.start();
        seed(firstVip, vips, firstNode, nodes);
        operators = start();
    }

    /** Ends the operators and starts new ones, which know nothing but what the objects say. */
    void restart() {
        end();
        operators = start();
    }

    private void end() {
        operators.close();
        remoteGuests.ifPresent(RemoteGuests::close);
    }

    private TkgOperators start() {
        remoteGuests = remote
                ? Optional.of(RemoteGuests.start(clusters, this::reach, (_, _, name) -> leftEtcd.add(name)))
                : Optional.empty();
        return TkgOperators.start(
                new TkgEnvironment(
                        remoteGuests.<Clusters>map(all -> all).orElse(clusters),
                        inventory,
                        remoteGuests.<GuestClusters>map(all -> all).orElse(guests),
                        settings,
                        balancers,
                        NetworkStack.host(),
                        (address, port) -> port == API_PORT ? mastersAnswer : nodePortsAnswer,
                        new SecureRandom(),
                        InstantSource.system()),
                "domain-c8",
                SUPERVISOR);
    }

    /** The clusters as operators see them where guests are served by their machines. */
    Clusters remote() {
        return remoteGuests.orElseThrow();
    }

    private Clusters reach(ClusterId guest, String kubeconfig) {
        if (!guestsAnswer) {
            throw new ApiException(Status.failure(503, "ServiceUnavailable", "nobody answers"));
        }
        return guestApis;
    }

    FakeKubeClient supervisor() {
        return clusters.cluster(ClusterId.SUPERVISOR);
    }

    private void seed(String firstVip, int vips, String firstNode, int nodes) {
        MoRef pool = inventory
                .resourcePools()
                .ensure(inventory.clusters().getFirst().resourcePool(), NS)
                .id();
        MoRef folder = inventory
                .folders()
                .ensure(inventory.datacenters().getFirst().vmFolder(), NS)
                .id();
        put(
                Kinds.NAMESPACE,
                Kinds.NAMESPACE
                        .create("", NS)
                        .annotate(Labels.NAMESPACE_POOL, pool.toString())
                        .annotate(Labels.NAMESPACE_FOLDER, folder.toString()));
        yaml(Kinds.NETWORK, """
                metadata: {namespace: ns1, name: workload, labels: {capw.vmware.com/is-default-network: "true"}}
                spec: {type: vsphere-distributed, providerRef: {kind: VSphereDistributedNetwork, name: workload}}
                """);
        yaml(Kinds.DISTRIBUTED_NETWORK, """
                metadata: {name: workload}
                spec: {portGroupID: %s, gateway: 127.44.59.1, subnetMask: 255.255.255.0, ipPools: [{name: workload-0}]}
                """.formatted(
                        inventory.networkNamed("workload").id()));
        yaml(Kinds.IP_POOL, """
                metadata: {name: workload-0}
                spec: {startingAddress: %s, addressCount: %d}
                """.formatted(firstNode, nodes));
        yaml(Kinds.IP_POOL, """
                metadata: {name: haproxy-0, labels: {netoperator.vmware.com/load-balancer: haproxy}}
                spec: {startingAddress: %s, addressCount: %d}
                """.formatted(firstVip, vips));
        yaml(Kinds.LOAD_BALANCER_CONFIG, """
                metadata: {name: haproxy}
                spec: {type: haproxy, providerRef: {kind: HAProxyLoadBalancerConfig, name: haproxy}}
                """);
        yaml(Kinds.HAPROXY_CONFIG, """
                metadata: {name: haproxy}
                spec: {endPointURLs: ["https://127.44.58.9:5556/v2"], credentialSecretRef: {name: lb, namespace: netop}}
                """);
        KubeObject credentials = Kinds.SECRET.create("netop", "lb");
        ObjectNode data = credentials.json().putObject("data");
        String authority = CertificateAuthority.create(
                        "lb", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system())
                .certificatePem();
        data.put("username", base64("client")).put("password", base64("cert"));
        data.put("certificateAuthorityData", base64(authority));
        put(Kinds.SECRET, credentials);
        yaml(Kinds.STORAGE_CLASS, """
                metadata: {name: k8s-storage}
                provisioner: csi.vsphere.vmware.com
                parameters: {storagePolicyID: %s}
                """.formatted(
                        inventory.storagePolicyNamed("k8s-storage").id()));
        yaml(Kinds.RESOURCE_QUOTA, """
                metadata: {namespace: ns1, name: ns1-storagequota}
                spec: {hard: {k8s-storage.storageclass.storage.k8s.io/requests.storage: "9223372036854775807"}}
                """);
        yaml(Kinds.VM_CLASS, """
                metadata: {name: guaranteed-small}
                spec:
                  hardware: {cpus: 2, memory: 4Gi}
                  policies: {resources: {requests: {cpu: 2000m, memory: 4Gi}}}
                """);
        for (LibraryItem item : inventory
                .libraries()
                .items(inventory.libraries().list().getFirst().id())) {
            item.release()
                    .ifPresent(release ->
                            yaml(Kinds.TANZU_RELEASE, """
                    metadata: {name: %s}
                    spec: {version: %s, nodeImageRef: {name: %s}}
                    """.formatted(release.name(), release.version(), item.name())));
        }
        yaml(Kinds.ROLE_BINDING, """
                metadata: {namespace: ns1, name: "wcp:ns1:user:vsphere.local:devops", labels: {vmware-system-managed-by: vcenter}}
                roleRef: {kind: ClusterRole, name: edit}
                subjects: [{kind: User, name: "sso:devops@vsphere.local"}]
                """);
    }

    static KubeObject tkc(String name, int masters, int workers) {
        return object(Kinds.TANZU_CLUSTER, """
                metadata: {namespace: ns1, name: %s}
                spec:
                  distribution: {version: v1.18, fullVersion: v1.18.20+kantoku.1}
                  settings:
                    network:
                      cni: {name: antrea}
                      pods: {cidrBlocks: [193.0.0.0/16]}
                      services: {cidrBlocks: [195.48.0.0/12]}
                      serviceDomain: cluster.local
                  topology:
                    controlPlane: {class: guaranteed-small, count: %d, storageClass: k8s-storage}
                    workers: {class: guaranteed-small, count: %d, storageClass: k8s-storage}
                """.formatted(name, masters, workers));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    void put(Kind kind, KubeObject object) {
        clusters.put(ClusterId.SUPERVISOR, kind.resource(), object);
    }

    void yaml(Kind kind, String text) {
        put(kind, object(kind, text));
    }

    static KubeObject object(Kind kind, String text) {
        ObjectNode json = Yaml.parseObject(text);
        json.put("apiVersion", kind.apiVersion()).put("kind", kind.name());
        return KubeObject.of(json);
    }

    KubeObject await(Kind kind, String namespace, String name, Predicate<KubeObject> state) throws Exception {
        return await(ClusterId.SUPERVISOR, kind, new NamespacedName(namespace, name), state);
    }

    private FakeClusters apiOf(ClusterId cluster) {
        return cluster.equals(ClusterId.SUPERVISOR) ? clusters : guestApis;
    }

    /** The object once it is in the state; fails with the last state that was seen. */
    KubeObject await(ClusterId cluster, Kind kind, NamespacedName name, Predicate<KubeObject> state) throws Exception {
        CompletableFuture<KubeObject> seen = new CompletableFuture<>();
        StringBuffer last = new StringBuffer("nothing");
        try (Subscription _ = apiOf(cluster).subscribe(kind.resource(), new ObjectListener() {
            @Override
            public void onPresent(ClusterId in, KubeObject object, @Nullable KubeObject previous) {
                if (in.equals(cluster) && object.namespacedName().equals(name)) {
                    last.setLength(0);
                    last.append(object.json().toPrettyString());
                    if (state.test(object)) {
                        seen.complete(object);
                    }
                }
            }

            @Override
            public void onDeleted(ClusterId in, KubeObject gone) {}
        })) {
            return seen.get(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(kind.name() + " " + name + " did not get there; last seen: " + last, e);
        }
    }

    /** Returns when that many servers are behind a frontend's first port, which is some moments after the objects say so. */
    void awaitServers(String frontend, int count) throws InterruptedException {
        for (int i = 0; i < 400; i++) {
            if (balancer.servers.containsKey(frontend)
                    && balancer.servers
                                    .get(frontend)
                                    .ports()
                                    .getFirst()
                                    .servers()
                                    .size()
                            == count) {
                return;
            }
            Thread.sleep(25); // bounded: the error below says what there is
        }
        throw new AssertionError(frontend + " has " + balancer.servers.get(frontend) + ", not " + count + " servers");
    }

    void awaitGone(Kind kind, String namespace, String name) throws Exception {
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        NamespacedName wanted = new NamespacedName(namespace, name);
        try (Subscription _ = clusters.subscribe(kind.resource(), new ObjectListener() {
            @Override
            public void onPresent(ClusterId in, KubeObject object, @Nullable KubeObject previous) {}

            @Override
            public void onDeleted(ClusterId in, KubeObject last) {
                if (last.namespacedName().equals(wanted)) {
                    gone.complete(true);
                }
            }

            @Override
            public void onSynced() {
                if (supervisor().find(kind.resource(), wanted).isEmpty()) {
                    gone.complete(true);
                }
            }
        })) {
            gone.get(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(
                    kind.name() + " " + wanted + " stays: "
                            + supervisor().get(kind.resource(), wanted).json().toPrettyString(),
                    e);
        }
    }

    @Override
    public void close() {
        end();
        inventory.close();
        executor.shutdownNow();
    }
}
