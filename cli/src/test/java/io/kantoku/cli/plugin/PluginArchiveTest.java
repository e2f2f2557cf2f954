package io.kantoku.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginArchiveTest {
    private final PluginArchive plugin = new PluginArchive();

    @TempDir
    Path directory;

    @Test
    void holdsAnExecutableLauncherAndNoServer() throws IOException {
        Path file = Files.write(
                directory.resolve("plugin.zip"), plugin.archive("linux-amd64").orElseThrow());

        try (FileSystem zip = FileSystems.newFileSystem(file, Map.of("enablePosixFileAttributes", "true"))) {
            Path launcher = zip.getPath("/bin/kubectl-vsphere");
            assertThat(Files.readString(launcher)).startsWith("#!/bin/sh\n");
            assertThat(Files.getPosixFilePermissions(launcher)).contains(PosixFilePermission.OTHERS_EXECUTE);
            try (var jars = Files.list(zip.getPath("/lib"))) {
                assertThat(jars.map(Path::toString))
                        .allMatch(name -> name.endsWith(".jar"))
                        .noneMatch(name -> name.contains("jetty-server") || name.contains("apiserver"))
                        .anyMatch(name -> name.contains("picocli"));
            }
        }
    }

    @Test
    void isBuiltOnceAndForUnixOnly() throws IOException {
        assertThat(plugin.archive("darwin-amd64"))
                .containsSame(plugin.archive("linux-amd64").orElseThrow());
        assertThat(plugin.archive("windows-amd64")).isEmpty();
    }
}
