package io.kantoku.cli.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the programs of this very build are started: {@code kantoku}, and kubectl's plugin. */
final class OwnProgram {
    static final String MAIN = "io.kantoku.cli.Kantoku";

    private static final String PLUGIN_MAIN = "io.kantoku.cli.plugin.KubectlVsphere";
    private static final String PLUGIN = "kubectl-vsphere";

    private OwnProgram() {}

    /** For a server: no option that would make it slower than users have it. */
    static List<String> server() {
        List<String> command = java();
        for (String option : Optional.ofNullable(System.getenv("KANTOKU_JAVA_OPTIONS"))
                .orElse("")
                .split(" ", -1)) {
            if (!option.isBlank()) {
                command.add(option);
            }
        }
        command.add(MAIN);
        return command;
    }

    /** For a command that talks to a server and ends. */
    static List<String> client() {
        return client(MAIN);
    }

    private static List<String> client(String main) {
        List<String> command = java();
        command.add(1, "-XX:TieredStopAtLevel=1");
        command.add(main);
        return command;
    }

    /** With the options that the launcher gives, and the ahead-of-time cache that it names. */
    private static List<String> java() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseG1GC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", // protobuf, which CEL brings
                "-XX:-UsePerfData"));
        Optional.ofNullable(System.getenv("KANTOKU_AOT_CACHE"))
                .filter(cache -> Files.isRegularFile(Path.of(cache)))
                .ifPresent(cache -> command.addAll(
                        List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=auto", "-Xlog:disable", "-Xlog:all=off")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }

    /**
     * The directory that makes {@code kubectl vsphere} work when it is on PATH: {@code bin} of the source tree that the launcher
     * names, or else one that is made here and starts the plugin from this process's own class path.
     */
    static Path plugin(Path directory) throws IOException {
        Optional<Path> tree = Optional.ofNullable(System.getenv("KANTOKU_HOME"))
                .map(home -> Path.of(home, "bin"))
                .filter(bin -> Files.isExecutable(bin.resolve(PLUGIN)));
        if (tree.isPresent()) {
            return tree.get();
        }
        Path bin = Files.createDirectories(directory.resolve("bin"));
        List<String> command = client(PLUGIN_MAIN);
        StringBuilder script = new StringBuilder("#!/bin/sh\nexec");
        command.forEach(
                word -> script.append(" '").append(word.replace("'", "'\\''")).append('\''));
        script.append(" \"$@\"\n");
        Path file = Files.writeString(bin.resolve(PLUGIN), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin;
    }
}
