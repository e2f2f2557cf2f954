package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.cli.trial.Appliance.Front;
import io.kantoku.cli.trial.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Workload Management: what is refused, and how it gets to RUNNING. */
final class EnableSteps {
    private static final String BALANCER = "load_balancer_config_spec";
    private static final String HAPROXY = BALANCER + ".ha_proxy_config_create_spec";
    private static final int CONTROL_MACHINES = 3;

    private final Walk walk;
    private @Nullable ObjectNode specification;

    EnableSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step("enable with NSX-T is refused: it is not configured", "A1", this::refusesNsx),
                new Step(
                        "enable with overlapping ranges is refused, every fault with its field",
                        "A5",
                        this::refusesRanges),
                new Step("enable with wrong HAProxy credentials, CA or port is refused", "A6", this::refusesHaproxy),
                new Step("enable: three control machines, RUNNING", "A1 A3", this::enable),
                new Step("HAProxy serves the Supervisor on its front port and 6443", "A7", this::haproxy));
    }

    /** The lab's own, with a shorter range of nodes. */
    private ObjectNode specification() throws InterruptedException {
        ObjectNode known = specification;
        if (known == null) {
            known = shortened(
                    (ObjectNode) walk.trial().kantoku("enable", "--print-spec").json());
            specification = known;
        }
        return known.deepCopy();
    }

    private static ObjectNode shortened(ObjectNode spec) {
        ObjectNode range = (ObjectNode) spec.at(
                "/workload_networks_spec/supervisor_primary_workload_network" + "/vsphere_network/address_ranges/0");
        range.put("count", Walk.NODE_ADDRESSES);
        return spec;
    }

    private void refused(Consumer<ObjectNode> change, String... complaints) throws IOException, InterruptedException {
        ObjectNode spec = specification();
        change.accept(spec);
        Path file = walk.trial().write("refused.json", spec.toString());
        walk.trial().kantoku("enable", "--spec", file.toString()).fails().complains(complaints);
        Files.delete(file); // it holds HAProxy's password
        JsonNode enabled = walk.vcenter("/api/vcenter/namespace-management/clusters");
        TrialFailure.unless(enabled.isEmpty(), "a refused specification was started: " + enabled);
        TrialFailure.unless(
                walk.machines().equals(walk.loadBalancerNames()),
                "a refused specification made machines: " + walk.machines());
    }

    private static ObjectNode at(ObjectNode spec, String pointer) {
        return (ObjectNode) spec.at(pointer);
    }

    private void refusesNsx() throws IOException, InterruptedException {
        refused(
                spec -> spec.put("network_provider", "NSXT_CONTAINER_PLUGIN"),
                "network_provider",
                "NSX-T is not configured",
                "VSPHERE_NETWORK");
    }

    private void refusesRanges() throws IOException, InterruptedException {
        String nodes = walk.trial().addresses().nodes().first().toString();
        refused(
                spec -> {
                    at(spec, "/load_balancer_config_spec/address_ranges/0")
                            .put("address", nodes)
                            .put("count", 5);
                    at(spec, "/master_management_network/address_range").put("starting_address", "10.99.0.250");
                    spec.put("master_storage_policy", "no-such-policy");
                },
                BALANCER + ".address_ranges",
                "overlaps",
                "master_management_network.address_range",
                "outside",
                "master_storage_policy",
                "no-such-policy");
    }

    private void refusesHaproxy() throws IOException, InterruptedException {
        String config = "/load_balancer_config_spec/ha_proxy_config_create_spec";
        refused(spec -> at(spec, config).put("password", "wrong"), HAPROXY + ".password", "refuses user \"admin\"");
        String other = Files.readString(walk.trial().state().authority());
        refused(
                spec -> at(spec, config).put("certificate_authority_chain", other),
                HAPROXY + ".certificate_authority_chain",
                "not issued by the given authorities");
        refused(
                spec -> at(spec, config + "/servers/0").put("port", 5999),
                HAPROXY + ".servers[0]",
                "cannot be reached");
    }

    private void enable() throws IOException, InterruptedException {
        String file =
                walk.trial().write("enable.json", specification().toString()).toString();
        walk.trial().kantoku("enable", "--spec", file).succeeds().says("The Supervisor runs at " + walk.vip());
        Files.delete(walk.trial().directory().resolve("enable.json")); // it holds HAProxy's password
        JsonNode clusters = walk.vcenter("/api/vcenter/namespace-management/clusters");
        JsonNode cluster = clusters.path(0);
        TrialFailure.unless(
                clusters.size() == 1
                        && cluster.path("config_status").asText().equals("RUNNING")
                        && cluster.path("kubernetes_status").asText().equals("READY"),
                "vCenter does not list the cluster as RUNNING and READY: " + clusters);
        JsonNode info = walk.vcenter("/api/vcenter/namespace-management/clusters/"
                + cluster.path("cluster").asText());
        TrialFailure.unless(
                info.path("api_server_cluster_endpoint").asText().startsWith(walk.vip()),
                "the Supervisor's address is not the lowest virtual IP " + walk.vip() + ": " + info);
        int machines = 0;
        for (JsonNode vm : walk.vcenter("/api/vcenter/vm")) {
            if (vm.path("name").asText().startsWith("SupervisorControlPlaneVM")) {
                machines++;
                JsonNode nics = walk.vcenter("/api/vcenter/vm/" + vm.path("vm").asText())
                        .path("nics");
                TrialFailure.unless(
                        nics.size() == 2,
                        "control machine " + vm.path("name").asText() + " has not a management and a workload card: "
                                + nics);
            }
        }
        TrialFailure.unless(machines == CONTROL_MACHINES, "there are " + machines + " control machines, not 3");
    }

    private void haproxy() throws IOException {
        for (int port : List.of(walk.frontPort(), 6443)) {
            Front front = walk.appliance(appliance -> appliance.front(walk.vip(), port));
            Set<String> machines = new TreeSet<>();
            front.servers().forEach(server -> machines.add(server.address()));
            TrialFailure.unless(
                    machines.size() == CONTROL_MACHINES,
                    walk.vip() + ":" + port + " has not the three control machines behind it: " + machines);
            TrialFailure.unless(
                    front.name().contains("kube-apiserver-lb-svc"),
                    "the frontend of the Supervisor is named " + front.name());
        }
        String file = Files.readString(walk.trial().state().haproxy().resolve("haproxy.cfg"));
        TrialFailure.unless(
                file.contains(walk.vip() + ":6443") && file.contains(walk.vip() + ":" + walk.frontPort()),
                "haproxy.cfg lacks the Supervisor's addresses");
    }
}
