package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What can be wrong with a container. */
final class ContainerChecks {
    static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
    private static final List<String> PROBES = List.of("livenessProbe", "readinessProbe", "startupProbe");
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");
    private static final List<String> VALUE_SOURCES =
            List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef");

    private ContainerChecks() {}

    static void check(ObjectNode container, FieldPath path, Set<String> volumes, Problems problems) {
        problems.requiredForm(container, path, "name", Names::dns1123Label);
        String image = Tree.text(container, "image");
        if (image.isEmpty()) {
            problems.required(path.child("image"));
        } else if (!image.equals(image.strip())) {
            problems.invalid(path.child("image"), image, "must not have leading or trailing whitespace");
        }
        problems.oneOf(container, path, "imagePullPolicy", PULL_POLICIES);
        problems.oneOf(container, path, "terminationMessagePolicy", List.of("FallbackToLogsOnError", "File"));
        ports(container, path.child("ports"), problems);
        environment(container, path, problems);
        mounts(container, path.child("volumeMounts"), volumes, problems);
        ResourceChecks.requirements(container.path("resources"), path.child("resources"), problems);
        for (String probe : PROBES) {
            if (container.get(probe) instanceof ObjectNode present) {
                probe(present, path.child(probe), !probe.equals("readinessProbe"), problems);
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            if (Tree.at(container, "lifecycle", hook) instanceof ObjectNode handler) {
                handler(handler, path.child("lifecycle").child(hook), problems);
            }
        }
    }

    /** Init containers run to their end, so that nothing probes them. */
    static void refuseProbes(ObjectNode container, FieldPath path, Problems problems) {
        for (String member : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
            if (Tree.has(container, member)) {
                problems.forbidden(
                        path.child(member), "may not be set for init containers without restartPolicy=Always");
            }
        }
    }

    private static void ports(ObjectNode container, FieldPath path, Problems problems) {
        Set<String> names = new HashSet<>();
        List<ObjectNode> ports = Tree.objects(container, "ports");
        for (int i = 0; i < ports.size(); i++) {
            ObjectNode port = ports.get(i);
            FieldPath at = path.index(i);
            String name = Tree.text(port, "name");
            if (!name.isEmpty()) {
                problems.form(at.child("name"), name, Names::portName);
                if (!names.add(name)) {
                    problems.duplicate(at.child("name"), name);
                }
            }
            if (Tree.number(port, "containerPort") == 0) {
                problems.required(at.child("containerPort"));
            } else {
                problems.port(at.child("containerPort"), port.path("containerPort"));
            }
            if (Tree.number(port, "hostPort") != 0) {
                problems.port(at.child("hostPort"), port.path("hostPort"));
            }
            problems.requiredOneOf(port, at, "protocol", PROTOCOLS);
        }
    }

    private static void environment(ObjectNode container, FieldPath path, Problems problems) {
        List<ObjectNode> variables = Tree.objects(container, "env");
        for (int i = 0; i < variables.size(); i++) {
            ObjectNode variable = variables.get(i);
            FieldPath at = path.child("env").index(i);
            problems.requiredForm(variable, at, "name", Names::environmentName);
            if (variable.get("valueFrom") instanceof ObjectNode source) {
                valueFrom(variable, source, at.child("valueFrom"), problems);
            }
        }
        List<ObjectNode> sources = Tree.objects(container, "envFrom");
        for (int i = 0; i < sources.size(); i++) {
            FieldPath at = path.child("envFrom").index(i);
            ObjectNode source = sources.get(i);
            long given = List.of("configMapRef", "secretRef").stream()
                    .filter(member -> Tree.has(source, member))
                    .count();
            if (given != 1) {
                problems.invalid(
                        at,
                        "",
                        given == 0
                                ? "must specify one of: `configMapRef` or `secretRef`"
                                : "may not have more than one field specified at a time");
            }
            for (String member : List.of("configMapRef", "secretRef")) {
                if (source.get(member) instanceof ObjectNode reference) {
                    problems.requiredText(reference, at.child(member), "name");
                }
            }
        }
    }

    private static void valueFrom(ObjectNode variable, ObjectNode source, FieldPath at, Problems problems) {
        long given = VALUE_SOURCES.stream()
                .filter(member -> Tree.has(source, member))
                .count();
        if (given == 0) {
            problems.invalid(
                    at, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        } else if (!Tree.text(variable, "value").isEmpty()) {
            problems.invalid(at, "", "may not be specified when `value` is not empty");
        } else if (given > 1) {
            problems.invalid(at, "", "may not have more than one field specified at a time");
        }
        for (String member : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.get(member) instanceof ObjectNode reference) {
                problems.requiredText(reference, at.child(member), "name");
                problems.requiredForm(reference, at.child(member), "key", Names::configKey);
            }
        }
        if (source.get("fieldRef") instanceof ObjectNode reference) {
            problems.requiredText(reference, at.child("fieldRef"), "fieldPath");
        }
    }

    private static void mounts(ObjectNode container, FieldPath path, Set<String> volumes, Problems problems) {
        Set<String> mountPaths = new HashSet<>();
        List<ObjectNode> mounts = Tree.objects(container, "volumeMounts");
        for (int i = 0; i < mounts.size(); i++) {
            ObjectNode mount = mounts.get(i);
            FieldPath at = path.index(i);
            String name = Tree.text(mount, "name");
            if (name.isEmpty()) {
                problems.required(at.child("name"));
            } else if (!volumes.contains(name)) {
                problems.add(FieldError.notFound(at.child("name"), name));
            }
            String mountPath = Tree.text(mount, "mountPath");
            if (mountPath.isEmpty()) {
                problems.required(at.child("mountPath"));
            } else if (!mountPaths.add(mountPath)) {
                problems.invalid(at.child("mountPath"), mountPath, "must be unique");
            }
            VolumeChecks.relativePath(mount, at, "subPath", problems);
            if (!Tree.text(mount, "subPath").isEmpty()
                    && !Tree.text(mount, "subPathExpr").isEmpty()) {
                problems.invalid(
                        at.child("subPathExpr"),
                        mount.path("subPathExpr"),
                        "subPathExpr and subPath are mutually exclusive");
            }
        }
    }

    private static void probe(ObjectNode probe, FieldPath path, boolean onceOnly, Problems problems) {
        handler(probe, path, problems);
        for (String number : List.of(
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")) {
            problems.notNegative(probe, path, number);
        }
        if (onceOnly && Tree.at(probe, "successThreshold").asLong(1) != 1) {
            problems.invalid(path.child("successThreshold"), probe.path("successThreshold"), "must be 1");
        }
    }

    private static void handler(ObjectNode handler, FieldPath path, Problems problems) {
        List<String> given =
                HANDLERS.stream().filter(member -> Tree.has(handler, member)).toList();
        if (given.isEmpty()) {
            problems.required(path, "must specify a handler type");
        }
        given.stream()
                .skip(1)
                .forEach(member -> problems.forbidden(path.child(member), "may not specify more than 1 handler type"));
        for (String member : List.of("httpGet", "tcpSocket")) {
            if (handler.get(member) instanceof ObjectNode action) {
                port(action.path("port"), path.child(member).child("port"), problems);
            }
        }
        if (handler.get("httpGet") instanceof ObjectNode action) {
            problems.requiredText(action, path.child("httpGet"), "path");
            problems.oneOf(action, path.child("httpGet"), "scheme", List.of("HTTP", "HTTPS"));
        }
        if (handler.get("exec") instanceof ObjectNode exec
                && Tree.at(exec, "command").isEmpty()) {
            problems.required(path.child("exec").child("command"));
        }
    }

    /** A port by number or by name. */
    static void port(JsonNode port, FieldPath path, Problems problems) {
        if (port.isTextual()) {
            problems.form(path, port.asText(), Names::portName);
        } else {
            problems.port(path, port);
        }
    }
}
