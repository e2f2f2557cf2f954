package io.kantoku.apiserver.catalog;

import io.kantoku.apimachinery.GroupResource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The API lifecycle of Kubernetes: which minor serves which version of a resource by default. From the published removals (the
 * deprecation guide), the release notes, and the rule that beta versions that are new since 1.24 are off by default (KEP-3136);
 * versions that are off by default are in no line. A resource without a line has been served in {@code v1} all along.
 */
final class Lifecycle {
    private static final int ALWAYS = 0;
    private static final int STILL = Integer.MAX_VALUE;
    private static final int FIRST_WARNINGS = 19;

    private static final String ADMISSION = "admissionregistration.k8s.io";
    private static final String FLOW = "flowcontrol.apiserver.k8s.io";
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String STORAGE = "storage.k8s.io";
    private static final String NETWORKING = "networking.k8s.io";

    private static final Map<GroupResource, List<Line>> TABLE = new LinkedHashMap<>();

    static {
        put("", "componentstatuses", always("v1").deprecated(19));
        put("", "endpoints", always("v1").deprecated(33).successor("discovery.k8s.io/v1 EndpointSlice"));
        for (String webhook : List.of("mutatingwebhookconfigurations", "validatingwebhookconfigurations")) {
            put(ADMISSION, webhook, always("v1"), until("v1beta1", 22).deprecated(16));
        }
        put(ADMISSION, "validatingadmissionpolicies", from("v1", 30));
        put(ADMISSION, "validatingadmissionpolicybindings", from("v1", 30));
        put(ADMISSION, "mutatingadmissionpolicies", from("v1", 36));
        put(ADMISSION, "mutatingadmissionpolicybindings", from("v1", 36));
        put(
                "apiextensions.k8s.io",
                "customresourcedefinitions",
                always("v1"),
                until("v1beta1", 22).deprecated(16));
        put(
                "apiregistration.k8s.io",
                "apiservices",
                always("v1"),
                until("v1beta1", 22).deprecated(19));
        put(
                "authentication.k8s.io",
                "tokenreviews",
                always("v1"),
                until("v1beta1", 22).deprecated(19));
        put("authentication.k8s.io", "selfsubjectreviews", from("v1", 28));
        for (String review : List.of(
                "localsubjectaccessreviews",
                "selfsubjectaccessreviews",
                "selfsubjectrulesreviews",
                "subjectaccessreviews")) {
            put(
                    "authorization.k8s.io",
                    review,
                    always("v1"),
                    until("v1beta1", 22).deprecated(19));
        }
        put(
                "autoscaling",
                "horizontalpodautoscalers",
                from("v2", 23),
                always("v1"),
                until("v2beta2", 26).deprecated(23),
                until("v2beta1", 25).deprecated(22));
        put("batch", "cronjobs", from("v1", 21), until("v1beta1", 25).deprecated(21));
        put(
                "certificates.k8s.io",
                "certificatesigningrequests",
                from("v1", 19),
                until("v1beta1", 22).deprecated(19));
        put("coordination.k8s.io", "leases", always("v1"), until("v1beta1", 22).deprecated(19));
        put(
                "discovery.k8s.io",
                "endpointslices",
                from("v1", 21),
                until("v1beta1", 25).deprecated(21));
        put("events.k8s.io", "events", from("v1", 19), until("v1beta1", 25).deprecated(19));
        for (String flow : List.of("flowschemas", "prioritylevelconfigurations")) {
            put(
                    FLOW,
                    flow,
                    from("v1", 29),
                    between("v1beta3", 26, 32).deprecated(29),
                    between("v1beta2", 23, 29).deprecated(26),
                    between("v1beta1", 20, 26).deprecated(23));
        }
        put("extensions", "ingresses", until("v1beta1", 22).deprecated(14).successor("networking.k8s.io/v1 Ingress"));
        put(NETWORKING, "ingresses", from("v1", 19), until("v1beta1", 22).deprecated(19));
        put(NETWORKING, "ingressclasses", from("v1", 19), until("v1beta1", 22).deprecated(19));
        put(NETWORKING, "ipaddresses", from("v1", 33));
        put(NETWORKING, "servicecidrs", from("v1", 33));
        put(
                "node.k8s.io",
                "runtimeclasses",
                from("v1", 20),
                until("v1beta1", 25).deprecated(22));
        put(
                "policy",
                "poddisruptionbudgets",
                from("v1", 21),
                until("v1beta1", 25).deprecated(21));
        put("policy", "podsecuritypolicies", until("v1beta1", 25).deprecated(21));
        for (String rights : List.of("clusterrolebindings", "clusterroles", "rolebindings", "roles")) {
            put(RBAC, rights, always("v1"), until("v1beta1", 22).deprecated(17));
        }
        for (String claim : List.of("deviceclasses", "resourceclaims", "resourceclaimtemplates", "resourceslices")) {
            put("resource.k8s.io", claim, from("v1", 34));
        }
        put(
                "scheduling.k8s.io",
                "priorityclasses",
                always("v1"),
                until("v1beta1", 22).deprecated(14));
        for (String storage : List.of("csidrivers", "csinodes", "storageclasses", "volumeattachments")) {
            put(STORAGE, storage, always("v1"), until("v1beta1", 22).deprecated(19));
        }
        put(
                STORAGE,
                "csistoragecapacities",
                from("v1", 24),
                between("v1beta1", 21, 27).deprecated(24));
        put(STORAGE, "volumeattributesclasses", from("v1", 34));
    }

