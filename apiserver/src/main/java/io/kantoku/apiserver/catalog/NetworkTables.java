package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.TablePrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Tables of Services and of what they lead to. */
final class NetworkTables {
    static final TablePrinter SERVICES = Table.named()
            .text("Type", "How the service is reached.", o -> Tree.text(o, "spec", "type"))
            .text("Cluster-IP", "The address inside the cluster.", o -> Texts.orNone(Tree.text(o, "spec", "clusterIP")))
            .text("External-IP", "The addresses outside the cluster.", NetworkTables::externalIp)
            .text("Port(s)", "The ports, with those on nodes.", NetworkTables::servicePorts)
            .age()
            .wide("Selector", "The labels of the pods behind it.", o -> Texts.labels(Tree.at(o, "spec", "selector")))
            .build();

    static final TablePrinter ENDPOINTS = Table.named()
            .text("Endpoints", "The addresses behind the service.", NetworkTables::endpoints)
            .age()
            .build();

    static final TablePrinter ENDPOINT_SLICES = Table.named()
            .text("AddressType", "IPv4, IPv6 or FQDN.", o -> Tree.text(o, "addressType"))
            .text("Ports", "The ports.", o -> Texts.some(slicePorts(o), "<unset>"))
            .text("Endpoints", "The addresses.", o -> Texts.some(sliceAddresses(o), "<unset>"))
            .age()
            .build();

    static final TablePrinter INGRESSES = Table.named()
            .text(
                    "Class",
                    "Which controller serves it.",
                    o -> Tree.has(o, "spec", "ingressClassName")
                            ? Tree.text(o, "spec", "ingressClassName")
                            : Texts.NONE)
            .text("Hosts", "The hosts of its rules.", NetworkTables::hosts)
            .text(
                    "Address",
                    "Where it is reached.",
                    o -> String.join(",", Texts.ingress(Tree.at(o, "status", "loadBalancer"))))
            .text(
                    "Ports",
                    "80, and 443 with TLS.",
                    o -> Tree.at(o, "spec", "tls").isEmpty() ? "80" : "80, 443")
            .age()
            .build();

    static final TablePrinter IP_ADDRESSES = Table.named()
            .text("ParentRef", "What has the address.", o -> parent(o))
            .build();

    static final TablePrinter SERVICE_CIDRS = Table.named()
            .text("CIDRs", "The ranges of addresses.", o -> String.join(",", Tree.texts(o, "spec", "cidrs")))
            .age()
            .build();

    static final TablePrinter INGRESS_CLASSES = Table.named()
            .text("Controller", "Who serves ingresses of this class.", o -> Tree.text(o, "spec", "controller"))
            .text("Parameters", "Where the controller finds its settings.", NetworkTables::parameters)
            .age()
            .build();

    static final TablePrinter NETWORK_POLICIES = Table.named()
            .text("Pod-Selector", "The pods concerned.", o -> Texts.selector(Tree.at(o, "spec", "podSelector")))
            .age()
            .build();

    private NetworkTables() {}

    private static String externalIp(ObjectNode service) {
        List<String> addresses = new ArrayList<>();
        String type = Tree.text(service, "spec", "type");
        switch (type) {
            case "ExternalName" -> {
                return Tree.text(service, "spec", "externalName");
            }
            case "LoadBalancer" -> addresses.addAll(Texts.ingress(Tree.at(service, "status", "loadBalancer")));
            case "ClusterIP", "NodePort" -> {}
            default -> {
                return "<unknown>";
            }
        }
        addresses.addAll(Tree.texts(service, "spec", "externalIPs"));
        if (addresses.isEmpty()) {
            return type.equals("LoadBalancer") ? "<pending>" : Texts.NONE;
        }
        return String.join(",", addresses);
    }

    private static String servicePorts(ObjectNode service) {
        return Texts.orNone(Tree.objects(service, "spec", "ports").stream()
                .map(port -> {
                    long nodePort = Tree.number(port, "nodePort");
                    return Tree.number(port, "port") + (nodePort > 0 ? ":" + nodePort : "") + "/"
                            + Tree.text(port, "protocol");
                })
                .collect(Collectors.joining(",")));
    }

    private static String endpoints(ObjectNode endpoints) {
        List<String> all = new ArrayList<>();
        for (ObjectNode subset : Tree.objects(endpoints, "subsets")) {
            List<ObjectNode> addresses = Tree.objects(subset, "addresses");
            List<ObjectNode> ports = Tree.objects(subset, "ports");
            if (ports.isEmpty()) {
                addresses.forEach(address -> all.add(Tree.text(address, "ip")));
            }
            for (ObjectNode port : ports) {
                for (ObjectNode address : addresses) {
                    all.add(hostAndPort(Tree.text(address, "ip"), Tree.number(port, "port")));
                }
            }
        }
        return Tree.at(endpoints, "subsets").isEmpty() ? Texts.NONE : Texts.some(all, "");
    }

    private static String hostAndPort(String ip, long port) {
        return ip.contains(":") ? "[" + ip + "]:" + port : ip + ":" + port;
    }

    private static List<String> slicePorts(ObjectNode slice) {
        return Tree.objects(slice, "ports").stream()
                .map(port -> Tree.has(port, "port")
                        ? Tree.text(port, "port")
                        : Tree.has(port, "name") ? Tree.text(port, "name") : "*")
                .toList();
    }

    private static List<String> sliceAddresses(ObjectNode slice) {
        return Tree.objects(slice, "endpoints").stream()
                .flatMap(endpoint -> Tree.texts(endpoint, "addresses").stream())
                .toList();
    }

    private static String hosts(ObjectNode ingress) {
        List<String> hosts = Tree.objects(ingress, "spec", "rules").stream()
                .map(rule -> Tree.text(rule, "host"))
                .filter(host -> !host.isEmpty())
                .toList();
        return Texts.some(hosts, "*");
    }

    private static String parameters(ObjectNode ingressClass) {
        JsonNode parameters = Tree.at(ingressClass, "spec", "parameters");
        if (Tree.absent(parameters)) {
            return Texts.NONE;
        }
        String group = Tree.text(parameters, "apiGroup");
        return Tree.text(parameters, "kind") + (group.isEmpty() ? "" : "." + group) + "/"
                + Tree.text(parameters, "name");
    }

    private static String parent(ObjectNode address) {
        String group = Tree.text(address, "spec", "parentRef", "group");
        String namespace = Tree.text(address, "spec", "parentRef", "namespace");
        return Tree.text(address, "spec", "parentRef", "resource")
                + (group.isEmpty() ? "" : "." + group)
                + "/"
                + (namespace.isEmpty() ? "" : namespace + "/")
                + Tree.text(address, "spec", "parentRef", "name");
    }
}
