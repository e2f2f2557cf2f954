package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An instance of the lab on a host of its own: a network namespace that has no way out, in which every command runs. */
final class LabHost implements AutoCloseable {
    private static final String NAMESPACE = "ns1";
    private static final int LIMIT_MINUTES = 2;

    private final Path directory;
    private final String host = "kthost-" + ProcessHandle.current().pid();

    private LabHost(Path directory) {
        this.directory = directory;
    }

    /** With a Supervisor, a namespace, and the demo image. */
    static LabHost start() throws IOException, InterruptedException {
        LabRuns.requireLab();
        Path directory = Files.createTempDirectory("kantoku-labhost-");
        // Whoever verifies later takes down what this process leaves when it is killed.
        Files.writeString(
                directory.resolve("owner"),
                String.valueOf(ProcessHandle.current().pid()));
        LabHost lab = new LabHost(directory);
        lab.command(List.of("ip", "netns", "add", lab.host));
        lab.command(List.of("ip", "-n", lab.host, "link", "set", "lo", "up"));
        lab.kantoku("up", "--detach", "--runtime", "lab");
        lab.kantoku("enable");
        lab.kantoku("namespace", "create", NAMESPACE, "--storage-policy", "k8s-storage");
        lab.kantoku("image", "demo");
        return lab;
    }

    Path directory() {
        return directory;
    }

    /** How a command ended, with all that it printed. */
    record Ended(int code, String output) {
        Ended well() {
            assertThat(code).as(output).isZero();
            return this;
        }
    }

    /** A cluster of one master and one worker; returns its administrator's kubeconfig. */
    Path cluster(String name, String version) throws IOException, InterruptedException {
        List<String> supervisor = List.of(
                "kubectl",
                "--kubeconfig",
                state().resolve("supervisor-admin.kubeconfig").toString(),
                "-n",
                NAMESPACE);
        inside(with(
                        supervisor,
                        "apply",
                        "-f",
                        write(name + ".yaml", """
                                apiVersion: run.tanzu.vmware.com/v1alpha1
                                kind: TanzuKubernetesCluster
                                metadata: {name: %s}
                                spec:
                                  distribution: {version: %s}
                                  topology:
                                    controlPlane: {class: best-effort-xsmall, count: 1, storageClass: k8s-storage}
                                    workers: {class: best-effort-xsmall, count: 1, storageClass: k8s-storage}
                                """.formatted(name, version)).toString()))
                .well();
        inside(with(supervisor, "wait", "tkc/" + name, "--for=condition=Ready", "--timeout=100s"))
                .well();
        String config = inside(with(supervisor, "get", "secret", name + "-kubeconfig", "-o", "jsonpath={.data.value}"))
                .well()
                .output();
        return write(
                name + ".kubeconfig", new String(Base64.getDecoder().decode(config.strip()), StandardCharsets.UTF_8));
    }

    private static List<String> with(List<String> command, String... further) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(further));
        return all;
    }

    Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private Path state() {
        return directory.resolve("state");
    }

    String kantoku(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.kantoku.cli.Kantoku"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--state", state().toString()));
        return inside(command).well().output();
    }

    /** Runs a command on the host. */
    Ended inside(List<String> command) throws IOException, InterruptedException {
        List<String> entered = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + host, "--"));
        entered.addAll(command);
        return command(entered);
    }

    private Ended command(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.PIPE) // stays open: a terminal whose input ends hangs up
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(command + " did not end: " + Files.readString(output));
        }
        return new Ended(process.exitValue(), Files.readString(output));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            if (Files.exists(state())) {
                kantoku("down");
            }
        } finally {
            command(List.of("ip", "netns", "del", host));
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
