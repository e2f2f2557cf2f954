package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Names;
import java.util.List;

/** Rules of endpoints, ingresses and network policies. */
final class NetworkRules {
    static final Rules ENDPOINTS = Rules.of()
            .createdByUpdates()
            .defaults(endpoints -> {
                for (ObjectNode subset : Tree.objects(endpoints, "subsets")) {
                    Tree.objects(subset, "ports").forEach(port -> Tree.defaultText(port, "protocol", "TCP"));
                }
            })
            .check(NetworkRules::checkEndpoints);

    static final Rules ENDPOINT_SLICES = Rules.of()
            .conversions(LegacyVersions::sliceToServed, LegacyVersions::sliceToStored)
            .defaults(slice -> {
                for (ObjectNode port : Tree.objects(slice, "ports")) {
                    Tree.defaultText(port, "protocol", "TCP");
                    if (!Tree.has(port, "name")) {
                        port.put("name", "");
                    }
                }
            })
            .check(NetworkRules::checkSlice)
            .checkUpdate((slice, old, problems) -> problems.immutable(slice, old, FieldPath.ROOT, "addressType"));

    static final Rules INGRESSES = ingresses();

    /** The same Ingresses in the group that they came from. */
    static final Rules FIRST_INGRESSES = ingresses()
            .storedAs(
                    new GroupResource("networking.k8s.io", "ingresses"),
                    new GroupVersionKind("networking.k8s.io", "v1", "Ingress"));

    static final Rules INGRESS_CLASSES = Rules.of()
            .defaults(ingressClass -> {
                if (Tree.at(ingressClass, "spec", "parameters") instanceof ObjectNode parameters) {
                    Tree.defaultText(parameters, "scope", "Cluster");
                }
            })
            .checkUpdate((ingressClass, old, problems) -> problems.immutable(
                    Tree.object(ingressClass, "spec"), Tree.object(old, "spec"), FieldPath.of("spec"), "controller"));

    static final Rules NETWORK_POLICIES =
            Rules.of().defaults(NetworkRules::policyDefaults).check(NetworkRules::checkPolicy);

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> ADDRESS_TYPES = List.of("FQDN", "IPv4", "IPv6");

    private NetworkRules() {}

    private static Rules ingresses() {
        return Rules.of()
                .conversions(LegacyVersions::ingressToServed, LegacyVersions::ingressToStored)
                .check(NetworkRules::checkIngress);
    }

    private static void checkEndpoints(ObjectNode endpoints, Problems problems) {
        List<ObjectNode> subsets = Tree.objects(endpoints, "subsets");
        for (int i = 0; i < subsets.size(); i++) {
            FieldPath path = FieldPath.of("subsets").index(i);
            ObjectNode subset = subsets.get(i);
            if (Tree.at(subset, "addresses").isEmpty()
                    && Tree.at(subset, "notReadyAddresses").isEmpty()) {
                problems.required(path, "must specify `addresses` or `notReadyAddresses`");
            }
            for (String list : List.of("addresses", "notReadyAddresses")) {
                List<ObjectNode> addresses = Tree.objects(subset, list);
                for (int j = 0; j < addresses.size(); j++) {
                    problems.form(
                            path.child(list).index(j).child("ip"), Tree.text(addresses.get(j), "ip"), Addresses::ip);
                }
            }
            List<ObjectNode> ports = Tree.objects(subset, "ports");
            for (int j = 0; j < ports.size(); j++) {
                FieldPath at = path.child("ports").index(j);
                if (ports.size() > 1) {
                    problems.requiredText(ports.get(j), at, "name");
                }
                problems.port(at.child("port"), ports.get(j).path("port"));
                problems.requiredOneOf(ports.get(j), at, "protocol", ContainerChecks.PROTOCOLS);
            }
        }
    }

