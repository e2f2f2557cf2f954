package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.supervisor.workload.EnableSpec.LoadBalancer;
import io.kantoku.supervisor.workload.EnableSpec.ManagementNetwork;
import io.kantoku.supervisor.workload.EnableSpec.Size;
import io.kantoku.supervisor.workload.EnableSpec.WorkloadNetwork;
import io.kantoku.vsphere.net.Cidr;
import io.kantoku.vsphere.net.IpRange;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Reads the enable specification of vCenter 7.0.1 ({@code Clusters.EnableSpec}); notes every fault rather than the first. */
public final class EnableSpecReader {
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final int MANAGEMENT_ADDRESSES = 5;

    private final Faults faults;

    private EnableSpecReader(Faults faults) {
        this.faults = faults;
    }

    /** The specification, if it could be read without a fault. */
    public static Optional<EnableSpec> read(JsonNode json, Faults faults) {
        return new EnableSpecReader(faults).read(new SpecFields(json, "", faults));
    }

    /** The parts of a specification that can be read by themselves. */
    record Parts(
            Optional<Cidr> services,
            Optional<ManagementNetwork> management,
            List<WorkloadNetwork> workload,
            Optional<LoadBalancer> balancer) {}

    /** What can be read of a specification that is not complete. */
    static Parts readParts(JsonNode json) {
        return new Parts(
                whole(json, "service_cidr", (_, part) -> part.cidr("address", "prefix")),
                whole(json, "master_management_network", EnableSpecReader::management),
                whole(json, "workload_networks_spec", (reader, part) -> Optional.of(reader.workload(part)))
                        .orElse(List.of()),
                whole(json, "load_balancer_config_spec", EnableSpecReader::balancer));
    }

    /** A member, if it is there and without a fault. */
    private static <T> Optional<T> whole(
            JsonNode json, String member, BiFunction<EnableSpecReader, SpecFields, Optional<T>> read) {
        Faults faults = new Faults();
        Optional<T> part = read.apply(new EnableSpecReader(faults), new SpecFields(json, "", faults).object(member));
        return faults.isEmpty() ? part : Optional.empty();
    }

    private Optional<EnableSpec> read(SpecFields spec) {
        String provider = spec.required("network_provider");
        if (provider.equals("NSXT_CONTAINER_PLUGIN")) {
            faults.add(
                    "network_provider",
                    "NSX-T is not configured in this vCenter; choose VSPHERE_NETWORK (vCenter Server Network)");
            return Optional.empty();
        }
        if (!provider.isEmpty() && !provider.equals("VSPHERE_NETWORK")) {
            faults.add("network_provider", "'" + provider + "' is not one of VSPHERE_NETWORK, NSXT_CONTAINER_PLUGIN");
        }
        Optional<Size> size = spec.oneOf("size_hint", Size.class);
        Optional<Cidr> services = spec.object("service_cidr").cidr("address", "prefix");
        Optional<ManagementNetwork> management = management(spec.object("master_management_network"));
        List<WorkloadNetwork> workload = workload(spec.object("workload_networks_spec"));
        Optional<LoadBalancer> balancer = balancer(spec.object("load_balancer_config_spec"));
        String masterPolicy = spec.required("master_storage_policy");
        String ephemeralPolicy = spec.required("ephemeral_storage_policy");
        String imagePolicy = spec.object("image_storage").required("storage_policy");
        List<String> masterDns = spec.addresses("master_DNS");
        List<String> workerDns = spec.addresses("worker_DNS");
        if (!faults.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new EnableSpec(
                size.orElseThrow(),
                services.orElseThrow(),
                management.orElseThrow(),
                workload,
                balancer.orElseThrow(),
                masterDns,
                workerDns.isEmpty() ? masterDns : workerDns,
                spec.texts("master_DNS_search_domains"),
                spec.texts("master_NTP_servers"),
                masterPolicy,
                ephemeralPolicy,
                imagePolicy,
                spec.text("login_banner"),
                spec.texts("Master_DNS_names"),
                spec.has("default_kubernetes_service_content_library")
                        ? spec.text("default_kubernetes_service_content_library")
                        : null));
    }

    private Optional<ManagementNetwork> management(SpecFields network) {
        String id = network.required("network");
        String mode = network.required("mode");
        if (!mode.isEmpty() && !mode.equals("STATICRANGE")) {
            faults.add(network.at("mode"), "must be STATICRANGE, found '" + mode + "'");
            return Optional.empty();
        }
        SpecFields range = network.object("address_range");
        Optional<Ipv4Address> first = range.address("starting_address");
        range.number("address_count", MANAGEMENT_ADDRESSES, MANAGEMENT_ADDRESSES);
        Optional<Cidr> subnet = range.subnet(first, "subnet_mask");
        Optional<Ipv4Address> gateway = range.address("gateway");
        if (first.isEmpty() || subnet.isEmpty() || gateway.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new ManagementNetwork(id, IpRange.of(first.get(), MANAGEMENT_ADDRESSES), subnet.get(), gateway.get()));
    }

    private List<WorkloadNetwork> workload(SpecFields spec) {
        List<WorkloadNetwork> networks = new ArrayList<>();
        workloadNetwork(spec.object("supervisor_primary_workload_network")).ifPresent(networks::add);
        for (SpecFields further : spec.optionalObjects("network_list")) {
            workloadNetwork(further).ifPresent(networks::add);
        }
        return networks;
    }

    private Optional<WorkloadNetwork> workloadNetwork(SpecFields network) {
        String name = label(network, "network");
        SpecFields vsphere = network.object("vsphere_network");
        String portGroup = vsphere.required("portgroup");
        Optional<Ipv4Address> gateway = vsphere.address("gateway");
        Optional<Cidr> subnet = vsphere.subnet(gateway, "subnet_mask");
        List<IpRange> ranges = ranges(vsphere);
        if (gateway.isEmpty() || subnet.isEmpty() || ranges.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new WorkloadNetwork(name, portGroup, ranges, subnet.get(), gateway.get()));
    }

    private Optional<LoadBalancer> balancer(SpecFields spec) {
        String id = label(spec, "id");
        String provider = spec.required("provider");
        if (!provider.isEmpty() && !provider.equals("HA_PROXY")) {
            faults.add(spec.at("provider"), "must be HA_PROXY, found '" + provider + "'");
        }
        List<IpRange> ranges = ranges(spec);
        SpecFields haproxy = spec.object("ha_proxy_config_create_spec");
        List<LoadBalancer.Server> servers = new ArrayList<>();
        for (SpecFields server : haproxy.objects("servers")) {
            servers.add(new LoadBalancer.Server(server.required("host"), (int) server.number("port", 1, 65535)));
        }
        String user = haproxy.required("username");
        String password = haproxy.required("password");
        String authority = haproxy.required("certificate_authority_chain");
        return ranges.isEmpty()
                ? Optional.empty()
                : Optional.of(new LoadBalancer(id, ranges, servers, user, password, authority));
    }

    private List<IpRange> ranges(SpecFields spec) {
        List<IpRange> ranges = new ArrayList<>();
        for (SpecFields range : spec.objects("address_ranges")) {
            range.range("address", "count").ifPresent(ranges::add);
        }
        return ranges;
    }

    private String label(SpecFields fields, String name) {
        String text = fields.required(name);
        if (!text.isEmpty() && !DNS_LABEL.matcher(text).matches()) {
            faults.add(
                    fields.at(name),
                    "'" + text
                            + "' must be a DNS label: at most 63 of a-z 0-9 -, beginning and ending with a letter or digit");
        }
        return text;
    }
}
