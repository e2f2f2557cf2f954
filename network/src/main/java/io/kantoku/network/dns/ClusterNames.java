package io.kantoku.network.dns;

import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.network.ClusterView;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.dns.DnsAnswer.Code;
import io.kantoku.network.dns.DnsRecord.Named;
import io.kantoku.network.services.EndpointSlice;
import io.kantoku.network.services.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names of a cluster at one moment: the Kubernetes DNS specification 1.1.0 (IPv4), and names of pods by their addresses, which it leaves to
 * the server. Immutable.
 */
public final class ClusterNames {
    private static final String VERSION = "1.1.0";
    private static final String REVERSE = ".in-addr.arpa";
    private static final int OCTETS = 4;

    private final String domain;
    private final Ipv4Range pods;
    private final Ipv4Range services;
    private final Map<String, List<DnsRecord>> records = new HashMap<>();

    /* Names that exist because there are names below them. */
    private final Set<String> inner = new HashSet<>();

    private ClusterNames(String domain, Ipv4Range pods, Ipv4Range services) {
        this.domain = domain;
        this.pods = pods;
        this.services = services;
    }

    /** The names of a cluster. */
    public static ClusterNames of(ClusterView view, String domain, Ipv4Range pods, Ipv4Range services) {
        ClusterNames names = new ClusterNames(domain.toLowerCase(Locale.ROOT), pods, services);
        names.add("dns-version." + names.domain, new DnsRecord.Txt(VERSION));
        names.inner.add("svc." + names.domain);
        names.inner.add("pod." + names.domain);
        Map<NamespacedName, List<EndpointSlice>> slices = new HashMap<>();
        view.slices()
                .forEach(slice -> slices.computeIfAbsent(slice.service(), _ -> new ArrayList<>())
                        .add(slice));
        for (Service service : view.services().values()) {
            names.add(service, slices.getOrDefault(service.name(), List.of()));
        }
        return names;
    }

    private void add(Service service, List<EndpointSlice> slices) {
        String name = service.name().name() + "." + service.name().namespace() + ".svc." + domain;
        if (!service.externalName().isEmpty()) {
            String target = service.externalName().toLowerCase(Locale.ROOT);
            add(name, new DnsRecord.Cname(target.endsWith(".") ? target.substring(0, target.length() - 1) : target));
        } else if (!service.clusterIp().isEmpty()) {
            add(name, new DnsRecord.A(service.clusterIp()));
            add(reverse(service.clusterIp()), new DnsRecord.Ptr(name));
            for (Service.Port port : service.ports()) {
                if (!port.name().isEmpty()) {
                    add(portName(port.name(), port.protocol().lowerCase(), name), new DnsRecord.Srv(port.port(), name));
                }
            }
        } else if (service.headless()) {
            mark(name);
            slices.forEach(slice -> addEndpoints(service, name, slice));
        }
    }

