package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Fills in what a pod or a pod template leaves out (pkg/apis/core/v1/defaults.go upstream). */
final class PodDefaults {
    private static final int FILE_MODE = 0644;
    private static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers", "ephemeralContainers");
    private static final List<String> PROBES = List.of("livenessProbe", "readinessProbe", "startupProbe");

    private PodDefaults() {}

    /** A pod: what a template gets, and what only pods get, so that templates stay as they were written. */
    static void pod(ObjectNode pod) {
        ObjectNode spec = Tree.object(pod, "spec");
        spec(spec);
        Tree.defaultFlag(spec, "enableServiceLinks", true);
        for (String list : List.of("initContainers", "containers")) {
            for (ObjectNode container : Tree.objects(spec, list)) {
                requestsFromLimits(container);
                if (Tree.flag(spec, "hostNetwork")) {
                    Tree.objects(container, "ports").forEach(PodDefaults::hostPort);
                }
            }
        }
    }

    /** The pod template at a member of {@code parent}. */
    static void template(ObjectNode parent, String member) {
        if (parent.get(member) instanceof ObjectNode template) {
            spec(Tree.object(template, "spec"));
        }
    }

    static void spec(ObjectNode spec) {
        Tree.defaultText(spec, "dnsPolicy", "ClusterFirst");
        Tree.defaultText(spec, "restartPolicy", "Always");
        Tree.defaultObject(spec, "securityContext");
        Tree.defaultNumber(spec, "terminationGracePeriodSeconds", 30);
        Tree.defaultText(spec, "schedulerName", "default-scheduler");
        serviceAccount(spec);
        for (String list : CONTAINER_LISTS) {
            Tree.objects(spec, list).forEach(PodDefaults::container);
        }
        Tree.objects(spec, "volumes").forEach(PodDefaults::volume);
    }

    /** {@code serviceAccount} is the old name of {@code serviceAccountName}; both are always shown. */
    private static void serviceAccount(ObjectNode spec) {
        String name = Tree.text(spec, "serviceAccountName");
        String known = name.isEmpty() ? Tree.text(spec, "serviceAccount") : name;
        if (!known.isEmpty()) {
            spec.put("serviceAccountName", known).put("serviceAccount", known);
        }
    }

    private static void container(ObjectNode container) {
        Tree.defaultText(container, "imagePullPolicy", pullPolicy(Tree.text(container, "image")));
        Tree.defaultText(container, "terminationMessagePath", "/dev/termination-log");
        Tree.defaultText(container, "terminationMessagePolicy", "File");
        Tree.defaultObject(container, "resources");
        Tree.objects(container, "ports").forEach(port -> Tree.defaultText(port, "protocol", "TCP"));
        for (String probe : PROBES) {
            if (container.get(probe) instanceof ObjectNode present) {
                probe(present);
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            httpGet(Tree.at(container, "lifecycle", hook, "httpGet"));
        }
        for (ObjectNode variable : Tree.objects(container, "env")) {
            fieldRef(Tree.at(variable, "valueFrom", "fieldRef"));
        }
    }

    private static void probe(ObjectNode probe) {
        positive(probe, "timeoutSeconds", 1);
        positive(probe, "periodSeconds", 10);
        positive(probe, "successThreshold", 1);
        positive(probe, "failureThreshold", 3);
        httpGet(probe.path("httpGet"));
        if (probe.get("grpc") instanceof ObjectNode grpc && !Tree.has(grpc, "service")) {
            grpc.put("service", "");
        }
    }

    private static void positive(ObjectNode node, String member, int value) {
        if (Tree.number(node, member) == 0) {
            node.put(member, value);
        }
    }

    private static void httpGet(JsonNode node) {
        if (node instanceof ObjectNode action) {
            Tree.defaultText(action, "path", "/");
            Tree.defaultText(action, "scheme", "HTTP");
        }
    }

    private static void fieldRef(JsonNode node) {
        if (node instanceof ObjectNode reference) {
            Tree.defaultText(reference, "apiVersion", "v1");
        }
    }

    private static void requestsFromLimits(ObjectNode container) {
        if (Tree.at(container, "resources", "limits") instanceof ObjectNode limits && !limits.isEmpty()) {
            ObjectNode requests = Tree.object(Tree.object(container, "resources"), "requests");
            limits.properties().forEach(limit -> {
                if (!Tree.has(requests, limit.getKey())) {
                    requests.set(limit.getKey(), limit.getValue());
                }
            });
        }
    }

    private static void hostPort(ObjectNode port) {
        if (Tree.number(port, "hostPort") == 0) {
            port.set("hostPort", port.path("containerPort").deepCopy());
        }
    }

    private static void volume(ObjectNode volume) {
        if (volume.size() == 1 && volume.has("name")) {
            volume.putObject("emptyDir");
        }
        for (String source : List.of("secret", "configMap", "downwardAPI", "projected")) {
            if (volume.get(source) instanceof ObjectNode files) {
                Tree.defaultNumber(files, "defaultMode", FILE_MODE);
                Tree.objects(files, "items").forEach(item -> fieldRef(item.path("fieldRef")));
            }
        }
        for (ObjectNode source : Tree.objects(volume, "projected", "sources")) {
            if (source.get("serviceAccountToken") instanceof ObjectNode token) {
                Tree.defaultNumber(token, "expirationSeconds", 3600);
            }
            Tree.objects(source, "downwardAPI", "items").forEach(item -> fieldRef(item.path("fieldRef")));
        }
        if (volume.get("hostPath") instanceof ObjectNode hostPath && !Tree.has(hostPath, "type")) {
            hostPath.put("type", "");
        }
        if (volume.get("iscsi") instanceof ObjectNode iscsi) {
            Tree.defaultText(iscsi, "iscsiInterface", "default");
        }
        if (volume.get("image") instanceof ObjectNode image) {
            Tree.defaultText(image, "pullPolicy", pullPolicy(Tree.text(image, "reference")));
        }
        if (Tree.at(volume, "ephemeral", "volumeClaimTemplate", "spec") instanceof ObjectNode claim) {
            Tree.defaultText(claim, "volumeMode", "Filesystem");
        }
    }

    /** Images without a tag and a digest are {@code latest}, which is pulled each time. */
    static String pullPolicy(String image) {
        int at = image.indexOf('@');
        String named = at < 0 ? image : image.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        String tag = colon >= 0 ? named.substring(colon + 1) : at >= 0 ? "" : "latest";
        return tag.equals("latest") ? "Always" : "IfNotPresent";
    }
}
