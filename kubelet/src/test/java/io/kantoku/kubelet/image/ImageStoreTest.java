package io.kantoku.kubelet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
    @TempDir
    Path directory;

    private ImageStore store;

    @BeforeEach
    void open() {
        store = ImageStore.open(directory.resolve("images"));
    }

    @Test
    void namesAreFull() {
        assertThat(ImageName.full("web")).isEqualTo("docker.io/library/web:latest");
        assertThat(ImageName.full("team/web:1")).isEqualTo("docker.io/team/web:1");
        assertThat(ImageName.full("registry.local:5000/web")).isEqualTo("registry.local:5000/web:latest");
        assertThat(ImageName.full("localhost/web:1")).isEqualTo("localhost/web:1");
        assertThat(ImageName.latest("web")).isTrue();
        assertThat(ImageName.latest("web:1")).isFalse();
        assertThatThrownBy(() -> ImageName.full("Web Server")).hasMessageContaining("invalid reference format");
    }

    @Test
    void anImageIsFoundByAnyFormOfItsName() {
        store.put(image("web:1", "a"));
        assertThat(store.find("docker.io/library/web:1")).isPresent();
        assertThat(store.find("web:1")).isPresent();
        assertThat(ImageStore.open(directory.resolve("images")).find("web:1")).isPresent();
    }

    @Test
    void aLaterArchiveTakesTheNameOver() {
        store.put(image("web:1", "a"));
        Path first = store.find("web:1").orElseThrow().archive();
        store.put(image("web:1", "b"));
        assertThat(store.find("web:1").orElseThrow().archive())
                .isNotEqualTo(first)
                .exists();
        assertThat(first).doesNotExist();
    }

    @Test
    void anotherProcessesImportIsSeen() {
        assertThat(store.find("web:1")).isEmpty();
        ImageStore.open(directory.resolve("images")).put(image("web:1", "a"));
        assertThat(store.find("web:1")).isPresent();
        ImageStore.open(directory.resolve("images")).remove("web:1");
        assertThat(store.find("web:1")).isEmpty();
    }

    @Test
    void archivesOfDockerAndCompressedOnes() throws IOException {
        Path archive = directory.resolve("docker.tar.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive));
                Tar.Writer tar = new Tar.Writer(out)) {
            tar.add(
                    "manifest.json",
                    0644,
                    "[{\"RepoTags\":[\"web:2\"],\"Layers\":[]}]".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(store.importArchive(archive, "")).containsExactly("docker.io/library/web:2");
    }

    @Test
    void whatIsNoImageIsRefusedWithTheReason() throws IOException {
        Path file = Files.writeString(directory.resolve("x"), "no archive at all".repeat(100));
        assertThatThrownBy(() -> store.importArchive(file, "")).isInstanceOf(ImageException.class);
        Path unnamed = directory.resolve("unnamed.tar");
        try (Tar.Writer tar = new Tar.Writer(Files.newOutputStream(unnamed))) {
            tar.add("index.json", 0644, "{\"manifests\":[{\"digest\":\"x\"}]}".getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(() -> store.importArchive(unnamed, "")).hasMessageContaining("--name");
        assertThat(store.importArchive(unnamed, "mine:1")).containsExactly("docker.io/library/mine:1");
        assertThatThrownBy(() -> store.remove("none")).hasMessageContaining("there is no image none");
    }

    @Test
    void thePauseProgramIsAnExecutableOfItsOwn() throws Exception {
        Path program = Files.write(directory.resolve("pause"), PauseImage.program());
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Process process = new ProcessBuilder(program.toString()).start();
        assertThat(process.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
        process.destroyForcibly().waitFor();
    }

    private static OciImage image(String name, String content) {
        return OciImage.ofProgram(name, "/bin/x", content.getBytes(StandardCharsets.UTF_8));
    }
}
