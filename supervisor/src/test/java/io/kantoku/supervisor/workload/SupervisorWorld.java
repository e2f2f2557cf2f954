package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Resources;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.FakeKubeClient;
import io.kantoku.kubelet.boot.ControlPlaneKeys;
import io.kantoku.lab.NetworkStack;
import io.kantoku.supervisor.Changes;
import io.kantoku.supervisor.FakeDocuments;
import io.kantoku.supervisor.TestClock;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpHandler;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.vsphere.embedded.EmbeddedInventory;
import io.kantoku.vsphere.embedded.EmbeddedOptions;
import io.kantoku.vsphere.embedded.InventoryStorage;
import io.kantoku.vsphere.machine.GuestContext;
import io.kantoku.vsphere.machine.RunningGuest;
import io.kantoku.vsphere.machine.SimulatedRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A vCenter with its inventory, a Data Plane API, machines that only report to run, and an address that answers as a Supervisor's
 * API does once the load balancer serves it.
 */
public final class SupervisorWorld implements AutoCloseable {
    public static final String CLUSTER = "domain-c8";
    public static final String VIP = "127.91.59.128";
    public static final String PASSWORD = "VMware1!";
    private static final String DATA_PLANE = "127.91.58.9";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("admin:ha-secret".getBytes(StandardCharsets.UTF_8));

    public final TestClock clock = new TestClock();
    public final Changes changes = new Changes();
    public final FakeDocuments documents = new FakeDocuments();
    public final CertificateAuthority vcenter = authority("vcenter");
    public final CertificateAuthority haproxy = authority("haproxy");
    public final HttpServer server = HttpServer.start();
    public final HttpClient http = HttpClient.start();
    public final Users users = new Users(documents, clock);
    public final EmbeddedInventory inventory;
    public final FakeClusters clusters;
    public final WorkloadManagement workload;
    public final Namespaces namespaces;

    private final ExecutorService deliveries = Executors.newSingleThreadExecutor();
    private final List<Listener> listeners = new ArrayList<>();
    private final Listener dataPlane;

    public SupervisorWorld(Path disks) throws IOException {
        clusters = new FakeClusters(deliveries, clock);
        inventory = EmbeddedInventory.open(
                EmbeddedOptions.defaults(),
                InventoryStorage.inMemory(),
                disks,
                new SimulatedRuntime(this::boot),
                new EmbeddedInventory.Sources(clock, new Random(7)));
        inventory.start();
        dataPlane = listen(
                DATA_PLANE,
                0,
                haproxy.issue(LeafSpec.server("haproxy", List.of(DATA_PLANE))),
                SupervisorWorld::dataPlane);
        workload = management();
        namespaces = new Namespaces(workload, clusters, inventory, users, documents, changes);
        namespaces.start();
        users.create("administrator", PASSWORD, List.of(Principal.ADMINISTRATORS));
        users.create("dev", PASSWORD, List.of("team"));
    }

    /** Another one on the same documents, as after a restart. */
    WorkloadManagement management() {
        return new WorkloadManagement(
                new SupervisorServices(
                        inventory,
                        ControlSite.BOOTED,
                        clusters,
                        new Balancer(),
                        http,
                        NetworkStack.host(),
                        443,
                        clusters::remove,
                        clock,
                        new Random(7)),
                documents,
                vcenter,
                changes);
    }

    /** Returns when the Supervisor is gone. */
    void awaitGone(WorkloadManagement management) throws InterruptedException {
        for (int i = 0; i < 400 && management.find(CLUSTER).isPresent(); i++) {
            Thread.sleep(25); // bounded: the test fails below
        }
        if (management.find(CLUSTER).isPresent()) {
            throw new AssertionError("the Supervisor does not go: " + management.find(CLUSTER));
        }
    }

    /** What the load balancer does when it is told to. */
    void closeVip() {
        listeners.stream()
                .filter(listener ->
                        listener.address().getAddress().getHostAddress().equals(VIP))
                .toList()
                .forEach(listener -> {
                    listener.close();
                    listeners.remove(listener);
                });
    }

    /** Enables the cluster and returns when its Supervisor runs. */
    public SupervisorWorld enabled() throws InterruptedException {
        workload.enable(CLUSTER, spec());
        for (int i = 0; i < 400; i++) {
            if (status().state() == SupervisorStatus.State.RUNNING) {
                return this;
            }
            Thread.sleep(25); // the status has no listeners
        }
        throw new AssertionError("the Supervisor does not run: " + status());
    }

    public SupervisorStatus status() {
        return workload.find(CLUSTER).orElseThrow().status();
    }

    public FakeKubeClient supervisor() {
        return clusters.cluster(ClusterId.SUPERVISOR);
    }

    public String policy() {
        return inventory.storagePolicies().getFirst().id().toString();
    }