    private static void checkSlice(ObjectNode slice, Problems problems) {
        problems.requiredOneOf(slice, FieldPath.ROOT, "addressType", ADDRESS_TYPES);
        List<ObjectNode> endpoints = Tree.objects(slice, "endpoints");
        String type = Tree.text(slice, "addressType");
        for (int i = 0; i < endpoints.size(); i++) {
            FieldPath path = FieldPath.of("endpoints").index(i).child("addresses");
            List<String> addresses = Tree.texts(endpoints.get(i), "addresses");
            if (addresses.isEmpty()) {
                problems.required(path, "must contain at least 1 address");
            }
            for (int j = 0; j < addresses.size(); j++) {
                String address = addresses.get(j);
                if (type.equals("IPv4") && !Addresses.isIpv4(address)) {
                    problems.invalid(path.index(j), address, "must be an IPv4 address");
                } else if (type.equals("IPv6") && !Addresses.isIpv6(address)) {
                    problems.invalid(path.index(j), address, "must be an IPv6 address");
                }
            }
        }
        List<ObjectNode> ports = Tree.objects(slice, "ports");
        for (int i = 0; i < ports.size(); i++) {
            problems.oneOf(ports.get(i), FieldPath.of("ports").index(i), "protocol", ContainerChecks.PROTOCOLS);
        }
    }

