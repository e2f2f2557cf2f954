package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.cli.VcenterClient;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.Trial;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.appliance.Appliance;
import io.kantoku.loadbalancer.appliance.ApplianceSpec;
import io.kantoku.loadbalancer.appliance.Cidr;
import io.kantoku.transport.HttpServer;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.vcenter.Vcsim;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The product on a vCenter that is not its own, govmomi's simulator, with an HAProxy appliance that was there before. The simulator boots
 * no system: {@link VcenterGuests} does in its place what the machines' user data say.
 */
@Timeout(600)
class VcenterIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static final String CLUSTER = """
            apiVersion: run.tanzu.vmware.com/v1alpha1
            kind: TanzuKubernetesCluster
            metadata: {name: tkc01}
            spec:
              distribution: {version: v1.18}
              topology:
                controlPlane: {class: guaranteed-small, count: 1, storageClass: vsan-default-storage-policy}
                workers: {class: guaranteed-small, count: 1, storageClass: vsan-default-storage-policy}
            """;

    private static final String NEWER = "v1.19.7+vmware.1";

    private Trial trial;
    private AddressPlan plan;
    private Vcsim vcsim;
    private VcenterGuests guests;
    private HttpServer server;
    private Ledger ledger;
    private Appliance haproxy;
    private String cluster = "";

    @BeforeEach
    void start() throws Exception {
        trial = Trial.create("vcenter");
        plan = trial.addresses();
        vcsim = Vcsim.start(trial.directory());
        guests = new VcenterGuests(vcsim.url(), vcsim.certificate(), trial.directory());
        Files.writeString(trial.directory().resolve("password"), "pass\n");
        server = HttpServer.start();
        ledger = Ledger.open(trial.directory().resolve("ledger"));
        haproxy = Appliance.start(
                ApplianceSpec.onHost(
                        "haproxy",
                        trial.directory().resolve("haproxy"),
                        Path.of("/usr/sbin/haproxy"),
                        new InetSocketAddress(
                                InetAddress.ofLiteral(
                                        plan.applianceManagement(0).address().toString()),
                                5556),
                        plan.virtualIps().toCidrs().stream()
                                .map(block -> Cidr.parse(block.toString()))
                                .toList(),
                        "admin",
                        "secret"),
                server,
                new Processes(ledger, new Random()),
                InstantSource.system());
    }

    @AfterEach
    void end() throws Exception {
        trial.kantoku("down", "--leave-machines");
        haproxy.stop();
        ledger.close();
        server.close();
        guests.close();
        vcsim.close();
        trial.close();
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        up("wrong", vcsim.certificate())
                .fails()
                .complains("refuses the login as user; check the user and the password");
        up("pass", Path.of("/etc/hostname")).fails().complains("has no certificates");
        List<String> arguments = arguments("pass");
        arguments.addAll(List.of(
                "--vcenter-folder",
                "nowhere",
                "--vcenter-ca",
                vcsim.certificate().toString()));
        trial.upOnVcenter(arguments).fails().complains("vCenter has no VM folder named nowhere");
    }

    @Test
    void workloadManagementComesUpAndGoes() throws Exception {
        up("pass", vcsim.certificate()).succeeds();
        trial.kantoku("status").succeeds().says("runtime vcenter", vcsim.url().toString());
        cluster = enable();

        awaitTrue("three control VMs are on", () -> names("POWERED_ON").size() == 3);
        assertThat(names("POWERED_ON")).allMatch(name -> name.startsWith("SupervisorControlPlaneVM ("));
        String first = guests.get("vm").get(0).path("vm").asText();
        assertThat(guests.userData(first).file("/etc/systemd/system/kantoku-6443.service"))
                .isPresent();
        assertThat(guests.get("vm/" + first + "/hardware/ethernet")).hasSize(2);

        awaitTrue(
                "the Supervisor waits for what the simulator cannot do",
                () -> message(cluster).contains("waiting for the API to answer through the load balancer"));
        awaitTrue("the Supervisor runs", () -> {
            guests.follow();
            return state(cluster).equals("RUNNING");
        });
        Kubectl kubectl = trial.administrator();
        assertThat(kubectl.run("get nodes --no-headers").succeeds().lines())
                .hasSize(3)
                .allMatch(line -> line.contains(" Ready "));

        trial.kantoku("namespace", "create", "ns1").succeeds();
        trial.kantoku("down").fails().complains("the instance has machines in vCenter");

        trial.kantoku("down", "--keep-state").succeeds();
        trial.upOnVcenter(List.of()).succeeds(); // all that is needed was kept
        awaitTrue(
                "the Supervisor runs again",
                () -> kubectl.run("get namespace ns1").exit() == 0);

        disable();
        trial.kantoku("down").succeeds();
    }

    @Test
    void guestClustersComeUpAndGo() throws Exception {
        up("pass", vcsim.certificate()).succeeds();
        cluster = enable();
        awaitRunning("the Supervisor runs", () -> state(cluster).equals("RUNNING"));
        trial.kantoku("namespace", "create", "ns1", "--storage-policy", "vSAN Default Storage Policy")
                .succeeds();
        Kubectl supervisor = trial.administrator().options("-n", "ns1");
        supervisor.apply(CLUSTER).succeeds();
        awaitRunning("the guest cluster runs", () -> isReady(supervisor, 2));
        assertThat(names("POWERED_ON")).hasSize(5);

        Kubectl guest = administratorOf(supervisor);
        trial.kubectl(downloaded())
                .run("auth can-i create deployments")
                .succeeds()
                .says("yes");
        assertThat(guest.run("get nodes --no-headers").succeeds().lines())
                .hasSize(2)
                .allMatch(line -> line.contains(" Ready "));
        guest.run("create service loadbalancer web --tcp=80:8080").succeeds();
        awaitRunning("the guest's Service has an address", () -> !address(guest).isEmpty());
        String address = address(guest);
        awaitRunning("the Service is served", () -> visit(address).startsWith("hello from "));

        scale(supervisor, 1, 3);
        trial.kantoku("down", "--keep-state").succeeds();
        assertThat(visit(address)).as("clients need no Kantoku").startsWith("hello from ");
        guest.run("get nodes").succeeds();
        trial.upOnVcenter(List.of()).succeeds();
        awaitRunning("the machines that were asked for are there", () -> isReady(supervisor, 4));
        assertThat(address(guest)).isEqualTo(address);

        scale(supervisor, 3, 1);
        awaitRunning("three masters and one worker", () -> isReady(supervisor, 4));
        awaitRunning(
                "three masters serve the virtual IP",
                () -> guest.run("get nodes --no-headers").succeeds().lines().size() == 4);
        assertThat(names("POWERED_ON")).hasSize(7);

        assertThat(members()).hasSize(3);
        upgrade(supervisor);
        awaitRunning(
                "the cluster is of the new release",
                () -> isReady(supervisor, 4)
                        && supervisor
                                .get("tkc tkc01")
                                .at("/status/version")
                                .asText()
                                .equals(NEWER));
        assertThat(guest.run("get nodes --no-headers").succeeds().lines()).allMatch(line -> line.contains(NEWER));
        assertThat(members()).as("masters that went have left etcd").hasSize(3);
        assertThat(guests.nodes().etcd().getFirst().hasQuorum()).isTrue();

        supervisor.run("delete tkc tkc01 --wait=false").succeeds();
        awaitRunning("its machines are gone", () -> names("POWERED_ON").size() == 3);
        awaitRunning(
                "the cluster is gone",
                () -> supervisor.run("get tkc -o name").succeeds().lines().isEmpty());
        assertThat(supervisor
                        .run("get networkinterfaces,virtualmachineservices,services -o name")
                        .succeeds()
                        .lines())
                .isEmpty();
        assertThat(visit(address)).as("its virtual IP").isEmpty();
        disable();
        trial.kantoku("down").succeeds();
    }

    private List<String> members() {
        return guests.nodes().etcd().getFirst().members();
    }

    private static void upgrade(Kubectl supervisor) throws Exception {
        String patch = "{\"spec\":{\"distribution\":{\"version\":\"v1.19\",\"fullVersion\":null}}}";
        supervisor
                .run(List.of("patch", "tkc", "tkc01", "--type=merge", "-p", patch), "")
                .succeeds();
    }

    private void disable() throws Exception {
        try (VcenterClient vcenter = trial.vcenter()) {
            vcenter.post("/api/vcenter/namespace-management/clusters/" + cluster + "?action=disable", null);
        }
        awaitTrue("the machines are gone", () -> guests.get("vm").isEmpty());
        awaitTrue("the cluster is not enabled any more", () -> {
            try (VcenterClient vcenter = trial.vcenter()) {
                return vcenter.get("/api/vcenter/namespace-management/clusters").isEmpty();
            }
        });
    }

    private static void scale(Kubectl supervisor, int masters, int workers) throws Exception {
        String patch = "{\"spec\":{\"topology\":{\"controlPlane\":{\"count\":%d},\"workers\":{\"count\":%d}}}}";
        supervisor
                .run(List.of("patch", "tkc", "tkc01", "--type=merge", "-p", patch.formatted(masters, workers)), "")
                .succeeds();
    }

    private static boolean isReady(Kubectl supervisor, int nodes) throws Exception {
        Outcome outcome = supervisor.run("get tkc tkc01 -o json");
        if (outcome.exit() != 0) {
            return false; // the Supervisor is starting
        }
        JsonNode status = outcome.json().path("status");
        return status.path("phase").asText().equals("running")
                && status.path("nodeStatus").size() == nodes
                && status.path("nodeStatus").properties().stream()
                        .allMatch(node -> node.getValue().asText().equals("ready"));
    }

    /** As an administrator gets it: from the Secret beside the cluster. */
    private Kubectl administratorOf(Kubectl supervisor) throws Exception {
        String config =
                supervisor.get("secret tkc01-kubeconfig").at("/data/value").asText();
        trial.write("tkc01.kubeconfig", new String(Base64.getDecoder().decode(config), StandardCharsets.UTF_8));
        return trial.kubectl("tkc01.kubeconfig");
    }

    /** As the console gives it to its user, with a certificate: the guest's API knows no tokens of ours. */
    private String downloaded() throws Exception {
        try (VcenterClient vcenter = trial.vcenter()) {
            trial.write("downloaded", vcenter.text("/api/kantoku/guests/ns1/tkc01/kubeconfig"));
        }
        return "downloaded";
    }

    private static String address(Kubectl guest) throws Exception {
        return guest.get("service web").at("/status/loadBalancer/ingress/0/ip").asText();
    }

    /** What the site says; nothing when nobody answers. */
    private static String visit(String address) {
        try (Socket socket = new Socket(address, 80)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.substring(Math.max(0, answer.indexOf("\r\n\r\n") + 4));
        } catch (IOException e) {
            return "";
        }
    }

    private void awaitRunning(String what, Callable<Boolean> condition) throws Exception {
        awaitTrue(what, () -> {
            guests.follow();
            return condition.call();
        });
    }

    private Outcome up(String password, Path authority) throws Exception {
        List<String> arguments = arguments(password);
        arguments.addAll(List.of("--vcenter-ca", authority.toString()));
        return trial.upOnVcenter(arguments);
    }

    private List<String> arguments(String password) throws IOException {
        Path file = Files.writeString(trial.directory().resolve("password"), password + "\n");
        return new ArrayList<>(List.of(
                "--vcenter",
                vcsim.url().toString(),
                "--vcenter-user",
                "user",
                "--vcenter-password-file",
                file.toString(),
                "--advertise-address",
                plan.management().address(20).toString()));
    }

    /** Enables with what the product proposes and the addresses that only we know; returns the cluster's id. */
    private String enable() throws Exception {
        try (VcenterClient vcenter = trial.vcenter()) {
            ObjectNode spec = vcenter.get("/api/kantoku/default-enable-spec").deepCopy();
            assertThat(spec.path("default_kubernetes_service_content_library").asText())
                    .isNotEmpty();
            ((ObjectNode) spec.path("master_management_network"))
                    .putObject("address_range")
                    .put("starting_address", plan.controlMachines().first().toString())
                    .put("address_count", 5)
                    .put("subnet_mask", "255.255.255.0")
                    .put("gateway", plan.managementGateway().toString());
            ObjectNode network =
                    (ObjectNode) spec.at("/workload_networks_spec/supervisor_primary_workload_network/vsphere_network");
            network.put("gateway", plan.workloadGateway().toString()).put("subnet_mask", "255.255.255.0");
            network.putArray("address_ranges")
                    .addObject()
                    .put("address", plan.nodes().first().toString())
                    .put("count", 50);
            ObjectNode balancer = (ObjectNode) spec.path("load_balancer_config_spec");
            balancer.putArray("address_ranges")
                    .addObject()
                    .put("address", plan.virtualIps().first().toString())
                    .put("count", plan.virtualIps().size());
            ObjectNode config = balancer.putObject("ha_proxy_config_create_spec");
            config.putArray("servers")
                    .addObject()
                    .put("host", plan.applianceManagement(0).address().toString())
                    .put("port", 5556);
            config.put("username", "admin")
                    .put("password", "secret")
                    .put(
                            "certificate_authority_chain",
                            Files.readString(trial.directory().resolve("haproxy/ca.crt")));
            Path file = trial.write("spec.json", spec.toPrettyString());
            String name =
                    vcenter.get("/api/vcenter/cluster").get(0).path("name").asText();
            refusesWithoutALibrary(spec, name);
            trial.kantoku("enable", "--spec", file.toString(), "--cluster", name, "--no-wait")
                    .succeeds();
            return vcenter.get("/api/vcenter/cluster").get(0).path("cluster").asText();
        }
    }

    private void refusesWithoutALibrary(ObjectNode spec, String cluster) throws Exception {
        ObjectNode without = spec.deepCopy();
        without.remove("default_kubernetes_service_content_library");
        Path file = trial.write("without.json", without.toString());
        trial.kantoku("enable", "--spec", file.toString(), "--cluster", cluster)
                .fails()
                .complains("control plane VMs and nodes are made from images of a content library");
    }

    private List<String> names(String power) {
        List<String> names = new ArrayList<>();
        for (JsonNode vm : guests.get("vm")) {
            if (vm.path("power_state").asText().equals(power)) {
                names.add(vm.path("name").asText());
            }
        }
        return names;
    }

    private String state(String cluster) {
        return info(cluster).path("config_status").asText();
    }

    private String message(String cluster) {
        return info(cluster).path("messages").toString();
    }

    private JsonNode info(String cluster) {
        try (VcenterClient vcenter = trial.vcenter()) {
            return vcenter.get("/api/vcenter/namespace-management/clusters/" + cluster);
        }
    }

    private String logEnd() throws IOException {
        List<String> lines = Files.readAllLines(trial.state().log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    private void awaitTrue(String what, Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(LIMIT);
        while (!condition.call()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not in time: " + what + "; the log ends with:\n" + logEnd());
            }
            Thread.sleep(100);
        }
    }
}
