package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rules of Services. Cluster addresses and node ports are handed out elsewhere; here they are kept. */
final class ServiceRules {
    static final Rules SERVICES = Rules.of()
            .createdByUpdates()
            .defaults(ServiceRules::defaults)
            .onCreate(service -> service.putObject("status").putObject("loadBalancer"))
            .onUpdate(ServiceRules::keepAllocations)
            .check(ServiceRules::check)
            .checkUpdate(ServiceRules::checkUpdate);

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final int AFFINITY_SECONDS = 10800;
    private static final int LONGEST_AFFINITY_SECONDS = 86400;

    private ServiceRules() {}

    private static void defaults(ObjectNode service) {
        ObjectNode spec = Tree.object(service, "spec");
        Tree.defaultText(spec, "type", "ClusterIP");
        Tree.defaultText(spec, "sessionAffinity", "None");
        affinity(spec);
        for (ObjectNode port : Tree.objects(spec, "ports")) {
            Tree.defaultText(port, "protocol", "TCP");
            JsonNode target = port.path("targetPort");
            if (Tree.absent(target)
                    || target.asText().isEmpty()
                    || target.asText().equals("0")) {
                port.set("targetPort", port.path("port").deepCopy());
            }
        }
        boolean external = externallyReachable(spec);
        if (external && Tree.text(spec, "externalTrafficPolicy").isEmpty()) {
            spec.put("externalTrafficPolicy", "Cluster");
        }
        if (!type(spec).equals("ExternalName")) {
            Tree.defaultText(spec, "internalTrafficPolicy", "Cluster");
            Tree.defaultText(spec, "ipFamilyPolicy", "SingleStack");
            if (Tree.at(spec, "ipFamilies").isEmpty()) {
                spec.putArray("ipFamilies").add(Tree.text(spec, "clusterIP").contains(":") ? "IPv6" : "IPv4");
            }
        }
        if (type(spec).equals("LoadBalancer")) {
            Tree.defaultFlag(spec, "allocateLoadBalancerNodePorts", true);
            for (ObjectNode ingress : Tree.objects(service, "status", "loadBalancer", "ingress")) {
                if (!Tree.text(ingress, "ip").isEmpty()) {
                    Tree.defaultText(ingress, "ipMode", "VIP");
                }
            }
        }
        clusterIps(spec);
        Tree.defaultObject(Tree.object(service, "status"), "loadBalancer");
    }

