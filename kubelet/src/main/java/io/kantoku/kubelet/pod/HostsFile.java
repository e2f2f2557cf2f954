package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;

/** Writes {@code /etc/hosts} of a pod as kubelets do. Pure. */
final class HostsFile {
    private static final String BEGIN = """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            """;

    private HostsFile() {}

    /** The file's text; {@code address} is the pod's. */
    static String text(KubeObject pod, String address, String clusterDomain) {
        StringBuilder text = new StringBuilder(BEGIN);
        String host = hostname(pod);
        String subdomain = pod.text("spec", "subdomain");
        if (!address.isEmpty()) {
            text.append(address).append('\t');
            if (!subdomain.isEmpty()) {
                text.append(host + "." + subdomain + "." + pod.namespace() + ".svc." + clusterDomain)
                        .append('\t');
            }
            text.append(host).append('\n');
        }
        if (!pod.at("spec", "hostAliases").isEmpty()) {
            text.append("\n# Entries added by HostAliases.\n");
            for (JsonNode alias : pod.at("spec", "hostAliases")) {
                text.append(alias.path("ip").asText());
                alias.path("hostnames").forEach(name -> text.append('\t').append(name.asText()));
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** The pod's host name: at most 63 characters. */
    static String hostname(KubeObject pod) {
        String wanted = pod.text("spec", "hostname");
        String name = wanted.isEmpty() ? pod.name() : wanted;
        String cut = name.length() > 63 ? name.substring(0, 63) : name;
        return cut.replaceAll("[-.]+$", "");
    }
}
