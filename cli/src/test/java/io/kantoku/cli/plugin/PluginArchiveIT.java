package io.kantoku.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The downloaded plugin, unpacked and started as kubectl starts it. */
class PluginArchiveIT {
    @TempDir
    Path directory;

    @BeforeEach
    void unpack() throws IOException {
        byte[] archive = new PluginArchive().archive("linux-amd64").orElseThrow();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path path = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(zip, path);
                }
            }
        }
        assertThat(directory.resolve("bin/kubectl-vsphere").toFile().setExecutable(true))
                .isTrue();
    }

    @Test
    void isFoundByKubectl() throws Exception {
        assertThat(run(List.of("kubectl", "vsphere", "version"), Map.of())).startsWith("0\nkubectl-vsphere: version ");
    }

    @Test
    void logsInWithNothingButItsOwnJars() throws Exception {
        try (FakeSupervisor supervisor = new FakeSupervisor("127.0.0.24")) {
            Path authority = Files.writeString(directory.resolve("ca.pem"), supervisor.authority.certificatePem());
            String result = run(
                    List.of(
                            "kubectl",
                            "vsphere",
                            "login",
                            "--server=" + supervisor.address(),
                            "--certificate-authority=" + authority,
                            "--vsphere-username=" + FakeSupervisor.USER,
                            "--tanzu-kubernetes-cluster-name=tkc01"),
                    Map.of("KUBECTL_VSPHERE_PASSWORD", FakeSupervisor.PASSWORD));

            assertThat(result).startsWith("0\n").contains("   tkc01\n");
            assertThat(run(List.of("kubectl", "config", "current-context"), Map.of()))
                    .isEqualTo("0\ntkc01\n");
            assertThat(run(List.of("kubectl", "vsphere", "logout"), Map.of())).startsWith("0\n");
            assertThat(run(List.of("kubectl", "config", "get-contexts", "-o", "name"), Map.of()))
                    .isEqualTo("0\n");
        }
    }

    @Test
    void explainsAnUntrustedServer() throws Exception {
        try (FakeSupervisor supervisor = new FakeSupervisor("127.0.0.25")) {
            String result = run(List.of("kubectl", "vsphere", "login", "--server=" + supervisor.address()), Map.of());

            assertThat(result).startsWith("1\ntime=").contains("unknown authority", "certs/download.zip");
            assertThat(result.lines()).hasSize(2);
        }
    }

    @Test
    void saysWhichJavaItNeeds() throws Exception {
        String result = run(
                List.of("/bin/sh", "-c", "sed 's/^required=.*/required=999/' bin/kubectl-vsphere >bin/x; sh bin/x"),
                Map.of());

        assertThat(result).startsWith("1\nkubectl-vsphere: no Java 999 or newer was found");
    }

    /** The exit code in the first line, then what was printed. */
    private String run(List<String> command, Map<String, String> variables) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> environment = builder.environment();
        environment.put("PATH", directory.resolve("bin") + ":" + environment.get("PATH"));
        environment.put("HOME", directory.toString());
        environment.put("KANTOKU_JAVA_HOME", System.getProperty("java.home"));
        environment.put("KUBECONFIG", directory.resolve("kubeconfig").toString());
        environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        environment.keySet().removeAll(List.of("HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"));
        environment.putAll(variables);
        Process process = builder.start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes());
            return process.waitFor() + "\n" + text;
        }
    }
}