    /** A specification without a fault. */
    public ObjectNode spec() {
        String management = inventory.networks().getFirst().id().toString();
        String ports = inventory.networks().get(1).id().toString();
        ObjectNode spec = Yaml.parseObject("""
                size_hint: TINY
                network_provider: VSPHERE_NETWORK
                service_cidr: {address: 10.96.0.0, prefix: 24}
                master_management_network:
                  network: %s
                  mode: STATICRANGE
                  address_range: {starting_address: 127.91.58.50, address_count: 5, subnet_mask: 255.255.255.0, gateway: 127.91.58.1}
                workload_networks_spec:
                  supervisor_primary_workload_network:
                    network: wl-0
                    network_provider: VSPHERE_NETWORK
                    vsphere_network:
                      portgroup: %s
                      gateway: 127.91.59.1
                      subnet_mask: 255.255.255.0
                      address_ranges: [{address: 127.91.59.20, count: 100}]
                load_balancer_config_spec:
                  id: lb-0
                  provider: HA_PROXY
                  address_ranges: [{address: %s, count: 64}]
                  ha_proxy_config_create_spec:
                    servers: [{host: %s, port: %d}]
                    username: admin
                    password: ha-secret
                master_DNS: [127.91.58.3]
                master_storage_policy: %s
                ephemeral_storage_policy: %s
                image_storage: {storage_policy: %s}
                login_banner: Be nice.
                Master_DNS_names: [wcp.example]
                """.formatted(
                management, ports, VIP, DATA_PLANE, dataPlane.address().getPort(), policy(), policy(), policy()));
        ((ObjectNode) spec.at("/load_balancer_config_spec/ha_proxy_config_create_spec"))
                .put("certificate_authority_chain", haproxy.certificatePem());
        return spec;
    }

    public Listener listen(String host, int port, TlsIdentity identity, HttpHandler handler) throws IOException {
        Listener listener = server.listen(new ListenSpec(
                "test",
                NetworkStack.host(),
                new InetSocketAddress(host, port),
                Optional.of(identity),
                List.of(),
                handler));
        listeners.add(listener);
        return listener;
    }

    @Override
    public void close() {
        namespaces.close();
        workload.close();
        inventory.close();
        listeners.forEach(Listener::close);
        http.close();
        server.close();
        deliveries.shutdownNow();
    }

    private static void dataPlane(Exchange exchange) throws IOException {
        if (!exchange.header("Authorization").orElse("").equals(BASIC)) {
            exchange.respond(
                    401, "application/json", "{\"code\":401,\"message\":\"no\"}".getBytes(StandardCharsets.UTF_8));
        } else if (exchange.rawPath().equals("/v2/info")) {
            exchange.respond(
                    200, "application/json", "{\"api\":{\"version\":\"v2.1.0\"}}".getBytes(StandardCharsets.UTF_8));
        } else {
            exchange.respond(404, "", new byte[0]);
        }
    }

    /** The guest of a control machine: there is a cluster, and a node in it. */
    private RunningGuest boot(GuestContext context) {
        clusters.add(ClusterId.SUPERVISOR);
        KubeObject node = KubeObject.of(Yaml.parseObject("{apiVersion: v1, kind: Node, metadata: {name: '"
                + context.biosUuid() + "'}, status: {conditions: [{type: Ready, status: 'True'}]}}"));
        supervisor().create(Resources.NODES, node);
        context.report().running(List.of());
        return _ -> {};
    }

    /** Serves the Supervisor's virtual IP as soon as the operators start. */
    private final class Balancer implements SupervisorOperators {
        @Override
        public List<KubeObject> definitions() {
            return List.of();
        }

        @Override
        public Running start(String cluster, UUID supervisor) {
            JsonNode keys =
                    documents.get("workload/clusters/" + cluster).orElseThrow().path("keys");
            ControlPlaneKeys pki = SupervisorKeys.of(keys).controlPlane();
            CertificateAuthority api = CertificateAuthority.restore(pki.caCertificate(), pki.caKey(), clock);
            closeVip();
            try {
                listen(
                        VIP,
                        6443,
                        api.issue(LeafSpec.server("kube-apiserver", List.of(VIP))),
                        exchange -> exchange.respond(200, "text/plain", "ok".getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            Optional<KubeObject> found = supervisor()
                    .find(
                            Resources.SERVICES,
                            new NamespacedName(SupervisorObjects.API_SERVICE_NAMESPACE, SupervisorObjects.API_SERVICE));
            if (found.isEmpty()) {
                return () -> {}; // it is being taken down
            }
            KubeObject service = found.get();
            service.status().set("loadBalancer", Json.object());
            service.status()
                    .withObjectProperty("loadBalancer")
                    .putArray("ingress")
                    .addObject()
                    .put("ip", VIP);
            supervisor().updateStatus(Resources.SERVICES, service);
            return () -> {};
        }
    }

    private CertificateAuthority authority(String name) {
        return CertificateAuthority.create(name, CertificateAuthority.DEFAULT_VALIDITY, clock);
    }
}
