package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.cli.VcenterClient;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Trial;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What administrators change about load balancing while everything runs: ranges of virtual IPs in vCenter, quotas in a namespace. */
@Timeout(300)
class BalancerChangesIT {
    private static final String CLUSTERS = "/api/vcenter/namespace-management/clusters/";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** The Supervisor's own, the namespace's first Service, and no more. */
    private static final int FEW = 2;

    private Trial trial;
    private ObjectNode first;

    @BeforeEach
    void start() throws Exception {
        trial = Trial.create("balancer");
        trial.requireKubectl();
        trial.up().succeeds();
        ObjectNode spec = (ObjectNode) Json.parse(
                trial.kantoku("enable", "--print-spec").succeeds().out().getBytes(StandardCharsets.UTF_8));
        first = (ObjectNode) spec.at("/load_balancer_config_spec/address_ranges/0");
        first.put("count", FEW);
        trial.kantoku(
                        "enable",
                        "--spec",
                        trial.write("spec.json", spec.toString()).toString())
                .succeeds();
        trial.administrator().run("create namespace shop").succeeds();
    }

    @AfterEach
    void end() {
        trial.close();
    }

    @Test
    void aRangeIsAddedWhileServicesWait() throws Exception {
        service("one", "");
        awaitTrue("the first has the last address", () -> !address("one").isEmpty());
        service("two", "");
        awaitTrue(
                "the second says what is wrong",
                () -> condition("service two", "Programmed").equals("NoAddress"));

        String base = first.path("address").asText();
        String further = base.substring(0, base.lastIndexOf('.') + 1)
                + (Integer.parseInt(base.substring(base.lastIndexOf('.') + 1)) + 10);
        ObjectNode change = Json.object();
        ArrayNode ranges = change.putObject("load_balancer_config_spec").putArray("address_ranges");
        ranges.add(first);
        ranges.addObject().put("address", further).put("count", 3);
        try (VcenterClient vcenter = trial.vcenter()) {
            String cluster =
                    vcenter.get("/api/vcenter/cluster").get(0).path("cluster").asText();
            vcenter.patch(CLUSTERS + cluster, change);
        }
        awaitTrue(
                "the second has an address of the new range",
                () -> address("two").equals(further));
        assertThat(condition("service two", "Programmed")).isEqualTo("Programmed");
        assertThat(address("one")).isNotEqualTo(further).isNotEmpty();
    }

    @Test
    void aQuotaThatIsUsedUpIsSaidAndOverWhenItIsRaised() throws Exception {
        Kubectl kubectl = trial.administrator();
        kubectl.run("create quota few -n shop --hard=services.loadbalancers=0").succeeds();
        kubectl.apply("""
                apiVersion: vmoperator.vmware.com/v1alpha1
                kind: VirtualMachineService
                metadata: {namespace: shop, name: web}
                spec:
                  type: LoadBalancer
                  ports: [{name: http, port: 80, targetPort: 8080, protocol: TCP}]
                  selector: {app: web}
                """).succeeds();
        awaitTrue(
                "the quota is named",
                () -> condition("virtualmachineservice web", "Ready").equals("QuotaExceeded"));
        assertThat(kubectl.get("virtualmachineservice web -n shop")
                        .at("/status/conditions")
                        .toString())
                .contains("services.loadbalancers=0");
        kubectl.run("patch quota few -n shop -p {\"spec\":{\"hard\":{\"services.loadbalancers\":\"1\"}}}")
                .succeeds();
        awaitTrue("it has an address", () -> !address("web").isEmpty());
        assertThat(condition("virtualmachineservice web", "Ready")).isNotEqualTo("QuotaExceeded");
        assertThat(kubectl.get("quota few -n shop")
                        .at("/status/used/services.loadbalancers")
                        .asText())
                .isEqualTo("1");
    }

    private void service(String name, String selector) throws InterruptedException {
        trial.administrator().apply("""
                apiVersion: v1
                kind: Service
                metadata: {namespace: shop, name: %s}
                spec: {type: LoadBalancer, ports: [{port: 80}]%s}
                """.formatted(name, selector)).succeeds();
    }

    private String address(String service) throws InterruptedException {
        return trial.administrator()
                .get("services -n shop")
                .at("/items")
                .valueStream()
                .filter(item -> item.at("/metadata/name").asText().equals(service))
                .map(item -> item.at("/status/loadBalancer/ingress/0/ip").asText())
                .findFirst()
                .orElse("");
    }

    /** The reason of a condition, {@code ""} while there is none. */
    private String condition(String object, String type) throws InterruptedException {
        for (JsonNode condition : trial.administrator().get(object + " -n shop").at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("reason").asText();
            }
        }
        return "";
    }

    private static void awaitTrue(String what, Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(LIMIT);
        while (!condition.call()) {
            assertThat(Instant.now()).as(what).isBefore(end);
            Thread.sleep(100);
        }
    }
}
