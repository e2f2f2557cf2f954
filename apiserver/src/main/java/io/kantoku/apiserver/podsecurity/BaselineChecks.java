package io.kantoku.apiserver.podsecurity;

import static io.kantoku.apiserver.podsecurity.PodView.named;
import static io.kantoku.apiserver.podsecurity.PodView.quoted;
import static io.kantoku.apiserver.podsecurity.PodView.quotedName;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The demands of the level {@code baseline} (k8s.io/pod-security-admission/policy). */
final class BaselineChecks {
    private static final Set<String> CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");
    private static final Set<String> SELINUX_TYPES = Set.of("", "container_t", "container_init_t", "container_kvm_t");
    private static final Set<String> SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start");
    private static final Set<String> SYSCTLS_LATER = Set.of(
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes");
    private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

    private BaselineChecks() {}

    static Optional<Check.Violation> appArmor(PodView pod, Level level) {
        List<String> setters = new ArrayList<>();
        List<String> values = new ArrayList<>();
        if (unconfined(pod.security().path("appArmorProfile"))) {
            setters.add("pod");
            values.add(quoted("Unconfined"));
        }
        List<String> containers = pod.containersWhere(security -> unconfined(security.path("appArmorProfile")));
        if (!containers.isEmpty()) {
            setters.add(named("container", containers));
            values.add(quoted("Unconfined"));
        }
        List<String> details = new ArrayList<>();
        if (!setters.isEmpty()) {
            details.add(String.join(" and ", setters) + " must not set AppArmor profile type to "
                    + String.join(", ", values.stream().distinct().toList()));
        }
        pod.metadata().path("annotations").properties().forEach(annotation -> {
            String value = annotation.getValue().asText();
            boolean allowed = value.isEmpty() || value.equals("runtime/default") || value.startsWith("localhost/");
            if (annotation.getKey().startsWith(APP_ARMOR) && !allowed) {
                details.add("annotation must not set AppArmor profile type to "
                        + quoted(annotation.getKey() + "=" + value));
            }
        });
        return Check.of("forbidden AppArmor profile" + (details.size() > 1 ? "s" : ""), details);
    }

    private static boolean unconfined(JsonNode profile) {
        return profile.path("type").asText().equals("Unconfined");
    }

    static Optional<Check.Violation> capabilities(PodView pod, Level level) {
        Set<String> added = new HashSet<>();
        List<String> containers = new ArrayList<>();
        for (JsonNode container : pod.containers()) {
            boolean bad = false;
            for (JsonNode capability :
                    container.path("securityContext").path("capabilities").path("add")) {
                if (!CAPABILITIES.contains(capability.asText())) {
                    added.add(quoted(capability.asText()));
                    bad = true;
                }
            }
            if (bad) {
                containers.add(quotedName(container));
            }
        }
        return Check.of(
                "non-default capabilities",
                containers.isEmpty()
                        ? List.of()
                        : List.of(named("container", containers) + " must not include "
                                + String.join(", ", added.stream().sorted().toList())
                                + " in securityContext.capabilities.add"));
    }

    static Optional<Check.Violation> hostNamespaces(PodView pod, Level level) {
        List<String> used = new ArrayList<>();
        for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (pod.spec().path(field).asBoolean()) {
                used.add(field + "=true");
            }
        }
        return Check.of("host namespaces", used);
    }

