package io.kantoku.cli.envtest;

import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.cli.CliException;
import io.kantoku.testkit.envtest.Etcd;
import io.kantoku.testkit.envtest.KubeApiServer;
import io.kantoku.testkit.envtest.Training;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A directory with the programs of a test suite: launchers, the libraries that they need, and the ahead-of-time cache that makes
 * them start in a fraction of a second.
 *
 * @param path absolute
 * @param programs what can be started
 */
public record AssetDirectory(Path path, List<String> programs) {
    /** Modules and libraries of the API server alone; logging is left out, for these programs say what matters themselves. */
    private static final List<String> LIBRARIES = List.of(
            "apimachinery-",
            "store-",
            "lab-",
            "transport-",
            "client-",
            "apiserver-",
            "controllers-",
            "kubelet-",
            "network-",
            "testkit-",
            "jackson-",
            "jetty-",
            "bc",
            "nimbus-",
            "jcip-",
            "snakeyaml-",
            "slf4j-",
            "jspecify-",
            "cel",
            "antlr",
            "guava-",
            "failureaccess-",
            "protobuf-",
            "re2j-",
            "threeten",
            "auto-value",
            "jakarta.");

    private static final long TRAINING_SECONDS = 120;

    /**
     * Makes the directory, replacing what an earlier call made there.
     *
     * @param version the Kubernetes release; {@code ""} for the newest
     * @throws CliException when the version is not known or this process was not started from jar files
     */
    public static AssetDirectory make(Path directory, String version) throws IOException, InterruptedException {
        String release = release(version);
        Path target = directory.toAbsolutePath().normalize();
        Path libraries = Files.createDirectories(target.resolve("lib"));
        clear(libraries);
        String classPath = copyLibraries(libraries);
        Path cache = libraries.resolve("kube-apiserver.aot");
        train(classPath, cache);
        List<String> programs = new ArrayList<>();
        programs.add(launcher(
                target.resolve("kube-apiserver"),
                "KANTOKU_KUBERNETES_VERSION=${KANTOKU_KUBERNETES_VERSION:-" + release
                        + "}\nexport KANTOKU_KUBERNETES_VERSION\n",
                server(classPath, Optional.of(cache).filter(Files::exists)),
                KubeApiServer.class));
        programs.add(launcher(target.resolve("etcd"), "", etcd(libraries), Etcd.class));
        kubectl().ifPresent(found -> programs.add(link(target.resolve("kubectl"), found)));
        return new AssetDirectory(target, List.copyOf(programs));
    }

    private static String release(String version) {
        try {
            return KubernetesRelease.of(version).gitVersion();
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private static void clear(Path libraries) throws IOException {
        try (Stream<Path> files = Files.list(libraries)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private static String copyLibraries(Path libraries) throws IOException {
        List<String> copied = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            String name = jar.getFileName() == null ? "" : jar.getFileName().toString();
            if (name.endsWith(".jar") && LIBRARIES.stream().anyMatch(name::startsWith)) {
                Path copy = libraries.resolve(name);
                Files.copy(jar, copy, StandardCopyOption.COPY_ATTRIBUTES);
                copied.add(copy.toString());
            }
        }
        if (copied.stream().noneMatch(jar -> jar.contains("testkit-"))) {
            throw new CliException(
                    CliException.ExitCode.FAILED, "start this command with ./kantoku, which runs from jar files");
        }
        return String.join(File.pathSeparator, copied);
    }

    private static List<String> server(String classPath, Optional<Path> cache) {
        List<String> command = new ArrayList<>(java());
        cache.ifPresent(file ->
                command.addAll(List.of("-XX:AOTCache=" + file, "-XX:AOTMode=auto", "-Xlog:disable", "-Xlog:all=off")));
        command.addAll(List.of("-cp", classPath));
        return command;
    }

    private static List<String> etcd(Path libraries) throws IOException {
        try (Stream<Path> files = Files.list(libraries)) {
            Path testkit = files.filter(file -> file.getFileName().toString().startsWith("testkit-"))
                    .findFirst()
                    .orElseThrow();
            return List.of(
                    java().getFirst(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx32m",
                    "-cp",
                    testkit.toString());
        }
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xms64m",
                "-Xmn32m",
                "-Dslf4j.internal.verbosity=ERROR",
                "--enable-native-access=ALL-UNNAMED");
    }

    /** Without the cache everything works, only slower to start. */
    private static void train(String classPath, Path cache) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("kantoku-envtest-");
        List<String> command = new ArrayList<>(java());
        command.addAll(
                List.of("-XX:AOTCacheOutput=" + cache, "-cp", classPath, Training.class.getName(), work.toString()));
        Process training = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("output").toFile())
                .start();
        if (!training.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS) || training.exitValue() != 0) {
            training.destroyForcibly();
            System.err.println(
                    "No ahead-of-time cache was made, so the programs start slower; see " + work.resolve("output"));
            return;
        }
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }

    private static String launcher(Path file, String before, List<String> command, Class<?> main) throws IOException {
        StringBuilder script = new StringBuilder("#!/bin/sh\n# Made by kantoku envtest.\n")
                .append(before)
                .append("exec");
        command.forEach(
                word -> script.append(" '").append(word.replace("'", "'\\''")).append('\''));
        script.append(' ').append(main.getName()).append(" \"$@\"\n");
        Files.deleteIfExists(file);
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.getFileName().toString();
    }

    private static String link(Path file, Path target) {
        try {
            Files.deleteIfExists(file);
            Files.createSymbolicLink(file, target);
            return file.getFileName().toString();
        } catch (IOException e) {
            throw new CliException(CliException.ExitCode.FAILED, file + " could not be made: " + e.getMessage());
        }
    }

    private static Optional<Path> kubectl() {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
