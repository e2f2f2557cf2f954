package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.KubeObject;
import org.junit.jupiter.api.Test;

class HostsFileTest {
    @Test
    void aPodFindsItselfAndItsAliases() {
        KubeObject pod = PodPlanTest.pod(
                "Always",
                "hostname: a\n  subdomain: s\n  hostAliases: [{ip: 10.0.0.9, hostnames: [x.example.org, y]}]");
        assertThat(HostsFile.text(pod, "10.1.0.2", "cluster.local"))
                .startsWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n")
                .contains("\n10.1.0.2\ta.s.default.svc.cluster.local\ta\n")
                .endsWith("\n# Entries added by HostAliases.\n10.0.0.9\tx.example.org\ty\n");
    }

    @Test
    void thatOfThePodsOfTheNodesNetworkSaysSo() {
        assertThat(HostsFile.text(PodPlanTest.pod("Always", "hostNetwork: true"), "10.1.0.2", "cluster.local"))
                .startsWith("# Kubernetes-managed hosts file (host network).\n");
    }

    @Test
    void theKernelIsToldTheWholeNameWhenThatIsAskedFor() {
        assertThat(HostsFile.kernelName(PodPlanTest.pod("Always", "subdomain: s"), "cluster.local"))
                .isEqualTo("p");
        String whole = "subdomain: s\n  setHostnameAsFQDN: true";
        assertThat(HostsFile.kernelName(PodPlanTest.pod("Always", whole), "cluster.local"))
                .isEqualTo("p.s.default.svc.cluster.local");
        assertThat(HostsFile.kernelName(
                        PodPlanTest.pod("Always", "subdomain: s\n  hostnameOverride: other.example.org"),
                        "cluster.local"))
                .isEqualTo("other.example.org");
        assertThatThrownBy(() -> HostsFile.kernelName(
                        PodPlanTest.pod("Always", whole), "a-domain-that-is-quite-a-bit-too-long.example.org"))
                .hasMessageContaining("is too long (64 characters is the max");
    }
}