    static Optional<Check.Violation> hostPathVolumes(PodView pod, Level level) {
        List<String> volumes = new ArrayList<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            if (volume.hasNonNull("hostPath")) {
                volumes.add(quotedName(volume));
            }
        }
        return Check.of("hostPath volumes", volumes.isEmpty() ? List.of() : List.of(named("volume", volumes)));
    }

    static Optional<Check.Violation> hostPorts(PodView pod, Level level) {
        List<String> containers = new ArrayList<>();
        Set<Integer> ports = new java.util.TreeSet<>();
        for (JsonNode container : pod.containers()) {
            boolean uses = false;
            for (JsonNode port : container.path("ports")) {
                if (port.path("hostPort").asInt() != 0) {
                    ports.add(port.path("hostPort").asInt());
                    uses = true;
                }
            }
            if (uses) {
                containers.add(quotedName(container));
            }
        }
        return Check.of(
                "hostPort",
                containers.isEmpty()
                        ? List.of()
                        : List.of(named("container", containers) + (containers.size() > 1 ? " use " : " uses ")
                                + "hostPort" + (ports.size() > 1 ? "s " : " ")
                                + String.join(
                                        ", ",
                                        ports.stream().map(String::valueOf).toList())));
    }

    static Optional<Check.Violation> privileged(PodView pod, Level level) {
        return containers(
                "privileged",
                pod.containersWhere(security -> security.path("privileged").asBoolean()),
                " must not set securityContext.privileged=true");
    }

    static Optional<Check.Violation> procMount(PodView pod, Level level) {
        boolean userNamespace = level.since(35) && !pod.spec().path("hostUsers").asBoolean(true);
        if (userNamespace) {
            return Optional.empty();
        }
        return containers(
                "procMount",
                pod.containersWhere(security ->
                        !security.path("procMount").asText("Default").equals("Default")),
                " must not set securityContext.procMount to \"Unmasked\"");
    }

    private static Optional<Check.Violation> containers(String reason, List<String> quoted, String must) {
        return Check.of(reason, quoted.isEmpty() ? List.of() : List.of(named("container", quoted) + must));
    }

    static Optional<Check.Violation> seLinux(PodView pod, Level level) {
        List<String> setters = new ArrayList<>();
        Set<String> types = new java.util.TreeSet<>();
        boolean[] identity = new boolean[2];
        if (seLinux(pod.security(), level, types, identity)) {
            setters.add("pod");
        }
        List<String> containers = pod.containersWhere(security -> seLinux(security, level, types, identity));
        if (!containers.isEmpty()) {
            setters.add(named("container", containers));
        }
        if (setters.isEmpty()) {
            return Optional.empty();
        }
        List<String> what = new ArrayList<>();
        if (!types.isEmpty()) {
            what.add((types.size() > 1 ? "types " : "type ") + String.join(", ", types));
        }
        if (identity[0]) {
            what.add("user may not be set");
        }
        if (identity[1]) {
            what.add("role may not be set");
        }
        return Optional.of(new Check.Violation(
                "seLinuxOptions",
                String.join(" and ", setters) + " set forbidden securityContext.seLinuxOptions: "
                        + String.join("; ", what)));
    }

    private static boolean seLinux(JsonNode security, Level level, Set<String> types, boolean[] identity) {
        JsonNode options = security.path("seLinuxOptions");
        String type = options.path("type").asText();
        boolean engine = type.equals("container_engine_t") && level.since(31);
        boolean badType = !SELINUX_TYPES.contains(type) && !engine;
        boolean user = !options.path("user").asText().isEmpty();
        boolean role = !options.path("role").asText().isEmpty();
        if (badType) {
            types.add(quoted(type));
        }
        identity[0] |= user;
        identity[1] |= role;
        return badType || user || role;
    }

    static Optional<Check.Violation> seccomp(PodView pod, Level level) {
        List<String> setters = new ArrayList<>();
        if (unconfined(pod.security().path("seccompProfile"))) {
            setters.add("pod");
        }
        List<String> containers = pod.containersWhere(security -> unconfined(security.path("seccompProfile")));
        if (!containers.isEmpty()) {
            setters.add(named("container", containers));
        }
        return Check.of(
                "seccompProfile",
                setters.isEmpty()
                        ? List.of()
                        : List.of(String.join(" and ", setters)
                                + " must not set securityContext.seccompProfile.type to \"Unconfined\""));
    }

    static Optional<Check.Violation> sysctls(PodView pod, Level level) {
        List<String> forbidden = new ArrayList<>();
        for (JsonNode sysctl : pod.security().path("sysctls")) {
            String name = sysctl.path("name").asText();
            boolean allowed = SYSCTLS.contains(name)
                    || (level.since(27) && name.equals("net.ipv4.ip_local_reserved_ports"))
                    || (level.since(29) && SYSCTLS_LATER.contains(name))
                    || (level.since(32) && (name.equals("net.ipv4.tcp_rmem") || name.equals("net.ipv4.tcp_wmem")));
            if (!allowed) {
                forbidden.add(name);
            }
        }
        return Check.of("forbidden sysctls", forbidden);
    }

    static Optional<Check.Violation> windowsHostProcess(PodView pod, Level level) {
        List<String> setters = new ArrayList<>();
        if (hostProcess(pod.security())) {
            setters.add("pod");
        }
        List<String> containers = pod.containersWhere(BaselineChecks::hostProcess);
        if (!containers.isEmpty()) {
            setters.add(named("container", containers));
        }
        return Check.of(
                "hostProcess",
                setters.isEmpty()
                        ? List.of()
                        : List.of(String.join(" and ", setters)
                                + " must not set securityContext.windowsOptions.hostProcess=true"));
    }

    private static boolean hostProcess(JsonNode security) {
        return security.path("windowsOptions").path("hostProcess").asBoolean();
    }

    /** Probes and hooks that name a host reach what only the node can. */
    static Optional<Check.Violation> probeHosts(PodView pod, Level level) {
        if (!level.since(34)) {
            return Optional.empty();
        }
        List<String> containers = new ArrayList<>();
        Set<String> hosts = new java.util.TreeSet<>();
        for (JsonNode container : pod.containers()) {
            int before = hosts.size();
            for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
                host(container.path(probe), hosts);
            }
            for (String hook : List.of("postStart", "preStop")) {
                host(container.path("lifecycle").path(hook), hosts);
            }
            if (hosts.size() > before) {
                containers.add(quotedName(container));
            }
        }
        return Check.of(
                "probe or lifecycle host",
                containers.isEmpty()
                        ? List.of()
                        : List.of(named("container", containers)
                                + (containers.size() > 1 ? " use " : " uses ")
                                + (hosts.size() > 1 ? "hosts " : "host ")
                                + String.join(", ", hosts)));
    }

    private static void host(JsonNode handler, Set<String> hosts) {
        for (String kind : List.of("httpGet", "tcpSocket")) {
            String host = handler.path(kind).path("host").asText();
            if (!Set.of("", "127.0.0.1", "::1", "localhost").contains(host)) {
                hosts.add(quoted(host));
            }
        }
    }
}
