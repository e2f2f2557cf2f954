package io.kantoku.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path directory;

    @Test
    void replacesAllFilesInOneStep() throws IOException {
        assertThat(write(Map.of("a", "1", "d/b", "2"))).isTrue();
        assertThat(directory.resolve("a")).isSymbolicLink().hasContent("1");
        assertThat(directory.resolve("d/b")).hasContent("2");
        Path before = Files.readSymbolicLink(directory.resolve("..data"));

        assertThat(write(Map.of("a", "1", "d/b", "2"))).isFalse();
        assertThat(write(Map.of("a", "3"))).isTrue();

        assertThat(directory.resolve("a")).hasContent("3");
        assertThat(directory.resolve("d")).doesNotExist();
        assertThat(directory.resolve(before)).doesNotExist();
    }

    @Test
    void modesAreThoseOfTheFiles() throws IOException {
        AtomicFiles.write(directory, Map.of("a", new VolumeFile(new byte[0], 0400)), -1);
        assertThat(Files.getPosixFilePermissions(directory.resolve("a").toRealPath()))
                .extracting(Enum::name)
                .containsExactly("OWNER_READ");
    }

    @Test
    void noFileIsWrittenElsewhere() {
        assertThatThrownBy(() -> write(Map.of("../../x", "1"))).hasMessageContaining("leads out of the volume");
    }

    @Test
    void pathsOfUsersStayBelowTheirDirectory() throws IOException {
        Path inside = Files.createDirectory(directory.resolve("v"));
        Files.createSymbolicLink(inside.resolve("out"), directory);
        assertThat(Confined.path(inside, "a/b")).contains(inside.resolve("a/b"));
        assertThat(Confined.path(inside, "../x")).isEmpty();
        assertThat(Confined.path(inside, "out/x")).isEmpty();
        assertThat(Confined.path(inside, "out")).isEmpty();
    }

    private boolean write(Map<String, String> files) throws IOException {
        Map<String, VolumeFile> written = new HashMap<>();
        files.forEach((name, text) -> written.put(name, new VolumeFile(text.getBytes(StandardCharsets.UTF_8), 0644)));
        return AtomicFiles.write(directory, written, -1);
    }
}
