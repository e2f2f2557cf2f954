package io.kantoku.kubelet.kubeadm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.Taint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeadmConfigTest {
    private static final NodeRegistration NODE = new NodeRegistration(
            "tkc01-control-plane-abcde",
            List.of(new Taint("node-role.kubernetes.io/master", "", "NoSchedule")),
            Map.of("provider-id", "vsphere://422a", "node-labels", "a=b"));
    private static final ClusterConfiguration CLUSTER = new ClusterConfiguration(
            "tkc01",
            "v1.18.5+kantoku.1",
            "127.44.59.52:6443",
            "193.0.0.0/16",
            "195.48.0.0/12",
            "cluster.local",
            List.of("127.44.59.52"));
    private static final KubeadmConfig INIT =
            new KubeadmConfig.Init(CLUSTER, new ApiEndpoint("127.44.59.100", 6443), NODE);
    private static final KubeadmConfig JOIN = new KubeadmConfig.Join(
            new Discovery("abcdef.0123456789abcdef", "127.44.59.52:6443", List.of("sha256:00")),
            new ApiEndpoint("127.44.59.101", 6443),
            NODE);

    @ParameterizedTest
    @ValueSource(ints = {18, 21, 22, 30, 31, 34})
    void readsWhatItWritesInEveryVersion(int minor) {
        assertThat(KubeadmReader.read(KubeadmWriter.forMinor(minor).write(INIT)))
                .isEqualTo(INIT);
        assertThat(KubeadmReader.read(KubeadmWriter.forMinor(minor).write(JOIN)))
                .isEqualTo(JOIN);
    }

    @Test
    void aWorkerHasNoControlPlane() {
        KubeadmConfig worker = new KubeadmConfig.Join(
                new Discovery("abcdef.0123456789abcdef", "127.44.59.52:6443", List.of()), null, NODE);
        assertThat(KubeadmReader.read(KubeadmWriter.forMinor(18).write(worker))).isEqualTo(worker);
    }

    @Test
    void namesFieldsItDoesNotKnow() {
        List<ObjectNode> documents = KubeadmWriter.forMinor(18).write(INIT);
        documents.getFirst().put("certificateKey", "x");
        documents.get(1).withObjectProperty("apiServer").put("timeoutForControlPlane", "4m");
        assertThatThrownBy(() -> KubeadmReader.read(documents))
                .isInstanceOf(NodeException.class)
                .hasMessage(
                        "kubeadm configuration: unknown fields: ClusterConfiguration.apiServer.timeoutForControlPlane,"
                                + " InitConfiguration.certificateKey");
    }

    @Test
    void saysWhatIsMissing() {
        List<ObjectNode> documents = KubeadmWriter.forMinor(18).write(JOIN);
        documents.getFirst().withObjectProperty("nodeRegistration").remove("name");
        assertThatThrownBy(() -> KubeadmReader.read(documents))
                .hasMessage("kubeadm configuration: nodeRegistration.name is missing");
    }

    @Test
    void neverPrintsATokenByAccident() {
        assertThat(JOIN.toString()).doesNotContain("0123456789abcdef");
    }
}
