package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be wrong with a pod's spec beside its containers and volumes. */
final class PodSpecChecks {
    private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
    private static final List<String> DNS_POLICIES =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    private static final List<String> TAINT_EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private PodSpecChecks() {}

    /** Checks the pod or template {@code pod}, whose own path is {@code path}. */
    static void check(ObjectNode pod, FieldPath path, Problems problems) {
        ObjectNode spec = Tree.object(pod, "spec");
        FieldPath at = path.child("spec");
        Set<String> volumes = VolumeChecks.check(spec, at.child("volumes"), problems);
        containers(spec, at, volumes, problems);
        problems.requiredOneOf(spec, at, "restartPolicy", RESTART_POLICIES);
        problems.oneOf(spec, at, "dnsPolicy", DNS_POLICIES);
        if (Tree.text(spec, "dnsPolicy").equals("None")
                && Tree.at(spec, "dnsConfig", "nameservers").isEmpty()) {
            problems.required(
                    at.child("dnsConfig").child("nameservers"),
                    "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }
        if (Tree.has(spec, "activeDeadlineSeconds")) {
            long seconds = Tree.number(spec, "activeDeadlineSeconds");
            if (seconds < 1 || seconds > Integer.MAX_VALUE) {
                problems.invalid(
                        at.child("activeDeadlineSeconds"),
                        spec.path("activeDeadlineSeconds"),
                        "must be between 1 and 2147483647, inclusive");
            }
        }
        problems.labels(at.child("nodeSelector"), spec.path("nodeSelector"));
        names(spec, at, problems);
        tolerations(spec, at.child("tolerations"), problems);
        spread(spec, at.child("topologySpreadConstraints"), problems);
        pullSecrets(spec, at.child("imagePullSecrets"), problems);
    }

    private static void names(ObjectNode spec, FieldPath at, Problems problems) {
        optional(spec, at, "serviceAccountName", problems);
        optional(spec, at, "nodeName", problems);
        optional(spec, at, "priorityClassName", problems);
        optional(spec, at, "runtimeClassName", problems);
        for (String label : List.of("hostname", "subdomain")) {
            String value = Tree.text(spec, label);
            if (!value.isEmpty()) {
                problems.form(at.child(label), value, Names::dns1123Label);
            }
        }
        String scheduler = Tree.text(spec, "schedulerName");
        if (!scheduler.isEmpty()) {
            problems.form(at.child("schedulerName"), scheduler, Names::qualifiedName);
        }
    }

    private static void optional(ObjectNode spec, FieldPath at, String member, Problems problems) {
        String value = Tree.text(spec, member);
        if (!value.isEmpty()) {
            problems.form(at.child(member), value, Names::dns1123Subdomain);
        }
    }

    private static void containers(ObjectNode spec, FieldPath at, Set<String> volumes, Problems problems) {
        if (Tree.at(spec, "containers").isEmpty()) {
            problems.required(at.child("containers"));
        }
        Set<String> seen = new HashSet<>();
        Map<String, FieldPath> hostPorts = new HashMap<>();
        boolean hostNetwork = Tree.flag(spec, "hostNetwork");
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            List<ObjectNode> containers = Tree.objects(spec, list);
            for (int i = 0; i < containers.size(); i++) {
                ObjectNode container = containers.get(i);
                FieldPath path = at.child(list).index(i);
                String name = Tree.text(container, "name");
                if (!name.isEmpty() && !seen.add(name)) {
                    problems.duplicate(path.child("name"), name);
                }
                boolean sidecar = Tree.text(container, "restartPolicy").equals("Always");
                ContainerChecks.check(container, path, volumes, problems);
                if (list.equals("initContainers") && !sidecar) {
                    ContainerChecks.refuseProbes(container, path, problems);
                }
                hostPorts(container, path.child("ports"), hostNetwork, hostPorts, problems);
            }
        }
    }

    private static void hostPorts(
            ObjectNode container,
            FieldPath path,
            boolean hostNetwork,
            Map<String, FieldPath> taken,
            Problems problems) {
        List<ObjectNode> ports = Tree.objects(container, "ports");
        for (int i = 0; i < ports.size(); i++) {
            ObjectNode port = ports.get(i);
            FieldPath at = path.index(i);
            long hostPort = Tree.number(port, "hostPort");
            if (hostNetwork && hostPort != Tree.number(port, "containerPort")) {
                problems.invalid(
                        at.child("hostPort"),
                        port.path("hostPort"),
                        "must match `containerPort` when `hostNetwork` is true");
            }
            if (hostPort != 0) {
                String key = Tree.text(port, "protocol") + "/" + Tree.text(port, "hostIP") + "/" + hostPort;
                if (taken.putIfAbsent(key, at) != null) {
                    problems.duplicate(at.child("hostPort"), key);
                }
            }
        }
    }

    private static void tolerations(ObjectNode spec, FieldPath path, Problems problems) {
        List<ObjectNode> tolerations = Tree.objects(spec, "tolerations");
        for (int i = 0; i < tolerations.size(); i++) {
            ObjectNode toleration = tolerations.get(i);
            FieldPath at = path.index(i);
            String key = Tree.text(toleration, "key");
            String operator = Tree.text(toleration, "operator");
            if (!key.isEmpty()) {
                problems.form(at.child("key"), key, Names::qualifiedName);
            } else if (!operator.equals("Exists")) {
                problems.invalid(
                        at.child("operator"),
                        operator,
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }
            String effect = Tree.text(toleration, "effect");
            if (Tree.has(toleration, "tolerationSeconds") && !effect.equals("NoExecute")) {
                problems.invalid(
                        at.child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }
            switch (operator) {
                case "", "Equal" -> problems.form(at.child("value"), Tree.text(toleration, "value"), Names::labelValue);
                case "Exists" -> {
                    if (!Tree.text(toleration, "value").isEmpty()) {
                        problems.invalid(
                                at.child("operator"), toleration, "value must be empty when `operator` is 'Exists'");
                    }
                }
                default -> problems.oneOf(toleration, at, "operator", List.of("Equal", "Exists"));
            }
            problems.oneOf(toleration, at, "effect", TAINT_EFFECTS);
        }
    }

    private static void spread(ObjectNode spec, FieldPath path, Problems problems) {
        List<ObjectNode> constraints = Tree.objects(spec, "topologySpreadConstraints");
        for (int i = 0; i < constraints.size(); i++) {
            ObjectNode constraint = constraints.get(i);
            FieldPath at = path.index(i);
            JsonNode skew = constraint.path("maxSkew");
            if (skew.asLong(0) <= 0) {
                problems.invalid(at.child("maxSkew"), skew, "must be greater than zero");
            }
            if (Tree.text(constraint, "topologyKey").isEmpty()) {
                problems.required(at.child("topologyKey"), "can not be empty");
            }
            problems.requiredOneOf(constraint, at, "whenUnsatisfiable", List.of("DoNotSchedule", "ScheduleAnyway"));
        }
    }

    private static void pullSecrets(ObjectNode spec, FieldPath path, Problems problems) {
        List<ObjectNode> secrets = Tree.objects(spec, "imagePullSecrets");
        for (int i = 0; i < secrets.size(); i++) {
            problems.requiredText(secrets.get(i), path.index(i), "name");
        }
    }
}
