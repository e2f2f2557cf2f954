package io.kantoku.apiserver.podsecurity;

import static io.kantoku.apiserver.podsecurity.PodView.named;
import static io.kantoku.apiserver.podsecurity.PodView.quoted;
import static io.kantoku.apiserver.podsecurity.PodView.quotedName;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The further demands of the level {@code restricted} (k8s.io/pod-security-admission/policy). */
final class RestrictedChecks {
    private static final Set<String> VOLUMES = Set.of(
            "configMap",
            "csi",
            "downwardAPI",
            "emptyDir",
            "ephemeral",
            "image",
            "persistentVolumeClaim",
            "projected",
            "secret");

    private RestrictedChecks() {}

    /** Since 1.25 pods that say that they are for Windows need not meet what means nothing there. */
    private static boolean exempt(PodView pod, Level level) {
        return level.since(25) && pod.windows();
    }

    static Optional<Check.Violation> privilegeEscalation(PodView pod, Level level) {
        if (!level.since(8) || exempt(pod, level)) {
            return Optional.empty();
        }
        List<String> containers = pod.containersWhere(
                security -> security.path("allowPrivilegeEscalation").asBoolean(true));
        return Check.of(
                "allowPrivilegeEscalation != false",
                containers.isEmpty()
                        ? List.of()
                        : List.of(named("container", containers)
                                + " must set securityContext.allowPrivilegeEscalation=false"));
    }

    static Optional<Check.Violation> capabilities(PodView pod, Level level) {
        if (!level.since(22)) {
            return BaselineChecks.capabilities(pod, level);
        }
        if (exempt(pod, level)) {
            return Optional.empty();
        }
        List<String> keeping = new ArrayList<>();
        List<String> adding = new ArrayList<>();
        Set<String> added = new TreeSet<>();
        for (JsonNode container : pod.containers()) {
            JsonNode capabilities = container.path("securityContext").path("capabilities");
            boolean dropsAll = false;
            for (JsonNode dropped : capabilities.path("drop")) {
                dropsAll |= dropped.asText().equals("ALL");
            }
            if (!dropsAll) {
                keeping.add(quotedName(container));
            }
            boolean bad = false;
            for (JsonNode capability : capabilities.path("add")) {
                if (!capability.asText().equals("NET_BIND_SERVICE")) {
                    added.add(quoted(capability.asText()));
                    bad = true;
                }
            }
            if (bad) {
                adding.add(quotedName(container));
            }
        }
        List<String> details = new ArrayList<>();
        if (!keeping.isEmpty()) {
            details.add(named("container", keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        if (!adding.isEmpty()) {
            details.add(named("container", adding) + " must not include " + String.join(", ", added)
                    + " in securityContext.capabilities.add");
        }
        return details.isEmpty()
                ? Optional.empty()
                : Optional.of(new Check.Violation("unrestricted capabilities", String.join("; ", details)));
    }

    static Optional<Check.Violation> volumes(PodView pod, Level level) {
        List<String> volumes = new ArrayList<>();
        Set<String> types = new TreeSet<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            volume.properties().forEach(member -> {
                if (!member.getKey().equals("name") && !VOLUMES.contains(member.getKey())) {
                    volumes.add(quotedName(volume));
                    types.add(quoted(member.getKey()));
                }
            });
        }
        return Check.of(
                "restricted volume types",
                volumes.isEmpty()
                        ? List.of()
                        : List.of(named("volume", volumes) + (volumes.size() > 1 ? " use " : " uses ")
                                + "restricted volume type" + (types.size() > 1 ? "s " : " ")
                                + String.join(", ", types)));
    }

    static Optional<Check.Violation> runAsNonRoot(PodView pod, Level level) {
        if (level.since(35) && !pod.spec().path("hostUsers").asBoolean(true)) {
            return Optional.empty();
        }
        JsonNode own = pod.security().path("runAsNonRoot");
        List<String> setters = new ArrayList<>();
        if (own.isBoolean() && !own.asBoolean()) {
            setters.add("pod");
        }
        List<String> saying =
                pod.containersWhere(security -> security.path("runAsNonRoot").isBoolean()
                        && !security.path("runAsNonRoot").asBoolean());
        if (!saying.isEmpty()) {
            setters.add(named("container", saying));
        }
        if (!setters.isEmpty()) {
            return Optional.of(new Check.Violation(
                    "runAsNonRoot != true",
                    String.join(" and ", setters) + " must not set securityContext.runAsNonRoot=false"));
        }
        List<String> silent = own.asBoolean()
                ? List.of()
                : pod.containersWhere(security -> !security.path("runAsNonRoot").asBoolean());
        return Check.of(
                "runAsNonRoot != true",
                silent.isEmpty()
                        ? List.of()
                        : List.of("pod or " + named("container", silent)
                                + " must set securityContext.runAsNonRoot=true"));
    }

    static Optional<Check.Violation> runAsUser(PodView pod, Level level) {
        if (!level.since(23)
                || (level.since(35) && !pod.spec().path("hostUsers").asBoolean(true))) {
            return Optional.empty();
        }
        List<String> setters = new ArrayList<>();
        if (isRoot(pod.security())) {
            setters.add("pod");
        }
        List<String> containers = pod.containersWhere(RestrictedChecks::isRoot);
        if (!containers.isEmpty()) {
            setters.add(named("container", containers));
        }
        return Check.of(
                "runAsUser=0",
                setters.isEmpty() ? List.of() : List.of(String.join(" and ", setters) + " must not set runAsUser=0"));
    }

    private static boolean isRoot(JsonNode security) {
        return security.path("runAsUser").isNumber()
                && security.path("runAsUser").asLong() == 0;
    }

    static Optional<Check.Violation> seccomp(PodView pod, Level level) {
        if (!level.since(19)) {
            return BaselineChecks.seccomp(pod, level);
        }
        if (exempt(pod, level)) {
            return Optional.empty();
        }
        String own = pod.security().path("seccompProfile").path("type").asText();
        boolean good = own.equals("RuntimeDefault") || own.equals("Localhost");
        List<String> setters = new ArrayList<>();
        if (!own.isEmpty() && !good) {
            setters.add("pod");
        }
        List<String> bad = pod.containersWhere(security -> {
            String type = security.path("seccompProfile").path("type").asText();
            return !type.isEmpty() && !type.equals("RuntimeDefault") && !type.equals("Localhost");
        });
        if (!bad.isEmpty()) {
            setters.add(named("container", bad));
        }
        if (!setters.isEmpty()) {
            return Optional.of(new Check.Violation(
                    "seccompProfile",
                    String.join(" and ", setters)
                            + " must not set securityContext.seccompProfile.type to \"Unconfined\""));
        }
        List<String> silent = good
                ? List.of()
                : pod.containersWhere(security ->
                        security.path("seccompProfile").path("type").asText().isEmpty());
        return Check.of(
                "seccompProfile",
                silent.isEmpty()
                        ? List.of()
                        : List.of(
                                "pod or " + named("container", silent)
                                        + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""));
    }
}
