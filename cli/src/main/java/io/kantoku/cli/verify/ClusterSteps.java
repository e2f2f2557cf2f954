package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.TrialFailure;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The guest cluster of the article, and those that are refused. */
final class ClusterSteps {
    private static final String NETWORK = "/spec/settings/network";
    private static final int MACHINES = 6;

    private final Walk walk;

    ClusterSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step(
                        "a cluster of unknown class, storage, release, CNI is refused at apply",
                        "A11",
                        this::refusesNames),
                new Step("an even number of masters and overlapping CIDRs are refused", "A12", this::refusesShapes),
                new Step("the article's manifest, unchanged: apply to running", "A11", this::apply),
                new Step("log in to the guest cluster; 3 + 3 nodes Ready through its virtual IP", "A12", this::nodes),
                new Step(
                        "defaults are written back, host bits masked, the release resolved", "A10 A11", this::defaults),
                new Step("status, columns and events of the cluster", "", this::status),
                new Step("Cluster API objects and machines can be read", "A3", this::objects));
    }

    private void refused(Consumer<ObjectNode> change, String... complaints) throws IOException, InterruptedException {
        ObjectNode manifest = Yaml.parseObject(walk.trial().example("tkc01.yaml"));
        ((ObjectNode) manifest.path("metadata")).put("name", "refused");
        change.accept(manifest);
        Outcome refused = walk.supervisor().apply(manifest.toString()).fails();
        refused.complains("The TanzuKubernetesCluster \"refused\" is invalid"); // kubectl's words for status 422
        refused.complains(complaints);
    }

    private static ObjectNode at(ObjectNode manifest, String pointer) {
        return (ObjectNode) manifest.at(pointer);
    }

    private void refusesNames() throws IOException, InterruptedException {
        refused(
                tkc -> at(tkc, "/spec/topology/controlPlane").put("class", "huge"),
                "spec.topology.controlPlane.class",
                "\"huge\"",
                "guaranteed-small");
        refused(
                tkc -> at(tkc, "/spec/topology/workers").put("storageClass", "gold"),
                "spec.topology.workers.storageClass",
                "\"gold\"",
                "k8s-storage");
        refused(
                tkc -> at(tkc, "/spec/distribution").put("version", "v1.99"),
                "spec.distribution.version",
                "\"v1.99\"",
                "v1.18.");
        refused(
                tkc -> at(tkc, NETWORK + "/cni").put("name", "flannel"),
                "spec.settings.network.cni.name",
                "\"flannel\"",
                "antrea",
                "calico");
    }

    private void refusesShapes() throws IOException, InterruptedException {
        refused(
                tkc -> at(tkc, "/spec/topology/controlPlane").put("count", 2),
                "spec.topology.controlPlane.count",
                "2",
                "1",
                "3");
        refused(
                tkc -> at(tkc, NETWORK + "/services").putArray("cidrBlocks").add("193.0.128.0/20"),
                "spec.settings.network.",
                "overlap",
                "193.0.0.0/16");
        refused(
                tkc -> at(tkc, NETWORK + "/pods")
                        .putArray("cidrBlocks")
                        .add(walk.trial().addresses().workload().toString()),
                "spec.settings.network.pods.cidrBlocks",
                "overlap",
                walk.trial().addresses().workload().toString());
        Outcome none =
                walk.supervisor().run("get tanzukubernetesclusters -o name").succeeds();
        TrialFailure.unless(none.text().isEmpty(), "a refused cluster was made: " + none.text());
    }

    private void apply() throws IOException, InterruptedException {
        walk.supervisor()
                .apply(walk.trial().example("tkc01.yaml"))
                .succeeds()
                .says("tanzukubernetescluster.run.tanzu.vmware.com/tkc01 created");
        walk.supervisor()
                .run("wait tkc/tkc01 --for=jsonpath={.status.phase}=running --timeout=50s")
                .succeeds();
    }

    private void nodes() throws InterruptedException {
        walk.login(walk.devops(), "--insecure-skip-tls-verify", "--tanzu-kubernetes-cluster-name", Walk.CLUSTER)
                .succeeds()
                .says("Logged in successfully.", "\n   " + Walk.CLUSTER + "\n");
        Outcome current = walk.devops().run("config current-context").succeeds();
        TrialFailure.unless(
                current.text().equals(Walk.CLUSTER), "the current context is " + current.text() + ", not tkc01");
        Kubectl guest = walk.guest(Walk.CLUSTER);
        Await.until(Walk.LONG, "all nodes are Ready", () -> Walk.nodesMissing(guest, MACHINES));
        Outcome wide = guest.run("get node -o wide --no-headers").succeeds();
        long masters = 0;
        for (String line : wide.lines()) {
            List<String> columns = List.of(line.split("\\s+", -1));
            masters += columns.get(2).contains("master") ? 1 : 0;
            TrialFailure.unless(
                    columns.get(4).startsWith("v1.18.")
                            && columns.get(4).contains("+")
                            && walk.isNodeAddress(columns.get(5)),
                    "not a node of release 1.18 in the workload range: " + line);
        }
        TrialFailure.unless(masters == 3, "there are " + masters + " masters:\n" + wide.text());
        String server = guest.run("config view --minify -o jsonpath={.clusters[0].cluster.server}")
                .text();
        TrialFailure.unless(
                server.equals("https://" + walk.guestVip(Walk.CLUSTER) + ":6443")
                        && walk.isVirtualIp(walk.guestVip(Walk.CLUSTER)),
                "kubectl speaks with " + server + ", which is not the cluster's virtual IP");
    }

    private void defaults() throws InterruptedException {
        JsonNode tkc = walk.supervisor().get("tkc " + Walk.CLUSTER);
        Map<String, String> wanted = Map.of(
                "/spec/distribution/version",
                "v1.18",
                NETWORK + "/cni/name",
                "antrea",
                NETWORK + "/pods/cidrBlocks/0",
                "193.0.0.0/16",
                NETWORK + "/services/cidrBlocks/0",
                "195.48.0.0/12",
                NETWORK + "/serviceDomain",
                "cluster.local");
        wanted.forEach((pointer, value) -> TrialFailure.unless(
                tkc.at(pointer).asText().equals(value),
                "the stored cluster has " + tkc.at(pointer) + " at " + pointer + ", not \"" + value + "\""));
        String full = tkc.at("/spec/distribution/fullVersion").asText();
        TrialFailure.unless(
                full.startsWith("v1.18.") && full.contains("+"),
                "the hint v1.18 was not resolved: fullVersion is \"" + full + "\"");
    }

    private void status() throws InterruptedException {
        Kubectl kubectl = walk.supervisor();
        Await.until(Walk.LONG, "the status has all machines and nodes ready", () -> {
            JsonNode status = kubectl.get("tkc " + Walk.CLUSTER).path("status");
            boolean good = all(status.path("nodeStatus"), "ready") && all(status.path("vmStatus"), "ready");
            return good ? Optional.empty() : Optional.of(status.toPrettyString());
        });
        Outcome table = kubectl.run("get tkc").succeeds();
        table.says("NAME", "CONTROL PLANE", "WORKER", "DISTRIBUTION", "AGE", "PHASE");
        String line = table.lines().getLast();
        TrialFailure.unless(
                line.matches("tkc01\\s+3\\s+3\\s+v1\\.18\\.\\S+\\s+\\S+\\s+running"),
                "kubectl get tkc prints: " + line);
        JsonNode events = kubectl.get("events --field-selector involvedObject.name=" + Walk.CLUSTER);
        TrialFailure.unless(!events.path("items").isEmpty(), "no Event tells of tkc01");
    }

    private static boolean all(JsonNode map, String state) {
        boolean good = map.size() == MACHINES;
        for (JsonNode value : map) {
            good &= value.asText().equals(state);
        }
        return good;
    }

    private void objects() throws InterruptedException {
        Kubectl kubectl = walk.supervisor();
        kubectl.run("get tkc,machines,virtualmachines,clusters,kubeadmcontrolplanes,machinedeployments")
                .succeeds();
        for (String kind : List.of("machines.cluster.x-k8s.io", "virtualmachines")) {
            int found = kubectl.get(kind).path("items").size();
            TrialFailure.unless(found == MACHINES, "there are " + found + " " + kind + ", not " + MACHINES);
        }
        JsonNode cluster = kubectl.get("clusters.cluster.x-k8s.io " + Walk.CLUSTER);
        TrialFailure.unless(
                cluster.at("/spec/controlPlaneEndpoint/host").asText().equals(walk.guestVip(Walk.CLUSTER)),
                "the Cluster's endpoint is not the virtual IP: " + cluster.path("spec"));
        JsonNode planes = kubectl.get("kubeadmcontrolplanes").path("items");
        TrialFailure.unless(
                planes.size() == 1 && planes.at("/0/status/readyReplicas").asInt() == 3,
                "the KubeadmControlPlane does not report three ready replicas: " + planes);
        JsonNode deployments = kubectl.get("machinedeployments").path("items");
        TrialFailure.unless(
                deployments.size() == 1
                        && deployments.at("/0/status/readyReplicas").asInt() == 3,
                "the MachineDeployment does not report three ready replicas: " + deployments);
        for (JsonNode vm : kubectl.get("virtualmachines").path("items")) {
            TrialFailure.unless(
                    vm.at("/status/powerState").asText().equals("poweredOn")
                            && walk.isNodeAddress(vm.at("/status/vmIp").asText())
                            && walk.machines().contains(vm.at("/metadata/name").asText()),
                    "a VirtualMachine is not a machine of the inventory that is on: " + vm.path("status"));
        }
    }

    /** A cluster of one master and one worker that leaves open what can be left open. */
    static String small(String name, int workers) {
        return smallest(name, workers).toString();
    }

    /** The same with a pod network by name. */
    static String withCni(String name, int workers, String cni) {
        ObjectNode tkc = smallest(name, workers);
        tkc.withObject("/spec/settings/network/cni").put("name", cni);
        return tkc.toString();
    }

    private static ObjectNode smallest(String name, int workers) {
        ObjectNode tkc =
                Json.object().put("apiVersion", "run.tanzu.vmware.com/v1alpha1").put("kind", "TanzuKubernetesCluster");
        tkc.putObject("metadata").put("name", name);
        ObjectNode spec = tkc.putObject("spec");
        spec.putObject("distribution").put("version", "v1.18");
        ObjectNode topology = spec.putObject("topology");
        topology.putObject("controlPlane")
                .put("class", "best-effort-xsmall")
                .put("count", 1)
                .put("storageClass", "k8s-storage");
        topology.putObject("workers")
                .put("class", "best-effort-xsmall")
                .put("count", workers)
                .put("storageClass", "k8s-storage");
        return tkc;
    }
}
