package io.kantoku.kubelet.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A runtime with one pod, {@code ns/web}, whose container {@code app} logs to a file and streams to a URL that a test names. */
final class FakeRuntime implements PodStreams {
    final List<String> calls = new ArrayList<>();
    volatile URI url = URI.create("http://127.0.0.1:1/none");
    private final Path log;

    FakeRuntime(Path log) {
        this.log = log;
    }

    @Override
    public List<KubeObject> pods() {
        return List.of(KubeObject.of(Yaml.parseObject("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: ns, uid: u1}
                spec: {containers: [{name: app, image: web}]}
                """)));
    }

    @Override
    public ContainerLog log(ContainerName container, boolean previous) {
        if (previous) {
            throw new StreamRefusal(400, "previous terminated container \"app\" in pod \"web\" not found");
        }
        return new ContainerLog(log, () -> false);
    }

    @Override
    public URI exec(ContainerName container, List<String> command, Standard streams) {
        calls.add("exec " + container + " " + command + " " + streams);
        return url;
    }

    @Override
    public URI attach(ContainerName container, Standard streams) {
        calls.add("attach " + container + " " + streams);
        return url;
    }

    @Override
    public URI portForward(String namespace, String pod, List<Integer> ports) {
        calls.add("portForward " + namespace + "/" + pod + " " + ports);
        return url;
    }

    @Override
    public CommandResult run(ContainerName container, List<String> command, Duration timeout) {
        return new CommandResult(0, String.join("|", command).getBytes(StandardCharsets.UTF_8), new byte[0]);
    }

    @Override
    public ObjectNode configuration() {
        return Json.object().put("maxPods", 110);
    }

    @Override
    public NodeUsage usage() {
        NodeUsage.Usage usage = new NodeUsage.Usage(
                Instant.parse("2026-01-02T03:04:05Z"), Instant.parse("2026-01-02T03:00:00Z"), 1_500_000_000L, 1024);
        return new NodeUsage(
                "n1",
                usage,
                List.of(new NodeUsage.PodUsage(
                        "ns", "web", "u1", usage, List.of(new NodeUsage.ContainerUsage("app", usage)))));
    }
}
