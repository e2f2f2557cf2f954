package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Query;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.appliance.Appliance;
import io.kantoku.loadbalancer.appliance.ApplianceSpec;
import io.kantoku.loadbalancer.appliance.Cidr;
import io.kantoku.tkg.lb.LoadBalancers;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A Supervisor in memory whose operators program a real HAProxy on loopback addresses. */
final class BalancedWorld implements AutoCloseable {
    static final String VIP = "127.77.59.51";
    private static final GroupVersionResource EVENTS = new GroupVersionResource("", "v1", "events");
    private static final String NODES = "127.77.59.10";

    private final HttpServer server = HttpServer.start();
    private final HttpClient http = HttpClient.start();
    private final Ledger ledger;
    private final Path directory;
    private final String apiAddress;
    Appliance appliance;
    final TkgWorld world;

    /** @param home where the appliance keeps its files */
    BalancedWorld(Path disks, Path home, int vips) throws IOException {
        directory = home;
        ledger = Ledger.open(disks.resolve("ledger"));
        apiAddress = "127.77.58.9:15556";
        appliance = start("secret");
        world = new TkgWorld(disks, LoadBalancers.dataPlane(http), VIP, vips);
        configure(appliance.authorityPem(), "secret");
    }

    Appliance start(String password) throws IOException {
        return Appliance.start(
                ApplianceSpec.onHost(
                        "tkg-it",
                        directory,
                        Path.of(System.getProperty("haproxy", "/usr/sbin/haproxy")),
                        new InetSocketAddress(InetAddress.ofLiteral("127.77.58.9"), 15556),
                        List.of(Cidr.parse("127.77.59.0/24")),
                        "admin",
                        password),
                server,
                new Processes(ledger, new Random()),
                InstantSource.system());
    }

    /** Ends the appliance's API; HAProxy goes on. */
    void cutOff() {
        appliance.close();
    }

    /** What the Supervisor knows of the appliance. */
    void configure(String authority, String password) {
        KubeObject credentials = Kinds.SECRET.create("netop", "lb");
        ObjectNode data = credentials.json().putObject("data");
        data.put("username", base64("admin")).put("password", base64(password));
        data.put("certificateAuthorityData", base64(authority));
        world.put(Kinds.SECRET, credentials);
        world.yaml(Kinds.HAPROXY_CONFIG, """
                metadata: {name: haproxy}
                spec: {endPointURLs: ["https://%s/v2"], credentialSecretRef: {name: lb, namespace: netop}}
                """.formatted(apiAddress));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    DataPlaneClient client() {
        return DataPlaneClient.to(appliance.endpoint(), http);
    }

    /** The address of a node. */
    static String node(int number) {
        return NODES + number;
    }

    /** A Service of type LoadBalancer with port 20080, further members of its spec and annotations, and nodes that serve it. */
    void service(String name, String spec, String annotations, int port, int... nodes) {
        endpoints(name, port, nodes);
        apply("""
                metadata: {namespace: ns1, name: %s, annotations: {%s}}
                spec: {type: LoadBalancer, ports: [{port: 20080, protocol: TCP}]%s}
                """.formatted(name, annotations, spec.isEmpty() ? "" : ", " + spec));
    }

    /** Makes the Service, or changes what somebody who applies it can change. */
    void apply(String yaml) {
        KubeObject wanted = TkgWorld.object(Kinds.SERVICE, yaml);
        Optional<KubeObject> present = world.supervisor().find(Kinds.SERVICE.resource(), wanted.namespacedName());
        if (present.isEmpty()) {
            world.supervisor().create(Kinds.SERVICE.resource(), wanted);
            return;
        }
        KubeObject changed = present.get().copy();
        changed.json().set("spec", wanted.spec());
        wanted.annotations().forEach(changed::annotate);
        world.supervisor().update(Kinds.SERVICE.resource(), changed);
    }

    void endpoints(String name, int port, int... nodes) {
        StringBuilder addresses = new StringBuilder();
        for (int node : nodes) {
            addresses.append(addresses.isEmpty() ? "" : ", ").append("{ip: %s}".formatted(node(node)));
        }
        world.yaml(
                Kinds.ENDPOINTS,
                nodes.length == 0
                        ? "metadata: {namespace: ns1, name: %s}".formatted(name)
                        : """
                        metadata: {namespace: ns1, name: %s}
                        subsets: [{addresses: [%s], ports: [{port: %d}]}]
                        """.formatted(name, addresses, port));
    }

    /** Waits until the Service says so, and gives what it says. */
    String awaitReason(String name, String reason) throws Exception {
        KubeObject service = world.await(
                Kinds.SERVICE,
                "ns1",
                name,
                object -> Conditions.find(object, "Programmed")
                        .filter(condition -> condition.reason().equals(reason))
                        .isPresent());
        return Conditions.find(service, "Programmed").map(Condition::message).orElseThrow();
    }

    /** Whether an Event tells of the Service in these words. */
    boolean told(String name, String reason) {
        return world.supervisor().list(EVENTS, Query.all()).items().stream()
                .anyMatch(event -> event.text("involvedObject", "name").equals(name)
                        && event.text("reason").equals(reason));
    }

    String vip(String name) {
        return world.supervisor()
                .get(Kinds.SERVICE.resource(), new NamespacedName("ns1", name))
                .at("status", "loadBalancer", "ingress")
                .path(0)
                .path("ip")
                .asText();
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        world.close();
        appliance.stop();
        http.close();
        server.close();
        ledger.close();
    }
}
