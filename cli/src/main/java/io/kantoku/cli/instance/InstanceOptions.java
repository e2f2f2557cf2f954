package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.net.Cidr;

/**
 * What an instance is; kept in its state directory, so that it comes back as it was.
 *
 * @param runtime what machines are made of: {@code simulated}
 * @param addresses who has which address
 * @param consolePort the port of the console and of vCenter's REST API on localhost
 * @param frontPort the port of a Supervisor's front on its virtual IP: 443, or 10443 where that cannot be bound
 */
public record InstanceOptions(String runtime, AddressPlan addresses, int consolePort, int frontPort) {
    ObjectNode toJson() {
        return Json.object()
                .put("runtime", runtime)
                .put("management_network", addresses.management().toString())
                .put("workload_network", addresses.workload().toString())
                .put("console_port", consolePort)
                .put("front_port", frontPort);
    }

    static InstanceOptions of(JsonNode json) {
        return new InstanceOptions(
                json.path("runtime").asText(),
                new AddressPlan(
                        Cidr.parse(json.path("management_network").asText()),
                        Cidr.parse(json.path("workload_network").asText())),
                json.path("console_port").asInt(),
                json.path("front_port").asInt());
    }
}
