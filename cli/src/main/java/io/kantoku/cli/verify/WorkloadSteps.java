package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.trial.Appliance.Front;
import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.Ipv4Address;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** An application in the guest cluster, and the cluster growing and shrinking under it. */
final class WorkloadSteps {
    private static final int MASTERS = 3;
    private static final int REPLICAS = 3;

    private final Walk walk;

    WorkloadSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step(
                        "the guest's StorageClasses mirror the namespace's; the only one is default",
                        "",
                        this::storage),
                new Step("a Deployment gets pods that are scheduled and reported running", "A15", this::deployment),
                new Step("a Service of type LoadBalancer gets its address through HAProxy", "A13", this::service),
                new Step("workers scale up to 4 and down to 2; HAProxy follows", "", this::scale));
    }

    private Kubectl guest() {
        return walk.guest(Walk.CLUSTER);
    }

    private void storage() throws InterruptedException {
        Await.until(Walk.SOON, "the guest has the namespace's StorageClass as its default", () -> {
            JsonNode classes = guest().get("storageclass").path("items");
            boolean good = classes.size() == 1
                    && classes.at("/0/metadata/name").asText().equals("k8s-storage")
                    && classes.at("/0/metadata/annotations/storageclass.kubernetes.io~1is-default-class")
                            .asText()
                            .equals("true");
            return good ? Optional.empty() : Optional.of(classes.toPrettyString());
        });
    }

    private void deployment() throws IOException, InterruptedException {
        if (walk.trial().isLab()) {
            walk.trial().kantoku("image", "demo").succeeds();
        }
        guest().apply(walk.trial().example("app.yaml").replace("port: 80\n", "port: " + walk.servicePort() + "\n"))
                .succeeds()
                .says("deployment.apps/web created", "service/web created");
        guest().run("rollout status deployment/web --timeout=50s").succeeds();
        JsonNode pods = guest().get("pods -l app=web").path("items");
        TrialFailure.unless(pods.size() == REPLICAS, "there are " + pods.size() + " pods, not 3");
        Cidr block = Cidr.parse("193.0.0.0/16");
        for (JsonNode pod : pods) {
            String address = pod.at("/status/podIP").asText("");
            TrialFailure.unless(
                    pod.at("/status/phase").asText().equals("Running")
                            && !pod.at("/spec/nodeName").asText().isEmpty()
                            && !address.isEmpty()
                            && block.contains(Ipv4Address.parse(address)),
                    "a pod is not running on a node with an address in " + block + ": " + pod);
        }
    }

    private void service() throws InterruptedException {
        guest().run("wait service/web --for=jsonpath={.status.loadBalancer.ingress[0].ip} --timeout=30s")
                .succeeds();
        JsonNode service = guest().get("service web");
        String external = service.at("/status/loadBalancer/ingress/0/ip").asText();
        TrialFailure.unless(walk.isVirtualIp(external), "EXTERNAL-IP " + external + " is not in the virtual IP range");
        TrialFailure.unless(
                Cidr.parse("195.48.0.0/12")
                        .contains(
                                Ipv4Address.parse(service.at("/spec/clusterIP").asText())),
                "the cluster IP is not in 195.48.0.0/12: " + service.path("spec"));
        Await.until(Walk.SOON, "HAProxy has the workers behind " + external, this::behindTheService);
    }

    /** What differs between the servers that HAProxy has for the Service, and the workers. */
    private Optional<String> behindTheService() throws InterruptedException {
        JsonNode service = guest().get("service web");
        String external = service.at("/status/loadBalancer/ingress/0/ip").asText();
        int nodePort = service.at("/spec/ports/0/nodePort").asInt();
        TreeSet<String> wanted = new TreeSet<>();
        for (JsonNode node : guest().get("node").path("items")) {
            if (!node.at("/metadata/labels").has("node-role.kubernetes.io/master")) {
                wanted.add(internalAddress(node) + ":" + nodePort);
            }
        }
        Front front = walk.appliance(appliance -> appliance.front(external, walk.servicePort()));
        TreeSet<String> found = new TreeSet<>();
        front.servers().forEach(server -> found.add(server.address() + ":" + server.port()));
        return found.equals(wanted)
                ? Optional.empty()
                : Optional.of("HAProxy has " + found + ", and the workers are " + wanted);
    }

    private static String internalAddress(JsonNode node) {
        for (JsonNode address : node.at("/status/addresses")) {
            if (address.path("type").asText().equals("InternalIP")) {
                return address.path("address").asText();
            }
        }
        return "";
    }

    private void scale() throws InterruptedException {
        for (int workers : List.of(4, 2)) {
            walk.supervisor()
                    .run(
                            List.of(
                                    "patch",
                                    "tkc",
                                    Walk.CLUSTER,
                                    "--type=merge",
                                    "-p",
                                    "{\"spec\":{\"topology\":{\"workers\":{\"count\":" + workers + "}}}}"),
                            "")
                    .succeeds();
            int nodes = MASTERS + workers;
            Await.until(Walk.LONG, nodes + " nodes are Ready", () -> Walk.nodesMissing(guest(), nodes));
            Await.until(Walk.SOON, "there are " + nodes + " machines", () -> {
                int objects = walk.supervisor()
                        .get("machines.cluster.x-k8s.io")
                        .path("items")
                        .size();
                long vms = walk.machines().stream()
                        .filter(name -> name.startsWith(Walk.CLUSTER + "-"))
                        .count();
                return objects == nodes && vms == nodes
                        ? Optional.empty()
                        : Optional.of(objects + " Machines and " + vms + " virtual machines");
            });
            Await.until(Walk.SOON, "HAProxy has " + workers + " workers behind the Service", this::behindTheService);
        }
        guest().run("rollout status deployment/web --timeout=50s").succeeds();
    }
}
