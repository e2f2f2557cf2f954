package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.machine.LabRuntime;
import io.kantoku.vsphere.machine.SimulatedRuntime;
import io.kantoku.vsphere.net.Cidr;
import java.util.Optional;

/**
 * What an instance is; kept in its state directory, so that it comes back as it was.
 *
 * @param runtime what machines are made of: {@code simulated}, {@code lab} or {@code vcenter}
 * @param addresses who has which address in the vSphere that Kantoku brings along
 * @param consolePort the port of the console and of vCenter's REST API on localhost
 * @param transit two addresses between the host and the lab's router, a /31
 * @param outbound whether the lab's machines reach what the host reaches
 * @param loadBalancers how many appliances of ours there are: 1, or 2 of which one stands by
 * @param frontPort the port of a Supervisor's front on its virtual IP: 443, or 10443 where that cannot be bound
 * @param vcenter the vCenter of the runtime {@code vcenter}
 * @param audit where requests to the Kubernetes APIs are taken down, if they are
 */
public record InstanceOptions(
        String runtime,
        AddressPlan addresses,
        int consolePort,
        int frontPort,
        String transit,
        boolean outbound,
        int loadBalancers,
        Optional<VcenterConnection> vcenter,
        Optional<AuditFiles> audit) {
    private static final int CONSOLE_PORT = 8443;
    private static final int HTTPS = 443;
    private static final int HEX = 16;
    private static final int OCTET = 256;
    private static final int FIRST_TRANSIT = 254;

    /** The pairs of addresses in 10.44.254.0/23. */
    private static final int TRANSITS = 256;

    /** An instance that takes nothing down. */
    public InstanceOptions(
            String runtime,
            AddressPlan addresses,
            int consolePort,
            int frontPort,
            String transit,
            boolean outbound,
            int loadBalancers,
            Optional<VcenterConnection> vcenter) {
        this(runtime, addresses, consolePort, frontPort, transit, outbound, loadBalancers, vcenter, Optional.empty());
    }

    /** The same instance with another audit. */
    public InstanceOptions withAudit(Optional<AuditFiles> files) {
        return new InstanceOptions(
                runtime, addresses, consolePort, frontPort, transit, outbound, loadBalancers, vcenter, files);
    }

    /** On loopback addresses. */
    public static InstanceOptions simulated(AddressPlan addresses, int consolePort, int frontPort) {
        return new InstanceOptions(
                SimulatedRuntime.NAME, addresses, consolePort, frontPort, "", false, 1, Optional.empty());
    }

    /** The default lab of a state directory. */
    public static InstanceOptions lab(StateDirectory directory) {
        int place = Integer.parseInt(directory.tag(), HEX) % TRANSITS * 2;
        String transit = "10.44." + (FIRST_TRANSIT + place / OCTET) + "." + place % OCTET + "/31";
        return new InstanceOptions(
                LabRuntime.NAME, AddressPlan.lab(), CONSOLE_PORT, HTTPS, transit, false, 1, Optional.empty());
    }

    /** On a vCenter that is not ours. */
    public static InstanceOptions vcenter(VcenterConnection connection, int consolePort, int frontPort) {
        return new InstanceOptions(
                VcenterSite.RUNTIME,
                AddressPlan.simulated(),
                consolePort,
                frontPort,
                "",
                false,
                0,
                Optional.of(connection));
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("runtime", runtime)
                .put("management_network", addresses.management().toString())
                .put("workload_network", addresses.workload().toString())
                .put("console_port", consolePort)
                .put("front_port", frontPort)
                .put("transit_network", transit)
                .put("outbound", outbound)
                .put("load_balancers", loadBalancers);
        vcenter.ifPresent(connection -> json.set("vcenter", connection.toJson()));
        audit.ifPresent(files -> json.set("audit", files.toJson()));
        return json;
    }

    static InstanceOptions of(JsonNode json) {
        return new InstanceOptions(
                json.path("runtime").asText(),
                new AddressPlan(
                        Cidr.parse(json.path("management_network").asText()),
                        Cidr.parse(json.path("workload_network").asText())),
                json.path("console_port").asInt(),
                json.path("front_port").asInt(),
                json.path("transit_network").asText(),
                json.path("outbound").asBoolean(),
                json.path("load_balancers").asInt(1),
                json.has("vcenter") ? Optional.of(VcenterConnection.of(json.path("vcenter"))) : Optional.empty(),
                AuditFiles.of(json.path("audit")));
    }
}
