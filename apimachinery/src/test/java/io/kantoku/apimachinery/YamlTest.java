package io.kantoku.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "v: 1 | {\"v\":1}",
                "v: 0644 | {\"v\":420}",
                "v: 0o644 | {\"v\":420}",
                "v: 0x1F | {\"v\":31}",
                "v: 1_000 | {\"v\":1000}",
                "v: -0b101 | {\"v\":-5}",
                "v: 1.50 | {\"v\":1.5}",
                "v: 1.0 | {\"v\":1}",
                "v: 1e3 | {\"v\":1000}",
                "v: 1.18.2 | {\"v\":\"1.18.2\"}",
                "v: yes | {\"v\":true}",
                "v: Off | {\"v\":false}",
                "v: y | {\"v\":\"y\"}",
                "v: ~ | {\"v\":null}",
                "v: | {\"v\":null}",
                "v: 2020-07-01 | {\"v\":\"2020-07-01\"}",
                "v: 12:30 | {\"v\":\"12:30\"}",
                "v: '1' | {\"v\":\"1\"}",
                "v: !!str 1 | {\"v\":\"1\"}",
                "1: a | {\"1\":\"a\"}",
                "true: a | {\"true\":\"a\"}",
                "{a: [1, x]} | {\"a\":[1,\"x\"]}",
                "v: 123456789012345678901 | {\"v\":123456789012345678901}",
                "v: 08 | {\"v\":8}",
            })
    void readsScalarsAsKubectlDoes(String yaml, String json) {
        assertThat(Yaml.parse(yaml)).isEqualTo(Json.parse(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsSeveralDocuments() {
        List<JsonNode> documents = Yaml.parseAll("---\na: 1\n---\n# nothing\n---\nb: 2\n...\n");
        assertThat(documents).hasSize(2);
        assertThat(Yaml.parseAll("")).isEmpty();
        assertThatThrownBy(() -> Yaml.parse("a: 1\n---\nb: 2")).hasMessageContaining("there are 2");
    }

    @Test
    void followsAliasesAndMerges() {
        JsonNode node = Yaml.parse("base: &b {x: 1, y: 2}\nother:\n  <<: *b\n  y: 3\nlist: [*b]\n");
        assertThat(node.path("other")).isEqualTo(Yaml.parse("{y: 3, x: 1}"));
        assertThat(node.path("list").get(0)).isEqualTo(node.path("base"));
    }

    @Test
    void refusesABillionLaughs() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [*a")
                    .append(i - 1)
                    .append(", *a")
                    .append(i - 1)
                    .append("]\n");
        }
        assertThatThrownBy(() -> Yaml.parse(bomb.toString())).hasMessageContaining("excessive aliasing");
    }

    @Test
    void refusesEndlessNesting() {
        assertThatThrownBy(() -> Yaml.parse("[".repeat(100_000))).hasMessageContaining("nested more than");
        assertThatThrownBy(() -> Yaml.parse("a: &a [*a]")).isInstanceOf(ApiException.class);
    }

    @Test
    void saysWhereItGoesWrong() {
        assertThatThrownBy(() -> Yaml.parse("a: 1\na: 2\n"))
                .hasMessage("error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n"
                        + "  line 2: key \"a\" already set in map");
        assertThatThrownBy(() -> Yaml.parse("a: [1\nb: 2")).hasMessageContaining("line 2");
        assertThatThrownBy(() -> Yaml.parse("a: .inf")).hasMessageContaining("JSON cannot hold");
    }

    @Test
    void writesWhatItReads() {
        long seed = System.nanoTime();
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < 2000; i++) {
            JsonNode node = random.object(4, true);
            String text = Yaml.write(node);
            assertThat(Json.equal(Yaml.parse(text), node))
                    .as("seed %d%n%s%n%s", seed, text, node)
                    .isTrue();
        }
    }

    @Test
    void writesLikeKubectl() {
        JsonNode node = Yaml.parse(
                "{apiVersion: v1, data: {a: \"x\\n\\n  y\\n\", b: 'true', c: '1'}, list: [{name: web}], none: {}}");
        assertThat(Yaml.write(node)).isEqualTo("""
                        apiVersion: v1
                        data:
                          a: |
                            x

                              y
                          b: "true"
                          c: "1"
                        list:
                        - name: web
                        none: {}
                        """);
        assertThat(Yaml.writeAll(List.of(Yaml.parse("a: 1"), Yaml.parse("b: 2"))))
                .isEqualTo("a: 1\n---\nb: 2\n");
    }
}