    private void addEndpoints(Service service, String name, EndpointSlice slice) {
        for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
            if (endpoint.ready() || service.publishNotReady()) {
                String host = endpoint.hostname().isEmpty()
                        ? endpoint.address().replace('.', '-')
                        : endpoint.hostname().toLowerCase(Locale.ROOT);
                String own = host + "." + name;
                add(name, new DnsRecord.A(endpoint.address()));
                add(own, new DnsRecord.A(endpoint.address()));
                add(reverse(endpoint.address()), new DnsRecord.Ptr(own));
                for (EndpointSlice.Port port : slice.ports()) {
                    if (!port.name().isEmpty()) {
                        add(
                                portName(port.name(), port.protocol().lowerCase(), name),
                                new DnsRecord.Srv(port.number(), own));
                    }
                }
            }
        }
    }

    private static String portName(String port, String protocol, String service) {
        return "_" + port.toLowerCase(Locale.ROOT) + "._" + protocol + "." + service;
    }

    private static String reverse(String address) {
        String[] octets = address.split("\\.", -1);
        return octets[3] + "." + octets[2] + "." + octets[1] + "." + octets[0] + REVERSE;
    }

    private void add(String name, DnsRecord record) {
        List<DnsRecord> of = records.computeIfAbsent(name, _ -> new ArrayList<>());
        if (!of.contains(record)) {
            of.add(record);
        }
        mark(name);
    }

    private void mark(String name) {
        inner.add(name);
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            String parent = name.substring(dot + 1);
            if (!inner.add(parent)) {
                return;
            }
        }
    }

    /**
     * Answers a question. What is outside the cluster does not exist: there is no way out, and askers should not have to wait for that.
     *
     * @param name absolute, without the last dot, in any case
     */
    public DnsAnswer answer(String name, int type) {
        String asked = name.toLowerCase(Locale.ROOT);
        Optional<String> zone = zone(asked);
        if (zone.isEmpty()) {
            return DnsAnswer.empty(Code.NXDOMAIN);
        }
        if (asked.equals(zone.get()) && (type == DnsRecord.TYPE_SOA || type == DnsRecord.TYPE_ANY)) {
            return new DnsAnswer(Code.NOERROR, List.of(named(new DnsRecord.Soa(zone.get()))), List.of(), List.of());
        }
        List<DnsRecord> known = records.containsKey(asked) ? records.get(asked) : podAddress(asked);
        List<Named> fitting = new ArrayList<>();
        for (DnsRecord record : known) {
            if (record.type() == type || type == DnsRecord.TYPE_ANY) {
                fitting.add(named(record));
            } else if (record instanceof DnsRecord.Cname alias) {
                fitting.add(named(alias));
                records.getOrDefault(alias.target(), List.of()).stream()
                        .filter(behind -> behind.type() == type)
                        .forEach(behind -> fitting.add(new Named(Optional.of(alias.target()), behind)));
            }
        }
        if (!fitting.isEmpty()) {
            return new DnsAnswer(Code.NOERROR, fitting, List.of(), targets(fitting));
        }
        boolean exists = !known.isEmpty() || inner.contains(asked) || asked.equals(zone.get());
        List<Named> authority = List.of(new Named(zone, new DnsRecord.Soa(zone.get())));
        return new DnsAnswer(exists ? Code.NOERROR : Code.NXDOMAIN, List.of(), authority, List.of());
    }

    private static Named named(DnsRecord record) {
        return new Named(Optional.empty(), record);
    }

    /** The addresses of what services are at. */
    private List<Named> targets(List<Named> answers) {
        Set<Named> additional = new LinkedHashSet<>();
        for (Named answer : answers) {
            if (answer.record() instanceof DnsRecord.Srv srv) {
                for (DnsRecord behind : records.getOrDefault(srv.target(), List.of())) {
                    if (behind instanceof DnsRecord.A) {
                        additional.add(new Named(Optional.of(srv.target()), behind));
                    }
                }
            }
        }
        return List.copyOf(additional);
    }

    /** The zone that a name belongs to: the cluster's, or that of its addresses. */
    private Optional<String> zone(String name) {
        if (name.equals(domain) || name.endsWith("." + domain)) {
            return Optional.of(domain);
        }
        if (name.endsWith(REVERSE)) {
            String[] octets =
                    name.substring(0, name.length() - REVERSE.length()).split("\\.", -1);
            if (octets.length == OCTETS) {
                String address = octets[3] + "." + octets[2] + "." + octets[1] + "." + octets[0];
                if (Ipv4Range.isAddress(address)) {
                    long number = Ipv4Range.address(address);
                    if (pods.contains(number) || services.contains(number) || records.containsKey(name)) {
                        return Optional.of(REVERSE.substring(1));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** {@code 192-168-1-5.namespace.pod.cluster.local} is 192.168.1.5, whether there is such a pod or not. */
    private List<DnsRecord> podAddress(String name) {
        String suffix = ".pod." + domain;
        if (name.endsWith(suffix)) {
            String[] labels = name.substring(0, name.length() - suffix.length()).split("\\.", -1);
            String address = labels[0].replace('-', '.');
            if (labels.length == 2 && !labels[1].isEmpty() && Ipv4Range.isAddress(address)) {
                return List.of(new DnsRecord.A(address));
            }
        }
        return List.of();
    }
}
