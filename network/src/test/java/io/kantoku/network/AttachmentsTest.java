package io.kantoku.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachmentsTest {
    private static final Ipv4Range RANGE = Ipv4Range.parse("192.168.1.0/29");

    @TempDir
    private Path directory;

    private static PodSandbox sandbox(String id) {
        return new PodSandbox(id, Path.of("/run/netns/x"), "eth0", "ns", "pod", "uid");
    }

    private static String add(Attachments attachments, String id) {
        return attachments.add(sandbox(id), RANGE, "p" + id).address();
    }

    @Test
    void aSandboxKeepsItsAddressAcrossLives() {
        Attachments attachments = Attachments.open(directory);
        String address = add(attachments, "a");
        assertThat(address).isEqualTo("192.168.1.2");
        assertThat(add(attachments, "a")).isEqualTo(address);
        assertThat(Attachments.open(directory).all())
                .extracting(Attachment::address)
                .containsExactly(address);
        assertThat(add(Attachments.open(directory), "b")).isNotEqualTo(address);
    }

    @Test
    void anAddressThatWasGivenBackIsUsedLast() {
        Attachments attachments = Attachments.open(directory);
        String first = add(attachments, "a");
        attachments.remove("a");
        for (int i = 0; i < 4; i++) {
            assertThat(add(attachments, "b" + i)).isNotEqualTo(first);
        }
        assertThat(add(attachments, "c")).isEqualTo(first);
        assertThatThrownBy(() -> add(attachments, "d"))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void whatLeavesHasItsAddressUntilItIsGone() {
        Attachments attachments = Attachments.open(directory);
        add(attachments, "a");
        attachments.leave(attachments.find("a").orElseThrow());
        assertThat(attachments.all()).isEmpty();
        for (int i = 0; i < 4; i++) {
            assertThat(add(attachments, "b" + i)).isNotEqualTo("192.168.1.2");
        }
    }

    @Test
    void forgetsPodsOfAMachineThatIsGone() {
        Attachments attachments = Attachments.open(directory);
        add(attachments, "a");
        add(attachments, "b");
        attachments.keepOnly(List.of("pb"));
        assertThat(attachments.all()).extracting(Attachment::sandbox).containsExactly("b");
        assertThat(Attachments.open(directory).all()).hasSize(1);
    }

    @Test
    void refusesIdsThatAreNoFileNames() {
        assertThatThrownBy(() -> add(Attachments.open(directory), "../x")).isInstanceOf(NetworkException.class);
    }
}
