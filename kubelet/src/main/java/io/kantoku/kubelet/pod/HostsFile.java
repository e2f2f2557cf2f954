package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;

/** Writes {@code /etc/hosts} of a pod as kubelets do. Pure. */
final class HostsFile {
    private static final String LOOPBACK = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            """;

    private static final int LONGEST_NAME = 64;

    private HostsFile() {}

    /** The file's text; that of a pod of the node's network says so. {@code address} is the pod's. */
    static String text(KubeObject pod, String address, String clusterDomain) {
        boolean ofNode = pod.at("spec", "hostNetwork").asBoolean();
        StringBuilder text = new StringBuilder("# Kubernetes-managed hosts file");
        text.append(ofNode ? " (host network).\n" : ".\n").append(LOOPBACK);
        String host = hostname(pod);
        String subdomain = pod.text("spec", "subdomain");
        if (!address.isEmpty()) {
            text.append(address).append('\t');
            if (!subdomain.isEmpty()) {
                text.append(qualified(pod, clusterDomain)).append('\t');
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

    /** The pod's host name: at most 63 characters, or what takes its place. */
    static String hostname(KubeObject pod) {
        String instead = pod.text("spec", "hostnameOverride");
        if (!instead.isEmpty()) {
            return instead;
        }
        String wanted = pod.text("spec", "hostname");
        String name = wanted.isEmpty() ? pod.name() : wanted;
        String cut = name.length() > 63 ? name.substring(0, 63) : name;
        return cut.replaceAll("[-.]+$", "");
    }

    /**
     * What the kernel is told: the host name, or with {@code setHostnameAsFQDN} the whole name in the cluster's domain.
     *
     * @throws ConfigurationException when that is longer than the kernel takes
     */
    static String kernelName(KubeObject pod, String clusterDomain) {
        boolean whole = pod.at("spec", "setHostnameAsFQDN").asBoolean()
                && !pod.text("spec", "subdomain").isEmpty()
                && pod.text("spec", "hostnameOverride").isEmpty();
        String name = whole ? qualified(pod, clusterDomain) : hostname(pod);
        if (name.length() > LONGEST_NAME) {
            throw new ConfigurationException(
                    "FailedCreatePodSandBox",
                    "failed to construct FQDN from pod hostname and cluster domain, FQDN " + name + " is too long ("
                            + LONGEST_NAME + " characters is the max, " + name.length() + " characters requested)");
        }
        return name;
    }

    private static String qualified(KubeObject pod, String clusterDomain) {
        return hostname(pod) + "." + pod.text("spec", "subdomain") + "." + pod.namespace() + ".svc." + clusterDomain;
    }
}
