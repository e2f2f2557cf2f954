package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.VcenterClient;
import io.kantoku.cli.trial.Appliance;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.Trial;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.vsphere.net.Ipv4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the steps have in common: the trial, the people in it, and ways to look. */
final class Walk {
    static final String NAMESPACE = "ns1";
    static final String OTHER_NAMESPACE = "ns2";
    static final String USER = "devops";
    static final String LOGIN = USER + "@vsphere.local";
    static final String PASSWORD_VARIABLE = "KUBECTL_VSPHERE_PASSWORD";
    static final String PASSWORD = "Walk-Through-1";
    static final String CLUSTER = "tkc01";
    static final String SMALL_CLUSTER = "tkc02";
    static final Duration SOON = Duration.ofMinutes(1);
    static final Duration LONG = Duration.ofMinutes(2);

    /** Few enough that they can be used up: three control machines, the walk's clusters, and little else. */
    static final int NODE_ADDRESSES = 16;

    private final Trial trial;

    Walk(Trial trial) {
        this.trial = trial;
    }

    Trial trial() {
        return trial;
    }

    /** The Supervisor's virtual IP: the lowest of the range. */
    String vip() {
        return trial.addresses().virtualIps().first().toString();
    }

    /** What {@code --server} is given: with a port where 443 could not be bound. */
    String server() {
        int port = frontPort();
        return port == 443 ? vip() : vip() + ":" + port;
    }

    int frontPort() {
        return trial.state().readOptions().orElseThrow().frontPort();
    }

    /** The port of the example's Service: 80, or 8080 where ports below 1024 cannot be bound. */
    int servicePort() {
        return frontPort() == 443 ? 80 : 8080;
    }

    /** The kubectl that the DevOps user logs in with. */
    Kubectl devops() {
        return trial.kubectl("kubeconfig").environment(PASSWORD_VARIABLE, PASSWORD);
    }

    /** The DevOps user in the namespace on the Supervisor. */
    Kubectl supervisor() {
        return devops().options("--context", NAMESPACE);
    }

    /** The DevOps user in a guest cluster. */
    Kubectl guest(String name) {
        return devops().options("--context", name);
    }

    /** {@code kubectl vsphere login} as the article writes it, with further options. */
    Outcome login(Kubectl kubectl, String... further) throws InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("vsphere", "login", "--server=" + server(), "--tanzu-kubernetes-cluster-namespace", NAMESPACE));
        command.addAll(List.of(further));
        return kubectl.run(command, LOGIN + "\n");
    }

    /** Something that vCenter's API answers. */
    JsonNode vcenter(String path) {
        try (VcenterClient vcenter = trial.vcenter()) {
            return vcenter.get(path);
        }
    }

    /** The machines of the inventory by name. */
    List<String> machines() {
        List<String> names = new ArrayList<>();
        vcenter("/api/vcenter/vm").forEach(vm -> names.add(vm.path("name").asText()));
        return names;
    }

    /** The HAProxy appliances as the instance's status shows them. */
    JsonNode loadBalancers() {
        try (VcenterClient vcenter = trial.vcenter()) {
            return vcenter.status()
                    .orElseThrow(() -> new TrialFailure("the instance does not answer"))
                    .path("load_balancers");
        }
    }

    /** Their machines' names. */
    List<String> loadBalancerNames() {
        List<String> names = new ArrayList<>();
        loadBalancers().forEach(balancer -> names.add(balancer.path("name").asText()));
        return names;
    }

    <T> T appliance(Function<Appliance, T> look) {
        try (Appliance appliance = trial.appliance()) {
            return look.apply(appliance);
        }
    }

    /** The address of the guest's API server, as its object says. */
    String guestVip(String name) throws InterruptedException {
        String vip = supervisor()
                .get("tkc " + name)
                .at("/status/clusterApiStatus/apiEndpoints/0/host")
                .asText();
        TrialFailure.unless(!vip.isEmpty(), "tkc/" + name + " has no address in status.clusterApiStatus.apiEndpoints");
        return vip;
    }

    boolean isVirtualIp(String address) {
        return trial.addresses().virtualIps().contains(Ipv4Address.parse(address));
    }

    boolean isNodeAddress(String address) {
        return trial.addresses().nodes().contains(Ipv4Address.parse(address));
    }

    /** What is missing until that many nodes, and no others, are Ready; empty when they are. */
    static Optional<String> nodesMissing(Kubectl kubectl, int count) throws InterruptedException {
        List<String> lines = kubectl.run("get node --no-headers").succeeds().lines();
        long ready = lines.stream()
                .filter(line -> List.of(line.split("\\s+", -1)).contains("Ready"))
                .count();
        return ready == count && lines.size() == count
                ? Optional.empty()
                : Optional.of(ready + " of " + lines.size() + " nodes are Ready, not " + count + ":\n"
                        + String.join("\n", lines));
    }
}
