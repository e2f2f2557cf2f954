package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Amounts;
import io.kantoku.kubelet.volume.VolumeFile;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodVolumesTest {
    private static final byte[] TOKEN = {1};

    @Test
    void aTokenBelongsToWhoeverRunsThePod() {
        assertThat(token("{}")).isEqualTo(new VolumeFile(TOKEN, 0644));
        assertThat(token("{runAsUser: 1000}")).isEqualTo(new VolumeFile(TOKEN, 0600, 1000));
        assertThat(token("{fsGroup: 3000}")).isEqualTo(new VolumeFile(TOKEN, 0600));
        assertThat(token("{runAsUser: 1000}\n  initContainers: [{name: i, securityContext: {runAsUser: 2}}]"))
                .as("when not all run as the same user")
                .isEqualTo(new VolumeFile(TOKEN, 0644));
    }

    @Test
    void memoryIsNeverMoreThanThePodOrTheNodeHas() {
        KubeObject unlimited = PodPlanTest.pod("Always", "");
        KubeObject limited = PodPlanTest.pod("Always", "resources: {limits: {memory: 64Mi}}");
        assertThat(size(unlimited, "{sizeLimit: 1Mi}")).isEqualTo(1L << 20);
        assertThat(size(unlimited, "{}")).isEqualTo(1L << 30);
        assertThat(size(limited, "{}")).isEqualTo(64L << 20);
        assertThat(size(limited, "{sizeLimit: 1Gi}")).isEqualTo(64L << 20);
    }

    private static long size(KubeObject pod, String source) {
        return PodVolumes.memorySize(pod, Yaml.parse(source), new Amounts(Map.of("memory", 1L << 30)));
    }

    private static VolumeFile token(String security) {
        return PodVolumes.tokenFile(PodPlanTest.pod("Always", "securityContext: " + security), TOKEN, 0644);
    }
}
