package io.kantoku.testkit.envtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two programs together, without processes. */
class ProgramsTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream log = new PrintStream(output, true, StandardCharsets.UTF_8);

    @Test
    void theServerKeepsItsStoreWhereEtcdSays() throws IOException {
        try (Etcd etcd = etcd()) {
            assertThat(read("http://127.0.0.1:" + etcd.port() + "/health")).contains("\"health\":\"true\"");
            for (int start = 1; start <= 2; start++) {
                try (KubeApiServer server = start(etcd.port(), "--max-requests-inflight", "10")) {
                    assertThat(server.port()).isPositive();
                }
            }
        }
        assertThat(directory.resolve("data/kube-apiserver")).isDirectory();
        assertThat(directory.resolve("apiserver.crt")).content().contains("BEGIN CERTIFICATE");
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains("these flags change nothing here: --max-requests-inflight", "Serving securely on 127.0.0.1:");
    }

    @Test
    void aForeignEtcdIsNamed() throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.start();
        try {
            assertThatThrownBy(() -> start(other.getAddress().getPort()))
                    .hasMessageContaining("is not the etcd beside this kube-apiserver");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void nothingIsOpenedToOtherMachines() throws IOException {
        assertThat(LocalAddress.of("0.0.0.0").isLoopbackAddress()).isTrue();
        assertThat(LocalAddress.of("::").isLoopbackAddress()).isTrue();
        assertThat(LocalAddress.of("127.0.0.9").getHostAddress()).isEqualTo("127.0.0.9");
    }

    private Etcd etcd() throws IOException {
        return Etcd.start(
                Flags.parse("-data-dir", directory.resolve("data").toString(), "--listen-client-urls=http://0.0.0.0:0"),
                log);
    }

    private KubeApiServer start(int etcd, String... more) throws IOException {
        String[] flags = new String[4 + more.length];
        flags[0] = "--etcd-servers=http://127.0.0.1:" + etcd;
        flags[1] = "--secure-port=0";
        flags[2] = "--cert-dir=" + directory;
        flags[3] = "--authorization-mode=RBAC";
        System.arraycopy(more, 0, flags, 4, more.length);
        return KubeApiServer.start(Flags.parse(flags), KubernetesRelease.newest(), log);
    }

    private static String read(String url) throws IOException {
        try (var stream = URI.create(url).toURL().openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void filesAreMadeForTheOwnerOnly() throws IOException {
        try (Etcd etcd = etcd();
                KubeApiServer _ = start(etcd.port())) {
            assertThat(Files.getPosixFilePermissions(directory.resolve("apiserver.key")))
                    .hasSize(2);
        }
    }
}
