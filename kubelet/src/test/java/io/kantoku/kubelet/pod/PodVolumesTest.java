package io.kantoku.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.kubelet.volume.VolumeFile;
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

    private static VolumeFile token(String security) {
        return PodVolumes.tokenFile(PodPlanTest.pod("Always", "securityContext: " + security), TOKEN, 0644);
    }
}
