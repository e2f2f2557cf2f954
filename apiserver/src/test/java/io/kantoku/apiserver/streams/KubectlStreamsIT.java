package io.kantoku.apiserver.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Old kubectl over SPDY and new kubectl over WebSocket, through the API server to a kubelet. */
@Timeout(120)
class KubectlStreamsIT {
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/lib/google-cloud-sdk/bin"), Path.of("/usr/local/bin"), Path.of("/usr/bin"));

    @TempDir
    Path directory;

    private StreamsApi api;
    private Path kubeconfig;

    /** The oldest and the newest kubectl of this machine. */
    static List<Path> clients() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path place : PLACES) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> files = Files.list(place)) {
                    files.filter(file -> file.getFileName().toString().matches("kubectl(\\.1\\.[0-9]+)?"))
                            .filter(Files::isExecutable)
                            .sorted()
                            .forEach(found::add);
                }
            }
        }
        List<Path> versioned = found.stream()
                .filter(file -> file.getFileName().toString().contains("."))
                .toList();
        return versioned.size() < 2
                ? found.subList(0, Math.min(1, found.size()))
                : List.of(versioned.getFirst(), versioned.getLast());
    }

    @BeforeEach
    void start() throws IOException {
        api = new StreamsApi(directory, "v1.32.4+kantoku.1");
        TlsIdentity admin = api.authority.issue(LeafSpec.client("admin", List.of("system:masters")));
        kubeconfig = directory.resolve("kubeconfig");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: "%s"}}]
                users: [{name: u, user: {client-certificate-data: "%s", client-key-data: "%s"}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(
                        api.listener.address().getPort(),
                        base64(api.authority.certificatePem()),
                        base64(Pem.certificates(admin)),
                        base64(Pem.key(admin))));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private ProcessBuilder command(Path kubectl, String... arguments) {
        List<String> command = new ArrayList<>(List.of(kubectl.toString(), "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private record Run(int code, String output) {}

    private Run run(Path kubectl, String input, String... arguments) throws Exception {
        Path in = directory.resolve("in");
        Path out = directory.resolve("out");
        Files.writeString(in, input);
        Process process = command(kubectl, arguments)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(arguments) + " did not end: " + Files.readString(out));
        }
        return new Run(process.exitValue(), Files.readString(out));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void logsExecAttachAndPortForwardWorkAsAgainstUpstream(Path kubectl) throws Exception {
        assumeTrue(Files.isExecutable(kubectl), "SKIPPED: there is no " + kubectl);
        assertThat(run(kubectl, "", "logs", "-f", "web")).isEqualTo(new Run(0, "one\ntwo\nthree\n"));
        Run previous = run(kubectl, "", "logs", "-p", "web");
        assertThat(previous.output())
                .isEqualTo(
                        "Error from server (BadRequest): previous terminated container \"app\" in pod \"web\" not found\n");
        assertThat(run(kubectl, "to and fro\n", "exec", "-i", "web", "--", "cat"))
                .isEqualTo(new Run(0, "to and fro\n"));
        assertThat(run(kubectl, "", "exec", "web", "--", "ls", "-l")).isEqualTo(new Run(0, "ran ls -l\n"));
        Run failed = run(kubectl, "", "exec", "web", "--", "fail");
        assertThat(failed.code()).isEqualTo(3);
        assertThat(failed.output()).contains("it failed\n").contains("command terminated with exit code 3");
        Run missing = run(kubectl, "", "exec", "web", "--", "missing");
        assertThat(missing.output()).contains("container not found (\"app\")");
        assertThat(run(kubectl, "attached\n", "attach", "-i", "web").output()).contains("attached\n");
        String much = "0123456789abcdef\n".repeat(60_000);
        assertThat(run(kubectl, much, "exec", "-i", "web", "--", "cat")).isEqualTo(new Run(0, much));
        forward(kubectl);
    }

    private void forward(Path kubectl) throws Exception {
        Process process = command(kubectl, "port-forward", "pod/web", ":8080").start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            String line = lines.readLine();
            assertThat(line).startsWith("Forwarding from 127.0.0.1:");
            int port = Integer.parseInt(line.replaceAll("^.*127.0.0.1:(\\d+) .*$", "$1"));
            for (String word : List.of("one", "two")) {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    socket.getOutputStream().write((word + "\n").getBytes(UTF_8));
                    assertThat(new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine())
                            .isEqualTo(word.toUpperCase(java.util.Locale.ROOT));
                }
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
    }
}