    private static void checkIngress(ObjectNode ingress, Problems problems) {
        ObjectNode spec = Tree.object(ingress, "spec");
        List<ObjectNode> rules = Tree.objects(spec, "rules");
        if (rules.isEmpty() && !Tree.has(spec, "defaultBackend")) {
            problems.invalid(SPEC, spec.path("rules"), "either `defaultBackend` or `rules` must be specified");
        }
        if (spec.get("defaultBackend") instanceof ObjectNode backend) {
            backend(backend, SPEC.child("defaultBackend"), problems);
        }
        String ingressClass = Tree.text(spec, "ingressClassName");
        if (!ingressClass.isEmpty()) {
            problems.form(SPEC.child("ingressClassName"), ingressClass, Names::dns1123Subdomain);
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), SPEC.child("rules").index(i), problems);
        }
    }

    private static void rule(ObjectNode rule, FieldPath path, Problems problems) {
        String host = Tree.text(rule, "host");
        if (!host.isEmpty()) {
            if (Addresses.ip(host).isEmpty()) {
                problems.invalid(path.child("host"), host, "must be a DNS name, not an IP address");
            } else {
                problems.form(
                        path.child("host"),
                        host,
                        host.contains("*") ? Names::wildcardSubdomain : Names::dns1123Subdomain);
            }
        }
        if (!(rule.get("http") instanceof ObjectNode http)) {
            return;
        }
        List<ObjectNode> paths = Tree.objects(http, "paths");
        FieldPath pathsAt = path.child("http").child("paths");
        if (paths.isEmpty()) {
            problems.required(pathsAt);
        }
        for (int i = 0; i < paths.size(); i++) {
            ObjectNode element = paths.get(i);
            FieldPath at = pathsAt.index(i);
            String type = Tree.text(element, "pathType");
            String value = Tree.text(element, "path");
            if (type.isEmpty()) {
                problems.required(at.child("pathType"), "pathType must be specified");
            }
            problems.oneOf(element, at, "pathType", List.of("Exact", "ImplementationSpecific", "Prefix"));
            boolean absolute = type.equals("Exact") || type.equals("Prefix") || !value.isEmpty();
            if (absolute && !value.startsWith("/")) {
                problems.invalid(at.child("path"), value, "must be an absolute path");
            }
            backend(Tree.object(element, "backend"), at.child("backend"), problems);
        }
    }

    private static void backend(ObjectNode backend, FieldPath path, Problems problems) {
        boolean resource = Tree.has(backend, "resource");
        if (resource && Tree.has(backend, "service")) {
            problems.invalid(path, "", "cannot set both resource and service backends");
        } else if (!resource && !Tree.has(backend, "service")) {
            problems.required(path, "service or resource backend is required");
        } else if (backend.get("service") instanceof ObjectNode service) {
            FieldPath at = path.child("service");
            problems.requiredForm(service, at, "name", Names::dns1035Label);
            JsonNode name = Tree.at(service, "port", "name");
            JsonNode number = Tree.at(service, "port", "number");
            boolean named = !Tree.absent(name) && !name.asText().isEmpty();
            boolean numbered = number.asLong(0) != 0;
            if (named && numbered) {
                problems.invalid(path, "", "cannot set both port name & port number");
            } else if (named) {
                problems.form(at.child("port").child("name"), name.asText(), Names::portName);
            } else if (numbered) {
                problems.port(at.child("port").child("number"), number);
            } else {
                problems.required(path, "port name or number is required");
            }
        }
    }

    private static void policyDefaults(ObjectNode policy) {
        ObjectNode spec = Tree.object(policy, "spec");
        Tree.defaultObject(spec, "podSelector");
        if (Tree.at(spec, "policyTypes").isEmpty()) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (!Tree.at(spec, "egress").isEmpty()) {
                types.add("Egress");
            }
        }
        for (String direction : List.of("ingress", "egress")) {
            for (ObjectNode rule : Tree.objects(spec, direction)) {
                Tree.objects(rule, "ports").forEach(port -> Tree.defaultText(port, "protocol", "TCP"));
            }
        }
    }

    private static void checkPolicy(ObjectNode policy, Problems problems) {
        ObjectNode spec = Tree.object(policy, "spec");
        problems.selector(SPEC.child("podSelector"), spec.path("podSelector"));
        peers(spec, "ingress", "from", problems);
        peers(spec, "egress", "to", problems);
        List<String> types = Tree.texts(spec, "policyTypes");
        for (int i = 0; i < types.size(); i++) {
            if (!List.of("Ingress", "Egress").contains(types.get(i))) {
                problems.add(FieldError.notSupported(
                        SPEC.child("policyTypes").index(i), types.get(i), List.of("Egress", "Ingress")));
            }
        }
    }

    private static void peers(ObjectNode spec, String direction, String list, Problems problems) {
        List<ObjectNode> rules = Tree.objects(spec, direction);
        for (int i = 0; i < rules.size(); i++) {
            FieldPath path = SPEC.child(direction).index(i);
            List<ObjectNode> ports = Tree.objects(rules.get(i), "ports");
            for (int j = 0; j < ports.size(); j++) {
                policyPort(ports.get(j), path.child("ports").index(j), problems);
            }
            List<ObjectNode> peers = Tree.objects(rules.get(i), list);
            for (int j = 0; j < peers.size(); j++) {
                peer(peers.get(j), path.child(list).index(j), problems);
            }
        }
    }

    private static void policyPort(ObjectNode port, FieldPath path, Problems problems) {
        problems.oneOf(port, path, "protocol", ContainerChecks.PROTOCOLS);
        if (Tree.has(port, "port")) {
            ContainerChecks.port(port.path("port"), path.child("port"), problems);
        }
    }

    private static void peer(ObjectNode peer, FieldPath path, Problems problems) {
        if (!Tree.has(peer, "podSelector") && !Tree.has(peer, "namespaceSelector") && !Tree.has(peer, "ipBlock")) {
            problems.required(path, "must specify a peer");
        }
        for (String selector : List.of("podSelector", "namespaceSelector")) {
            if (peer.get(selector) instanceof ObjectNode given) {
                problems.selector(path.child(selector), given);
                if (Tree.has(peer, "ipBlock")) {
                    problems.forbidden(path, "may not specify both ipBlock and another peer");
                }
            }
        }
        if (peer.get("ipBlock") instanceof ObjectNode block) {
            problems.requiredForm(block, path.child("ipBlock"), "cidr", Addresses::cidr);
            List<String> except = Tree.texts(block, "except");
            for (int i = 0; i < except.size(); i++) {
                problems.form(path.child("ipBlock").child("except").index(i), except.get(i), Addresses::cidr);
            }
        }
    }
}
