package io.kantoku.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the group that the files have already, which everybody may give them. */
class GroupOwnershipTest {
    @TempDir
    Path directory;

    private Path root;
    private int group;

    @BeforeEach
    void files() throws IOException {
        root = Files.createDirectory(directory.resolve("root"));
        Files.createDirectory(root.resolve("inner"));
        Files.writeString(root.resolve("inner/file"), "x");
        Files.writeString(directory.resolve("outside"), "x");
        Files.createSymbolicLink(root.resolve("link"), directory.resolve("outside"));
        for (String path : new String[] {"root", "root/inner", "root/inner/file", "outside"}) {
            boolean isDirectory = Files.isDirectory(directory.resolve(path));
            Files.setPosixFilePermissions(
                    directory.resolve(path), PosixFilePermissions.fromString(isDirectory ? "rwx------" : "rw-------"));
        }
        group = (int) Files.getAttribute(root, "unix:gid");
    }

    private int mode(String path) throws IOException {
        return (int) Files.getAttribute(directory.resolve(path), "unix:mode") & 07777;
    }

    @Test
    void theGroupMayReadAndWriteAllButWhatLinksLeadTo() throws IOException {
        GroupOwnership.give(root, group, false);
        assertThat(mode("root")).isEqualTo(02770);
        assertThat(mode("root/inner")).isEqualTo(02770);
        assertThat(mode("root/inner/file")).isEqualTo(0660);
        assertThat(mode("outside")).isEqualTo(0600);
    }

    @Test
    void leavesAllAsItIsWhenTheRootIsRight() throws IOException {
        Files.setAttribute(root, "unix:mode", 02770);
        GroupOwnership.give(root, group, true);
        assertThat(mode("root/inner/file")).isEqualTo(0600);
        GroupOwnership.give(root, group, false);
        assertThat(mode("root/inner/file")).isEqualTo(0660);
    }
}