    /**
     * One version: served from one minor on until another, which no longer serves it; from a third on clients are warned of it.
     *
     * @param successor what clients are told to use, {@code ""} for the first version of the same resource
     */
    private record Line(String version, int from, int until, int deprecated, String successor) {
        Line(String version, int from, int until) {
            this(version, from, until, STILL, "");
        }

        Line deprecated(int minor) {
            return new Line(version, from, until, minor, successor);
        }

        Line successor(String other) {
            return new Line(version, from, until, deprecated, other);
        }

        boolean servedBy(int minor) {
            return from <= minor && minor < until;
        }
    }

    private Lifecycle() {}

    /** The versions of a resource that a minor serves, most preferred first; none when it does not know the resource. */
    static List<String> versions(GroupResource resource, int minor) {
        return TABLE.getOrDefault(resource, List.of(always("v1"))).stream()
                .filter(line -> line.servedBy(minor))
                .map(Line::version)
                .toList();
    }

    /**
     * The warning that a minor gives to clients of a version, as upstream words it since 1.19.
     *
     * @param kind for example {@code Ingress}
     */
    static Optional<String> deprecation(GroupResource resource, String kind, String version, int minor) {
        List<Line> lines = TABLE.getOrDefault(resource, List.of());
        return lines.stream()
                .filter(line -> line.version().equals(version))
                .filter(line -> minor >= Math.max(line.deprecated(), FIRST_WARNINGS))
                .findFirst()
                .map(line -> sentence(resource, kind, line, lines));
    }

    /** The release that no longer serves a version, for example {@code 1.25}; empty while none is named. */
    static Optional<String> removal(GroupResource resource, String version) {
        return TABLE.getOrDefault(resource, List.of()).stream()
                .filter(line -> line.version().equals(version) && line.until() != STILL)
                .findFirst()
                .map(line -> "1." + line.until());
    }

    private static String sentence(GroupResource resource, String kind, Line line, List<Line> lines) {
        StringBuilder sentence = new StringBuilder(name(resource.group(), line.version(), kind))
                .append(" is deprecated in v1.")
                .append(line.deprecated())
                .append('+');
        if (line.until() != STILL) {
            sentence.append(", unavailable in v1.").append(line.until()).append('+');
        }
        if (!line.successor().isEmpty()) {
            sentence.append("; use ").append(line.successor());
        } else if (!lines.getFirst().equals(line)) {
            sentence.append("; use ")
                    .append(name(resource.group(), lines.getFirst().version(), kind));
        }
        return sentence.toString();
    }

    private static String name(String group, String version, String kind) {
        return (group.isEmpty() ? "" : group + "/") + version + " " + kind;
    }

    /** Whether a minor serves a subresource of a resource that it serves. */
    static boolean hasSubresource(GroupResource resource, String subresource, int minor) {
        if (!resource.equals(new GroupResource("", "pods"))) {
            return true;
        }
        return switch (subresource) {
            case "ephemeralcontainers" -> minor >= 23;
            case "resize" -> minor >= 33;
            default -> true;
        };
    }

    private static void put(String group, String resource, Line... lines) {
        TABLE.put(new GroupResource(group, resource), List.of(lines));
    }

    private static Line always(String version) {
        return new Line(version, ALWAYS, STILL);
    }

    private static Line from(String version, int minor) {
        return new Line(version, minor, STILL);
    }

    private static Line until(String version, int minor) {
        return new Line(version, ALWAYS, minor);
    }

    private static Line between(String version, int from, int until) {
        return new Line(version, from, until);
    }
}
