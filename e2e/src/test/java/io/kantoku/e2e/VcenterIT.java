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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The product on a vCenter that is not its own, govmomi's simulator, with an HAProxy appliance that was there before. The simulator boots
 * no system: {@link RelayGuests} does in its place what the control VMs' user data say.
 */
@Timeout(300)
class VcenterIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Trial trial;
    private AddressPlan plan;
    private Vcsim vcsim;
    private RelayGuests guests;
    private HttpServer server;
    private Ledger ledger;
    private Appliance haproxy;

    @BeforeEach
    void start() throws Exception {
        trial = Trial.create("vcenter");
        plan = trial.addresses();
        vcsim = Vcsim.start(trial.directory());
        guests = new RelayGuests(vcsim.url(), vcsim.certificate());
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
        String cluster = enable();

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

        try (VcenterClient vcenter = trial.vcenter()) {
            vcenter.post("/api/vcenter/namespace-management/clusters/" + cluster + "?action=disable", null);
        }
        awaitTrue("the machines are gone", () -> guests.get("vm").isEmpty());
        awaitTrue("the cluster is not enabled any more", () -> {
            try (VcenterClient vcenter = trial.vcenter()) {
                return vcenter.get("/api/vcenter/namespace-management/clusters").isEmpty();
            }
        });
        trial.kantoku("down").succeeds();
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
