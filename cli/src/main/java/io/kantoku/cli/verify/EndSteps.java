package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.trial.Appliance.Front;
import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.Ipv4Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Delete, crash, log out, and take down: what must go goes, and what must stay stays. */
final class EndSteps {
    private final Walk walk;

    EndSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step(
                        "delete a cluster: machines, addresses, virtual IP, HAProxy entries are gone",
                        "",
                        () -> delete(Walk.SMALL_CLUSTER)),
                new Step(
                        "kill -9 the server, up again: clusters, addresses, VIPs and tokens are back", "", this::crash),
                new Step("delete the article's cluster with its Service", "", () -> delete(Walk.CLUSTER)),
                new Step("kubectl vsphere logout", "", this::logout),
                new Step("down: no process, no listener and no file is left", "", this::down));
    }

    private void delete(String cluster) throws InterruptedException {
        walk.supervisor()
                .run("delete tkc " + cluster + " --timeout=60s")
                .succeeds()
                .says("\"" + cluster + "\" deleted");
        Kubectl admin = walk.trial().administrator();
        Await.until(Walk.SOON, "nothing of " + cluster + " is left", () -> {
            List<String> left = new ArrayList<>();
            Outcome objects = admin.run("get -n " + Walk.NAMESPACE
                            + " machines,virtualmachines,virtualmachineservices,networkinterfaces,services,endpoints,secrets"
                            + ",clusters,kubeadmcontrolplanes,machinedeployments,machinesets,kubeadmconfigs -o name")
                    .succeeds();
            objects.lines().stream().filter(line -> line.contains(cluster)).forEach(left::add);
            walk.machines().stream()
                    .filter(name -> name.startsWith(cluster + "-"))
                    .forEach(left::add);
            for (Front front : walk.appliance(appliance -> appliance.fronts())) {
                if (front.name().contains("-" + Walk.NAMESPACE + "-" + cluster)) {
                    left.add("HAProxy's frontend " + front.name());
                }
            }
            return left.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", left));
        });
    }

    /** All that has to come back: who has which address, and what HAProxy serves. */
    private Map<String, String> snapshot() throws InterruptedException {
        Map<String, String> all = new TreeMap<>();
        for (JsonNode vm : walk.supervisor().get("virtualmachines").path("items")) {
            all.put(
                    vm.at("/metadata/name").asText(),
                    vm.at("/status/vmIp").asText() + " "
                            + vm.at("/status/uniqueID").asText());
        }
        for (JsonNode node : walk.supervisor().get("node").path("items")) {
            all.put(
                    node.at("/metadata/name").asText(),
                    node.at("/status/addresses/0/address").asText());
        }
        for (Front front : walk.appliance(appliance -> appliance.fronts())) {
            all.put(
                    front.name() + " " + front.address() + ":" + front.port(),
                    front.servers().stream()
                            .map(server -> server.address() + ":" + server.port())
                            .sorted()
                            .toList()
                            .toString());
        }
        all.put("tkc01", walk.guestVip(Walk.CLUSTER));
        return all;
    }

    private void crash() throws IOException, InterruptedException {
        Map<String, String> before = snapshot();
        Kubectl guest = walk.guest(Walk.CLUSTER);
        guest.run("create configmap before-the-crash --from-literal=a=b").succeeds();
        long pid = walk.trial().pid();
        ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
        CompletableFuture<ProcessHandle> ended = server.onExit();
        server.destroyForcibly();
        ended.join();
        walk.trial().up().succeeds();
        TrialFailure.unless(walk.trial().pid() != pid, "the server was not killed");
        Await.until(Walk.LONG, "all nodes are Ready again", () -> Walk.nodesMissing(guest, 5));
        Await.until(Walk.LONG, "the Supervisor's nodes are Ready again", () -> Walk.nodesMissing(walk.supervisor(), 3));
        guest.run("get configmap before-the-crash during-the-outage").succeeds();
        guest.run("rollout status deployment/web --timeout=50s").succeeds();
        Await.until(Walk.SOON, "everything is as it was", () -> {
            Map<String, String> after = snapshot();
            return after.equals(before) ? Optional.empty() : Optional.of("before: " + before + "\nafter:  " + after);
        });
        Outcome tables = walk.supervisor().run("get tkc --no-headers").succeeds();
        TrialFailure.unless(tables.text().endsWith("running"), "the cluster does not run: " + tables.text());
    }

    private void logout() throws InterruptedException {
        walk.devops().run("vsphere logout").succeeds();
        JsonNode config = walk.devops().run("config view -o json").json();
        TrialFailure.unless(
                config.path("users").isEmpty()
                        && config.path("contexts").isEmpty()
                        && config.path("clusters").isEmpty(),
                "logging out left entries in the kubeconfig: " + config);
    }

    private void down() throws IOException, InterruptedException {
        long server = walk.trial().pid();
        walk.trial().kantoku("down").succeeds();
        TrialFailure.unless(ProcessHandle.of(server).isEmpty(), "the server (process " + server + ") is still there");
        TrialFailure.unless(
                Files.notExists(walk.trial().state().path()),
                "the state directory is still there: " + walk.trial().state().path());
        List<String> processes = walk.trial().processes();
        TrialFailure.unless(processes.isEmpty(), "processes are left: " + processes);
        List<String> listeners = listeners();
        TrialFailure.unless(listeners.isEmpty(), "somebody still listens on the instance's networks: " + listeners);
        try (Socket _ =
                new Socket(InetAddress.getLoopbackAddress(), walk.trial().consolePort())) {
            throw new TrialFailure("the console's port still answers");
        } catch (IOException e) {
            // as it should be
        }
    }

    /** Listening sockets in the instance's networks, from the kernel's tables. */
    private List<String> listeners() throws IOException {
        List<Cidr> networks = List.of(
                walk.trial().addresses().management(), walk.trial().addresses().workload());
        List<String> found = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(java.nio.file.Path.of(table))) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns.length > 3 && columns[3].equals("0A")) {
                    String[] local = columns[1].split(":", -1);
                    int bits = Integer.reverseBytes(
                            Integer.parseUnsignedInt(local[0].substring(local[0].length() - 8), 16));
                    Ipv4Address address = new Ipv4Address(bits);
                    if (networks.stream().anyMatch(network -> network.contains(address))) {
                        found.add(address + ":" + Integer.parseInt(local[1], 16));
                    }
                }
            }
        }
        return found;
    }
}
