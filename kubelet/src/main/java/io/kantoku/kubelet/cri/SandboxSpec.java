package io.kantoku.kubelet.cri;

import java.util.List;
import java.util.Map;

/**
 * What a pod's sandbox is to be ({@code PodSandboxConfig}).
 *
 * @param attempt how many sandboxes the pod had before
 * @param hostname {@code ""} with the host's network
 * @param logDirectory where the logs of its containers are
 * @param cgroupParent the pod's control group
 * @param handler of the runtime, {@code ""} for its usual one
 */
public record SandboxSpec(
        String name,
        String uid,
        String namespace,
        int attempt,
        String hostname,
        String logDirectory,
        Dns dns,
        List<PortMapping> ports,
        Map<String, String> labels,
        Map<String, String> annotations,
        String cgroupParent,
        Namespaces namespaces,
        Map<String, String> sysctls,
        String handler) {
    /** What stands in the pod's {@code resolv.conf}. */
    public record Dns(List<String> servers, List<String> searches, List<String> options) {
        public Dns {
            servers = List.copyOf(servers);
            searches = List.copyOf(searches);
            options = List.copyOf(options);
        }
    }

    /** A port of the node that leads to the pod; {@code protocol} is {@code TCP}, {@code UDP} or {@code SCTP}. */
    public record PortMapping(String protocol, int containerPort, int hostPort, String hostIp) {}

    /**
     * Which namespaces are the node's, and whether the containers of the pod see each other's processes.
     *
     * @param target the id of a container whose processes are seen, {@code ""} for none
     */
    public record Namespaces(
            boolean hostNetwork, boolean hostPid, boolean hostIpc, boolean sharedProcesses, String target) {
        private static final int POD = 0;
        private static final int CONTAINER = 1;
        private static final int NODE = 2;
        private static final int TARGET = 3;

        ProtoWriter encode() {
            return new ProtoWriter()
                    .number(1, hostNetwork ? NODE : POD)
                    .number(2, hostPid ? NODE : sharedProcesses ? POD : target.isEmpty() ? CONTAINER : TARGET)
                    .number(3, hostIpc ? NODE : POD)
                    .text(4, target);
        }
    }

    public SandboxSpec {
        ports = List.copyOf(ports);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        sysctls = Map.copyOf(sysctls);
    }

    ProtoWriter encode() {
        ProtoWriter writer = new ProtoWriter()
                .message(
                        1,
                        new ProtoWriter()
                                .text(1, name)
                                .text(2, uid)
                                .text(3, namespace)
                                .number(4, attempt))
                .text(2, hostname)
                .text(3, logDirectory)
                .message(
                        4,
                        new ProtoWriter()
                                .texts(1, dns.servers())
                                .texts(2, dns.searches())
                                .texts(3, dns.options()));
        for (PortMapping port : ports) {
            int protocol = List.of("TCP", "UDP", "SCTP").indexOf(port.protocol());
            writer.message(
                    5,
                    new ProtoWriter()
                            .number(1, Math.max(0, protocol))
                            .number(2, port.containerPort())
                            .number(3, port.hostPort())
                            .text(4, port.hostIp()));
        }
        ProtoWriter security = new ProtoWriter()
                .message(1, namespaces.encode())
                .message(9, new ProtoWriter()); // seccomp: the runtime's default
        return writer.map(6, labels)
                .map(7, annotations)
                .message(
                        8,
                        new ProtoWriter()
                                .text(1, cgroupParent)
                                .message(2, security)
                                .map(3, sysctls));
    }
}
