package io.kantoku.kubelet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.network.PodLink;
import io.kantoku.network.PodSandbox;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CniTest {
    private static final CniCall ADD = CniCall.parse("""
            CNI_COMMAND=ADD
            CNI_CONTAINERID=abc
            CNI_NETNS=/var/run/netns/cni-1
            CNI_IFNAME=eth0
            CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_UID=u

            {"cniVersion":"1.0.0"}""".getBytes(StandardCharsets.UTF_8));

    @Test
    void callsSayWhichPod() {
        assertThat(ADD.command()).isEqualTo("ADD");
        assertThat(ADD.sandbox())
                .isEqualTo(new PodSandbox("abc", Path.of("/var/run/netns/cni-1"), "eth0", "default", "web", "u"));
        assertThat(ADD.input()).isEqualTo("{\"cniVersion\":\"1.0.0\"}");
    }

    @Test
    void answersAreResultsOfTheSpecification() {
        var answer = ADD.added(new PodLink("192.168.1.5/24", "169.254.1.1", "02:00:00:00:00:01"));
        assertThat(answer.at("/ips/0/address").asText()).isEqualTo("192.168.1.5/24");
        assertThat(answer.at("/ips/0/interface").asInt()).isZero();
        assertThat(answer.at("/interfaces/0/sandbox").asText()).isEqualTo("/var/run/netns/cni-1");
        assertThat(answer.has("code")).isFalse();
        assertThat(CniCall.failed(11, "why").path("code").asInt()).isEqualTo(11);
    }

    @Test
    void pathsInTheConfigurationAreQuoted() {
        RuntimeLayout layout = RuntimeLayout.of(Path.of("/tmp/a \"b\"/vm-1"));
        assertThat(ContainerdConfig.text(layout, "overlayfs"))
                .contains("root = \"/tmp/a \\\"b\\\"/vm-1/node/containerd\"");
        assertThat(layout.run().toString().length()).isLessThan(40);
    }
}
