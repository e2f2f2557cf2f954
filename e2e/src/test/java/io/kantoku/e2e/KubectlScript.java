package io.kantoku.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of the commands of {@code script.txt} on one cluster.
 *
 * <p>Blanks separate words. In a word, {@code _} stands for a blank, {@code FILE} for the directory of objects, and {@code NODE} for
 * the name of a node. Two kinds of lines are about a command that goes on, such as a watch: {@code until TEXT: …} begins it and waits
 * for its first line; {@code ended} waits until it has printed the text, ends it, and takes down what it has printed.
 */
final class KubectlScript {
    static final Path RESOURCES = Path.of("src/test/resources/io/kantoku/e2e/kubectl");
    private static final String UNTIL = "until ";
    private static final String ENDED = "ended";
    private static final long LIMIT_SECONDS = 90;
    private static final long PAUSE_MILLIS = 20;

    private final Path kubectl;
    private final Path directory;
    private final Map<String, String> environment;
    private final Map<String, String> names = new LinkedHashMap<>();

    private record Watch(Process process, Path output, String text) {}

    /**
     * @param directory of this run's own
     * @param kubeconfig of an administrator
     */
    KubectlScript(Path kubectl, Path directory, String kubeconfig) throws IOException {
        this.kubectl = kubectl;
        this.directory = Files.createDirectories(directory);
        Path config = Files.writeString(directory.resolve("config"), kubeconfig);
        Path editor = Files.writeString(directory.resolve("editor"), "#!/bin/sh\nsed -i 's/green/red/' \"$1\"\n");
        if (!editor.toFile().setExecutable(true)) {
            throw new IOException(editor + " cannot be made executable");
        }
        this.environment = Map.of(
                "KUBECONFIG", config.toString(),
                "EDITOR", editor.toString(),
                "KUBE_EDITOR", editor.toString(),
                "KUBECTL_EXTERNAL_DIFF", "diff -U0 -N", // what surrounds a change has times
                "HOME", directory.toString());
    }

    /** Runs all commands. Returns them, each with what it printed, without what differs from run to run. */
    String run() throws IOException, InterruptedException {
        nameNodes();
        StringBuilder transcript = new StringBuilder();
        Watch watch = null;
        try {
            for (String line : Files.readAllLines(RESOURCES.resolve("script.txt"))) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String printed;
                if (line.startsWith(UNTIL)) {
                    watch = watch(line);
                    printed = "";
                } else if (line.equals(ENDED) && watch != null) {
                    printed = end(watch);
                    watch = null;
                } else {
                    printed = execute(line);
                }
                transcript.append("$ kubectl ").append(line).append('\n').append(normal(printed));
            }
        } finally {
            kill(watch);
        }
        return transcript.toString();
    }

    /** Workers first: {@code NODE} is one that pods run on, where there is such a node. */
    private void nameNodes() throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        String json = execute("get nodes -o json");
        for (JsonNode node : Json.parse(json.getBytes(StandardCharsets.UTF_8)).path("items")) {
            String name = node.at("/metadata/name").asText();
            found.add((node.at("/spec/taints").isEmpty() ? "0" : "1") + name);
        }
        found.sort(null);
        for (int i = 0; i < found.size(); i++) {
            names.put(i == 0 ? "NODE" : "OTHER-" + i, found.get(i).substring(1));
        }
    }

    private String normal(String printed) {
        String text = printed;
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace(name.getValue(), name.getKey());
        }
        return Transcript.normal(text);
    }

    private Process start(String line, Path output) throws IOException {
        List<String> command = new ArrayList<>(List.of(kubectl.toString()));
        for (String word : line.split(" ", -1)) {
            command.add(word.replace("FILE", RESOURCES.resolve("objects").toString())
                    .replace("NODE", names.getOrDefault("NODE", ""))
                    .replace('_', ' '));
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String execute(String line) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = start(line, output);
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return Files.readString(output) + "(did not end)\n";
        }
        String text = Files.readString(output);
        String ended = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
        return process.exitValue() == 0 ? ended : ended + "(exit " + process.exitValue() + ")\n";
    }

    private Watch watch(String line) throws IOException, InterruptedException {
        int colon = line.indexOf(": ");
        Path output = directory.resolve("watched");
        Watch watch =
                new Watch(start(line.substring(colon + 2), output), output, line.substring(UNTIL.length(), colon));
        await(watch, "\n");
        return watch;
    }

    private static String end(Watch watch) throws IOException, InterruptedException {
        await(watch, watch.text());
        kill(watch);
        return Files.readString(watch.output());
    }

    private static void await(Watch watch, String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!Files.readString(watch.output()).contains(text)
                && watch.process().isAlive()
                && System.nanoTime() < end) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static void kill(@Nullable Watch watch) throws InterruptedException {
        if (watch != null) {
            watch.process().destroyForcibly().waitFor();
        }
    }
}
