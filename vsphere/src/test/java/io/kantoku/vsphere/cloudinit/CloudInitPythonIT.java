package io.kantoku.vsphere.cloudinit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents mean the same to the YAML 1.1 reader that cloud-init uses (PyYAML). */
class CloudInitPythonIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCRIPT = """
            import json, sys, yaml
            texts = json.load(open(sys.argv[1]))
            json.dump([yaml.safe_load(text) for text in texts], open(sys.argv[2], "w"))
            """;

    @TempDir
    Path directory;

    @Test
    void pythonReadsWhatWasWritten() throws Exception {
        assumeTrue(
                python("import yaml") == 0, "SKIPPED: python3 with PyYAML is not installed; apt install python3-yaml");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<CloudInit> configs = new ArrayList<>();
        ArrayNode texts = JSON.createArrayNode();
        for (int i = 0; i < 2_000; i++) {
            CloudInit config = RandomCloudInit.config(random);
            configs.add(config);
            texts.add(config.toYaml());
        }
        Path in = Files.write(directory.resolve("in.json"), JSON.writeValueAsBytes(texts));
        Path out = directory.resolve("out.json");
        assertThat(python(SCRIPT, in.toString(), out.toString()))
                .as("seed %s", seed)
                .isZero();
        JsonNode read = JSON.readTree(out.toFile());
        for (int i = 0; i < configs.size(); i++) {
            assertThat(read.get(i))
                    .as("seed %s%n%s", seed, texts.get(i).textValue())
                    .isEqualTo(plain(configs.get(i)));
        }
    }

    private int python(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", script));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("python.log").toFile())
                    .start();
        } catch (IOException e) {
            return 127;
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return 124;
        }
        return process.exitValue();
    }

    /** The document as plain data, made without YAML. */
    private static JsonNode plain(CloudInit config) {
        ObjectNode root = JSON.createObjectNode();
        put(root, "hostname", config.hostname());
        for (User user : config.users()) {
            ObjectNode node = root.withArray("users").addObject();
            node.put("name", user.name());
            put(node, "groups", user.groups());
            put(node, "shell", user.shell());
            put(node, "sudo", user.sudo());
            put(node, "passwd", user.passwordHash());
            if (user.passwordLocked() != null) {
                node.put("lock_passwd", user.passwordLocked());
            }
            user.authorizedKeys()
                    .forEach(key -> node.withArray("ssh_authorized_keys").add(key));
        }
        for (WriteFile file : config.files()) {
            ObjectNode node = root.withArray("write_files").addObject();
            node.put("path", file.path()).put("permissions", file.permissions());
            put(node, "owner", file.owner());
            switch (file.encoding()) {
                case TEXT -> node.put("content", file.text());
                case BASE64 -> encoded(node, "b64", file.content().bytes());
                case GZIP_BASE64 ->
                    encoded(node, "gz+b64", CloudInitPrinter.gzip(file.content().bytes()));
            }
        }
        for (Command command : config.commands()) {
            ArrayNode commands = root.withArray("runcmd");
            switch (command) {
                case Command.Shell(String line) -> commands.add(line);
                case Command.Exec(var words) -> words.forEach(commands.addArray()::add);
            }
        }
        return root;
    }

    private static void put(ObjectNode node, String key, String value) {
        if (!value.isEmpty()) {
            node.put(key, value);
        }
    }

    private static void encoded(ObjectNode node, String encoding, byte[] bytes) {
        node.put("encoding", encoding)
                .put("content", java.util.Base64.getEncoder().encodeToString(bytes));
    }
}
