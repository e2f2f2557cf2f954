package io.kantoku.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a file system of six megabytes, which lives in a mount namespace of the writer's and ends with it. */
class FullDiskIT {
    private static final Path UNSHARE = Path.of("/usr/bin/unshare");

    @TempDir
    Path directory;

    @Test
    void refusesWritesClearlyAndGoesOnWhenThereIsRoom() throws Exception {
        boolean root = System.getProperty("user.name").equals("root") && Files.isExecutable(UNSHARE);
        assumeTrue(root, "SKIPPED: a file system of its own needs root and unshare");
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        UNSHARE.toString(),
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=6m tmpfs \"$0\" && exec \"$@\"",
                        disk.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDiskWriter.class.getName(),
                        disk.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(output).stream()
                .filter(line -> line.startsWith("#"))
                .toList();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("# full: not written: ").endsWith("try again when the disk has room");
        assertThat(lines.get(1)).isEqualTo("# reads are served");
        assertThat(lines.get(2)).isEqualTo("# writes succeed again");
        assertThat(lines.get(3)).isEqualTo("# nothing was lost");
        assertThat(disk).as("nothing is left of the file system").isEmptyDirectory();
    }
}
