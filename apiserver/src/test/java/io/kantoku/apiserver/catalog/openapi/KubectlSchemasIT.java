package io.kantoku.apiserver.catalog.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kantoku.apimachinery.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl reads the documents. */
final class KubectlSchemasIT {
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: default}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: a, image: nginx:1}
                  - {name: b, image: envoy:1}
            """;

    @TempDir
    private Path directory;

    private DocumentServer server;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(KUBECTL), "SKIPPED: there is no " + KUBECTL);
        server = new DocumentServer();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void explainsPods() throws Exception {
        assertThat(kubectl("explain", "pods.spec.affinity"))
                .contains("FIELD: affinity <Affinity>", "nodeAffinity")
                .doesNotContain("<no description>");
        assertThat(kubectl("explain", "pods.spec.containers.imagePullPolicy"))
                .contains("FIELD: imagePullPolicy <string>", "ENUM:", "IfNotPresent");
        assertThat(kubectl("explain", "pods.spec.containers", "--recursive"))
                .contains("FIELD: containers <[]Container>", "livenessProbe", "limits\t<map[string]Quantity>");
        assertThat(kubectl("explain", "hpa.spec.metrics", "--api-version=autoscaling/v2"))
                .contains("<[]MetricSpec>");
        assertThat(kubectl("explain", "crd.spec.versions.schema.openAPIV3Schema"))
                .contains("JSONSchemaProps");
    }

    @Test
    void leavesTheValidationOfFieldsToTheServer() throws Exception {
        kubectl("apply", "-f", file(DEPLOYMENT));

        assertThat(server.writes()).singleElement().satisfies(write -> {
            assertThat(write.method()).isEqualTo("POST");
            assertThat(write.query()).contains("fieldValidation=Strict");
        });
    }

    @Test
    void mergesListsByTheirKeys() throws Exception {
        kubectl("apply", "-f", file(DEPLOYMENT));
        kubectl("apply", "-f", file(DEPLOYMENT.replace("envoy:1", "envoy:2")));

        DocumentServer.Write patch = server.writes().getLast();
        assertThat(patch.mediaType()).isEqualTo("application/strategic-merge-patch+json");
        assertThat(Json.parseObject(patch.body().getBytes(StandardCharsets.UTF_8))
                        .at("/spec/template/spec")
                        .toString())
                .contains("{\"image\":\"envoy:2\",\"name\":\"b\"}")
                .doesNotContain("nginx");
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("manifest.yaml"), text).toString();
    }

    private String kubectl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                KUBECTL.toString(),
                "--server=" + server.url(),
                "--kubeconfig=/dev/null",
                "--cache-dir=" + directory.resolve("cache")));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
