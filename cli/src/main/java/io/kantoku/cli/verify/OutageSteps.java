package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.TrialFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One master is lost, of the guest cluster and of the Supervisor: kubectl goes on. */
final class OutageSteps {
    private static final int CALLS = 10;
    private static final int CONNECT_MILLIS = 2000;

    private final Walk walk;

    OutageSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step("one master of the guest cluster is switched off: kubectl goes on", "A12", this::guestMaster),
                new Step(
                        "one control machine of the Supervisor is switched off: kubectl goes on",
                        "",
                        this::supervisor));
    }

    private void guestMaster() throws InterruptedException {
        JsonNode masters = walk.supervisor()
                .get("virtualmachines -l capw.vmware.com/cluster.name=tkc01,capw.vmware.com/cluster.role=controlplane")
                .path("items");
        TrialFailure.unless(masters.size() == 3, "there are " + masters.size() + " masters, not 3");
        String machine = masters.at("/0/metadata/name").asText();
        Kubectl guest = walk.guest(Walk.CLUSTER);
        outage(machine, guest, "create configmap during-the-outage --from-literal=a=b", walk.guestVip(Walk.CLUSTER));
        Await.until(Walk.LONG, "all nodes are Ready again", () -> Walk.nodesMissing(guest, 5));
    }

    private void supervisor() throws InterruptedException {
        outage(
                "SupervisorControlPlaneVM (1)",
                walk.supervisor(),
                "create configmap during-the-outage --from-literal=a=b",
                walk.vip());
        Await.until(Walk.LONG, "all masters are Ready again", () -> Walk.nodesMissing(walk.supervisor(), 3));
    }

    private void outage(String machine, Kubectl kubectl, String write, String vip) throws InterruptedException {
        List<String> addresses = addresses(machine);
        TrialFailure.unless(addresses.stream().allMatch(this::listens), machine + " serves no API at " + addresses);
        walk.trial().kantoku("vm", "stop", "--hard", machine).succeeds();
        TrialFailure.unless(
                addresses.stream().noneMatch(this::listens), machine + " is off and still serves at " + addresses);
        for (int i = 0; i < CALLS; i++) {
            kubectl.run("get node --request-timeout=10s").succeeds();
        }
        kubectl.run(write).succeeds();
        start(machine);
        walk.trial().kantoku("vm", "console", machine).succeeds().says("powered on", "powered off");
        Await.until(Walk.LONG, "HAProxy has three API servers behind " + vip + " again", () -> {
            List<String> serving =
                    walk.appliance(appliance -> appliance.front(vip, 6443).serving());
            return serving.size() == 3 ? Optional.empty() : Optional.of("it has " + serving);
        });
    }

    private List<String> addresses(String machine) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode vm : walk.vcenter("/api/vcenter/vm")) {
            if (vm.path("name").asText().equals(machine)) {
                walk.vcenter("/api/vcenter/vm/" + vm.path("vm").asText())
                        .path("nics")
                        .forEach(nic ->
                                addresses.add(nic.path("address").asText().replaceFirst("/.*", "")));
            }
        }
        TrialFailure.unless(!addresses.isEmpty(), "the inventory has no machine " + machine);
        return addresses;
    }

    private boolean listens(String address) {
        try (SocketChannel channel = walk.trial().inside().socket()) {
            channel.socket().connect(new InetSocketAddress(InetAddress.ofLiteral(address), 6443), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A machine of a cluster is switched on by its operator when nobody else does. */
    private void start(String machine) throws InterruptedException {
        var started = walk.trial().kantoku("vm", "start", machine);
        if (started.exit() != 0) {
            started.complains("is powered on already");
        }
    }
}
