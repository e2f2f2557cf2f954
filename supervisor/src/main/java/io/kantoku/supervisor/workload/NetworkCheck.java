package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.ConnectionCheck;
import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.workload.EnableSpec.LoadBalancer;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.PkiException;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tries what an enable specification, or the part of it that is filled in, says about the network: reaches each Data Plane API with
 * its authority and credentials, and looks whether the addresses are apart from each other and free.
 */
public final class NetworkCheck {
    private static final String HAPROXY = "load_balancer_config_spec.ha_proxy_config_create_spec";
    private static final int NAMED = 5;

    /** How a check ended. */
    public enum State {
        OK,
        WARNING,
        FAILED,
        SKIPPED
    }

    /**
     * What a check found.
     *
     * @param id the kind of check
     * @param hop how far it got; {@code ""} where there are no hops
     * @param field the field of the specification to look at
     */
    public record Finding(String id, String name, String hop, State state, String field, String message, String todo) {}

    private final Inventory inventory;
    private final HttpClient http;
    private final NetworkStack network;
    private final AddressProbe probe;
    private final List<Finding> findings = new ArrayList<>();

    NetworkCheck(Inventory inventory, HttpClient http, NetworkStack network) {
        this.inventory = inventory;
        this.http = http;
        this.network = network;
        this.probe = new AddressProbe(network);
    }

    List<Finding> run(JsonNode specification) {
        EnableSpecReader.Parts parts = EnableSpecReader.readParts(specification);
        parts.balancer()
                .ifPresentOrElse(
                        this::dataPlanes,
                        () -> skipped("DATA_PLANE_API", "Data Plane API", "the load balancer is not filled in yet"));
        RangeCheck ranges = new RangeCheck();
        parts.services().ifPresent(ranges::services);
        parts.management().ifPresent(ranges::management);
        ranges.workload(parts.workload());
        parts.balancer().ifPresent(ranges::balancer);
        apart(ranges);
        ranges.ranges().stream()
                .filter(range -> !range.field().equals("service_cidr")) // exists in the Supervisor only
                .forEach(this::free);
        return findings;
    }

    private void dataPlanes(LoadBalancer balancer) {
        List<X509Certificate> authorities;
        try {
            authorities = Pem.certificates(balancer.authorityPem());
        } catch (PkiException e) {
            findings.add(new Finding(
                    "DATA_PLANE_API",
                    "Authority of the Data Plane API",
                    "TLS",
                    State.FAILED,
                    HAPROXY + ".certificate_authority_chain",
                    String.valueOf(e.getMessage()),
                    "paste the appliance's ca.crt, with the BEGIN and END lines"));
            return;
        }
        for (int i = 0; i < balancer.servers().size(); i++) {
            LoadBalancer.Server server = balancer.servers().get(i);
            DataPlaneEndpoint endpoint = new DataPlaneEndpoint(
                    server.host(), server.port(), authorities, balancer.user(), balancer.password(), network);
            findings.add(dataPlane(
                    "Data Plane API " + server.host() + ":" + server.port(),
                    HAPROXY + ".servers[" + i + "]",
                    ConnectionCheck.check(endpoint, http)));
        }
    }

    private static Finding dataPlane(String name, String field, Optional<ConnectionCheck.Fault> fault) {
        if (fault.isEmpty()) {
            return new Finding(
                    "DATA_PLANE_API", name, "LOGIN", State.OK, field, "answers, and takes the credentials", "");
        }
        String message = fault.get().message();
        return switch (fault.get().kind()) {
            case UNREACHABLE ->
                failed(name, "TCP", field, message, "check address, port and routes, and that HAProxy's machine is on");
            case UNTRUSTED, NAME_MISMATCH ->
                failed(
                        name,
                        "TLS",
                        HAPROXY + ".certificate_authority_chain",
                        message,
                        "give the authority that the appliance's certificate is issued by");
            case CREDENTIALS ->
                failed(name, "LOGIN", HAPROXY + ".password", message, "check user and password of the appliance");
            case NOT_DATA_PLANE_API ->
                failed(name, "HTTP", field, message, "check the port: the Data Plane API has 5556 by default");
        };
    }

    private static Finding failed(String name, String hop, String field, String message, String todo) {
        return new Finding("DATA_PLANE_API", name, hop, State.FAILED, field, message, todo);
    }

    private void apart(RangeCheck ranges) {
        if (ranges.ranges().isEmpty()) {
            skipped("RANGES_APART", "Ranges are apart", "no range is filled in yet");
            return;
        }
        Faults faults = new Faults();
        ranges.faults(faults);
        if (faults.isEmpty()) {
            findings.add(new Finding(
                    "RANGES_APART",
                    "Ranges are apart",
                    "",
                    State.OK,
                    "",
                    ranges.ranges().size() + " ranges do not touch each other, nor gateways and servers",
                    ""));
        }
        for (LocalizableMessage fault : faults.messages()) {
            findings.add(new Finding(
                    "RANGES_APART",
                    "Ranges are apart",
                    "",
                    State.FAILED,
                    fault.args().getFirst(),
                    fault.text(),
                    "choose another range"));
        }
    }

    private void free(RangeCheck.Named range) {
        Map<Ipv4Address, String> taken = machinesIn(range.range());
        probe.answering(range.range())
                .forEach((address, port) -> taken.putIfAbsent(address, "something on port " + port));
        String name = "Addresses are free: " + range.range();
        if (taken.isEmpty()) {
            findings.add(new Finding(
                    "ADDRESSES_FREE", name, "", State.OK, range.field(), "nobody has or answers on any of them", ""));
            return;
        }
        List<String> named = taken.entrySet().stream()
                .limit(NAMED)
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                .toList();
        String more = taken.size() > NAMED ? " and " + (taken.size() - NAMED) + " more" : "";
        findings.add(new Finding(
                "ADDRESSES_FREE",
                name,
                "",
                State.FAILED,
                range.field(),
                "taken: " + String.join(", ", named) + more,
                "choose a range that nothing else uses"));
    }

    private Map<Ipv4Address, String> machinesIn(IpRange range) {
        Map<Ipv4Address, String> taken = new TreeMap<>();
        for (VirtualMachine vm : inventory.machines().list()) {
            for (Nic nic : vm.spec().nics()) {
                if (range.contains(nic.address().address())) {
                    taken.put(nic.address().address(), vm.name());
                }
            }
        }
        return taken;
    }

    private void skipped(String id, String name, String why) {
        findings.add(new Finding(id, name, "", State.SKIPPED, "", why, ""));
    }
}
