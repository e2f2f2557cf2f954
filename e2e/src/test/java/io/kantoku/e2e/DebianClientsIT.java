package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.testkit.Kubeconfig;
import io.kantoku.testkit.KubernetesApiServer;
import io.kantoku.testkit.TestCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that Debian has packages of: Python's, Ruby's, Ansible's, and Patroni, which keeps its leader in Kubernetes. */
@KubernetesApiServer(nodes = 2)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class DebianClientsIT {
    private static final Path RESOURCES =
            Path.of("src/test/resources/io/kantoku/e2e").toAbsolutePath();
    private static final String PYTHON = "/usr/bin/python3"; // Debian's, which has Debian's modules

    @Kubeconfig
    private Path kubeconfig;

    @TempDir
    private Path directory;

    private List<String> run(String... command) throws Exception {
        Map<String, String> environment = Map.of("HOME", directory.toString(), "TMPDIR", directory.toString());
        return Programs.output(directory, environment, List.of(command)).lines().toList();
    }

    @Test
    void thePythonClient() throws Exception {
        assertThat(run(PYTHON, RESOURCES.resolve("python/client.py").toString(), kubeconfig.toString()))
                .containsExactly(
                        "version 1",
                        "listed 1 True",
                        "watched ADDED {'a': 'b'}",
                        "patched {'a': 'b', 'c': 'd'}",
                        "patched {'c': 'd'}",
                        "tried Success",
                        "deleted Success",
                        "ready py",
                        "no exec True",
                        "custom 8",
                        "applied b",
                        "conflict",
                        "forced c");
    }

    @Test
    void patroniInConfigMaps() throws Exception {
        assertThatPatroniWorksWith("configmaps");
    }

    @Test
    void patroniInEndpoints() throws Exception {
        assertThatPatroniWorksWith("endpoints");
    }

    private void assertThatPatroniWorksWith(String objects) throws Exception {
        try (TestCluster cluster = TestCluster.start()) {
            cluster.client()
                    .pods()
                    .inNamespace("default")
                    .load(RESOURCES.resolve("python/database-pod.yaml").toFile())
                    .create();
            Path file = cluster.kubeconfigFile();
            assertThat(run(
                            PYTHON,
                            RESOURCES.resolve("python/database.py").toString(),
                            file.toString(),
                            cluster.config().getCurrentContext().getName(),
                            objects))
                    .containsExactly(
                            "initialized yes",
                            "configured yes",
                            "leads yes",
                            "member yes",
                            "leads on yes",
                            "hands over yes",
                            "sees p1 ['p1'] 12345 p2",
                            "stands down True");
        }
    }

    @Test
    void theRubyClient() throws Exception {
        assertThat(run("/usr/bin/ruby", RESOURCES.resolve("ruby/client.rb").toString(), kubeconfig.toString()))
                .containsExactly(
                        "valid true",
                        "created b",
                        "updated c",
                        "patched e",
                        "patched nil",
                        "merged {:f=>\"g\"}",
                        "applied b",
                        "conflict 409",
                        "paged 1 1",
                        "watched DELETED rb",
                        "refused pods \"nobody\" not found");
    }

    @Test
    void ansible() throws Exception {
        Path collections =
                DebianPackages.directory("ansible", "usr/lib/python3/dist-packages/ansible_collections/kubernetes");
        Map<String, String> environment = Map.of(
                "HOME", directory.toString(),
                "ANSIBLE_COLLECTIONS_PATH", collections.getParent().getParent().toString(),
                "ANSIBLE_LOCALHOST_WARNING", "false",
                "ANSIBLE_NOCOLOR", "1",
                "K8S_AUTH_KUBECONFIG", kubeconfig.toString());
        List<String> playbook = List.of(
                "/usr/bin/ansible-playbook",
                "-i",
                "localhost,",
                "-e",
                "ansible_python_interpreter=" + PYTHON,
                RESOURCES.resolve("ansible/playbook.yml").toString());
        assertThat(Programs.output(directory, environment, playbook))
                .contains("All assertions passed", "failed=0")
                .doesNotContain("failed=1");
    }
}