    private static void affinity(ObjectNode spec) {
        if (Tree.text(spec, "sessionAffinity").equals("None")) {
            spec.remove("sessionAffinityConfig");
        } else if (!Tree.has(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds")) {
            Tree.object(Tree.object(spec, "sessionAffinityConfig"), "clientIP").put("timeoutSeconds", AFFINITY_SECONDS);
        }
    }

    /** {@code clusterIP} is the first of {@code clusterIPs}; either may be given. */
    private static void clusterIps(ObjectNode spec) {
        String first = Tree.text(spec, "clusterIP");
        List<String> all = Tree.texts(spec, "clusterIPs");
        if (first.isEmpty() && !all.isEmpty()) {
            spec.put("clusterIP", all.getFirst());
        } else if (!first.isEmpty() && all.isEmpty()) {
            spec.putArray("clusterIPs").add(first);
        }
    }

    private static String type(JsonNode spec) {
        return Tree.text(spec, "type");
    }

    private static boolean nodePorts(JsonNode spec) {
        return type(spec).equals("NodePort") || type(spec).equals("LoadBalancer");
    }

    private static boolean externallyReachable(JsonNode spec) {
        return nodePorts(spec)
                || (type(spec).equals("ClusterIP")
                        && !Tree.at(spec, "externalIPs").isEmpty());
    }

    private static boolean headless(JsonNode spec) {
        return Tree.text(spec, "clusterIP").equals("None");
    }

    /** Clients that replace a Service from their own file leave out what the server handed out. */
    private static void keepAllocations(ObjectNode service, ObjectNode old) {
        ObjectNode spec = Tree.object(service, "spec");
        ObjectNode before = Tree.object(old, "spec");
        if (type(spec).equals("ExternalName")) {
            if (!type(before).equals("ExternalName")) {
                dropUnchanged(spec, before, List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"));
            }
        } else if (Tree.text(spec, "clusterIP").isEmpty() && !type(before).equals("ExternalName")) {
            Tree.carry(before, spec, "clusterIP");
            Tree.carry(before, spec, "clusterIPs");
        }
        if (nodePorts(spec) && nodePorts(before)) {
            keepNodePorts(spec, before);
        } else if (!nodePorts(spec) && nodePorts(before)) {
            Set<String> taken = new HashSet<>();
            Tree.objects(before, "ports").forEach(port -> taken.add(Tree.text(port, "nodePort")));
            for (ObjectNode port : Tree.objects(spec, "ports")) {
                if (taken.contains(Tree.text(port, "nodePort"))) {
                    port.remove("nodePort");
                }
            }
            dropUnchanged(spec, before, List.of("externalTrafficPolicy", "healthCheckNodePort"));
        }
        if (!type(spec).equals("LoadBalancer") && type(before).equals("LoadBalancer")) {
            dropUnchanged(spec, before, List.of("allocateLoadBalancerNodePorts", "loadBalancerClass"));
        }
        if (needsHealthCheckPort(spec) && needsHealthCheckPort(before) && !Tree.has(spec, "healthCheckNodePort")) {
            Tree.carry(before, spec, "healthCheckNodePort");
        }
    }

    private static boolean needsHealthCheckPort(JsonNode spec) {
        return type(spec).equals("LoadBalancer")
                && Tree.text(spec, "externalTrafficPolicy").equals("Local");
    }

    private static void dropUnchanged(ObjectNode spec, ObjectNode before, List<String> members) {
        for (String member : members) {
            if (spec.path(member).equals(before.path(member))) {
                spec.remove(member);
            }
        }
    }

    private static void keepNodePorts(ObjectNode spec, ObjectNode before) {
        Set<Long> used = new HashSet<>();
        Tree.objects(spec, "ports").forEach(port -> used.add(Tree.number(port, "nodePort")));
        for (ObjectNode port : Tree.objects(spec, "ports")) {
            for (ObjectNode was : Tree.objects(before, "ports")) {
                long nodePort = Tree.number(was, "nodePort");
                if (Tree.number(port, "nodePort") == 0
                        && nodePort != 0
                        && portKey(was).equals(portKey(port))
                        && used.add(nodePort)) {
                    Tree.carry(was, port, "nodePort");
                }
            }
        }
    }

    private static String portKey(ObjectNode port) {
        return Tree.text(port, "protocol") + "/" + Tree.number(port, "port");
    }

    private static void check(ObjectNode service, Problems problems) {
        ObjectNode spec = Tree.object(service, "spec");
        String type = type(spec);
        problems.requiredOneOf(spec, SPEC, "type", TYPES);
        if (Tree.at(spec, "ports").isEmpty() && !headless(spec) && !type.equals("ExternalName")) {
            problems.required(SPEC.child("ports"));
        }
        if (type.equals("LoadBalancer") && headless(spec)) {
            problems.invalid(
                    SPEC.child("clusterIPs").index(0), "None", "may not be set to 'None' for LoadBalancer services");
        }
        if (type.equals("NodePort") && headless(spec)) {
            problems.invalid(
                    SPEC.child("clusterIPs").index(0), "None", "may not be set to 'None' for NodePort services");
        }
        if (type.equals("ExternalName")) {
            externalName(spec, problems);
        }
        ports(spec, problems);
        problems.labels(SPEC.child("selector"), spec.path("selector"));
        problems.requiredOneOf(spec, SPEC, "sessionAffinity", List.of("ClientIP", "None"));
        affinityTimeout(spec, problems);
        addresses(spec, problems);
        policies(spec, problems);
    }

    private static void externalName(ObjectNode spec, Problems problems) {
        if (!Tree.text(spec, "clusterIP").isEmpty()) {
            problems.forbidden(SPEC.child("clusterIPs"), "may not be set for ExternalName services");
        }
        String name = Tree.text(spec, "externalName");
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (name.isEmpty()) {
            problems.required(SPEC.child("externalName"));
        } else {
            problems.form(SPEC.child("externalName"), bare, Names::dns1123Subdomain);
        }
    }

    private static void ports(ObjectNode spec, Problems problems) {
        List<ObjectNode> ports = Tree.objects(spec, "ports");
        Set<String> names = new HashSet<>();
        Set<String> keys = new HashSet<>();
        Set<String> nodePorts = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectNode port = ports.get(i);
            FieldPath at = SPEC.child("ports").index(i);
            String name = Tree.text(port, "name");
            if (name.isEmpty()) {
                if (ports.size() > 1) {
                    problems.required(at.child("name"));
                }
            } else {
                problems.form(at.child("name"), name, Names::dns1123Label);
                if (!names.add(name)) {
                    problems.duplicate(at.child("name"), name);
                }
            }
            problems.port(at.child("port"), port.path("port"));
            problems.requiredOneOf(port, at, "protocol", ContainerChecks.PROTOCOLS);
            ContainerChecks.port(port.path("targetPort"), at.child("targetPort"), problems);
            if (!keys.add(portKey(port))) {
                ObjectNode shown = port.objectNode();
                shown.set("protocol", port.path("protocol"));
                shown.set("port", port.path("port"));
                problems.add(FieldError.duplicate(at, shown));
            }
            nodePort(spec, port, at.child("nodePort"), nodePorts, problems);
        }
    }

    private static void nodePort(ObjectNode spec, ObjectNode port, FieldPath at, Set<String> taken, Problems problems) {
        long nodePort = Tree.number(port, "nodePort");
        if (nodePort == 0) {
            return;
        }
        if (!nodePorts(spec)) {
            problems.forbidden(at, "may not be used when `type` is '" + type(spec) + "'");
        } else if (!taken.add(Tree.text(port, "protocol") + "/" + nodePort)) {
            problems.duplicate(at, Tree.text(port, "nodePort"));
        }
    }

    private static void affinityTimeout(ObjectNode spec, Problems problems) {
        JsonNode timeout = Tree.at(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds");
        if (!Tree.absent(timeout) && (timeout.asLong() <= 0 || timeout.asLong() > LONGEST_AFFINITY_SECONDS)) {
            problems.invalid(
                    SPEC.child("sessionAffinityConfig").child("clientIP").child("timeoutSeconds"),
                    timeout,
                    "must be greater than 0 and less than " + LONGEST_AFFINITY_SECONDS);
        }
    }

    private static void addresses(ObjectNode spec, Problems problems) {
        List<String> clusterIps = Tree.texts(spec, "clusterIPs");
        for (int i = 0; i < clusterIps.size(); i++) {
            if (!clusterIps.get(i).equals("None")) {
                problems.form(SPEC.child("clusterIPs").index(i), clusterIps.get(i), Addresses::ip);
            }
        }
        List<String> externalIps = Tree.texts(spec, "externalIPs");
        for (int i = 0; i < externalIps.size(); i++) {
            problems.form(SPEC.child("externalIPs").index(i), externalIps.get(i), Addresses::ip);
        }
        List<String> ranges = Tree.texts(spec, "loadBalancerSourceRanges");
        for (int i = 0; i < ranges.size(); i++) {
            problems.form(
                    SPEC.child("loadBalancerSourceRanges").index(i),
                    ranges.get(i).strip(),
                    Addresses::cidr);
        }
        if (!ranges.isEmpty() && !type(spec).equals("LoadBalancer")) {
            problems.forbidden(
                    SPEC.child("loadBalancerSourceRanges"), "may only be used when `type` is 'LoadBalancer'");
        }
    }

    private static void policies(ObjectNode spec, Problems problems) {
        List<String> policies = new ArrayList<>(List.of("Cluster", "Local"));
        String external = Tree.text(spec, "externalTrafficPolicy");
        if (!external.isEmpty() && !externallyReachable(spec)) {
            problems.invalid(
                    SPEC.child("externalTrafficPolicy"),
                    external,
                    "may only be set for externally-accessible services");
        } else {
            problems.oneOf(spec, SPEC, "externalTrafficPolicy", policies);
        }
        problems.oneOf(spec, SPEC, "internalTrafficPolicy", policies);
        problems.oneOf(spec, SPEC, "ipFamilyPolicy", List.of("PreferDualStack", "RequireDualStack", "SingleStack"));
        if (Tree.has(spec, "allocateLoadBalancerNodePorts") && !type(spec).equals("LoadBalancer")) {
            problems.forbidden(
                    SPEC.child("allocateLoadBalancerNodePorts"), "may only be used when `type` is 'LoadBalancer'");
        }
    }

    private static void checkUpdate(ObjectNode service, ObjectNode old, Problems problems) {
        ObjectNode spec = Tree.object(service, "spec");
        ObjectNode before = Tree.object(old, "spec");
        boolean both = !type(spec).equals("ExternalName") && !type(before).equals("ExternalName");
        String was = Tree.text(before, "clusterIP");
        if (both && !was.isEmpty() && !was.equals(Tree.text(spec, "clusterIP"))) {
            problems.invalid(SPEC.child("clusterIPs").index(0), spec.path("clusterIPs"), "may not change once set");
        }
        if (type(spec).equals("LoadBalancer") && type(before).equals("LoadBalancer")) {
            if (!Tree.same(spec.path("loadBalancerClass"), before.path("loadBalancerClass"))) {
                problems.invalid(
                        SPEC.child("loadBalancerClass"), spec.path("loadBalancerClass"), "may not change once set");
            }
        }
    }
}
