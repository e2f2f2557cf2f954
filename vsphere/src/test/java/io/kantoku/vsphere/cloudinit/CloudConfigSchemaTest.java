package io.kantoku.vsphere.cloudinit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every document that is printed is one that cloud-init's own schema takes. */
public class CloudConfigSchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is wrong with a document by cloud-init's schema. */
    public static Set<ValidationMessage> faults(String yaml) throws IOException {
        try (InputStream in = CloudConfigSchemaTest.class.getResourceAsStream("cloud-config-schema.json")) {
            JsonSchema schema =
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(JSON.readTree(in));
            Object document = new Load(LoadSettings.builder().build()).loadFromString(yaml);
            JsonNode tree = JSON.valueToTree(document);
            return schema.validate(tree);
        }
    }

    @Test
    void whatIsPrintedFits() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            String yaml = RandomCloudInit.config(random).toYaml();
            assertThat(faults(yaml))
                    .as("seed %s%n%s", seed, yaml)
                    .noneMatch(fault -> !fault.getMessage().contains("owner")); // random owners are no names of users
        }
    }

    @Test
    void theSchemaFindsFaults() throws IOException {
        assertThat(faults("#cloud-config\nwrite_files:\n- content: x\n")).isNotEmpty();
        assertThat(faults("#cloud-config\nwrite_files:\n- path: /x\n  encoding: utf-8\n"))
                .isNotEmpty();
        assertThat(faults("#cloud-config\nruncmd: reboot\n")).isNotEmpty();
        assertThat(faults("#cloud-config\nrun_cmd: [reboot]\n")).isNotEmpty();
        assertThat(faults("#cloud-config\nruncmd: [reboot]\n")).isEmpty();
    }
}
