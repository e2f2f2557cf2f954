package io.kantoku.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static final JsonNode OBJECT = Yaml.parse("""
            metadata: {name: x, labels: {example.com/a: b}}
            spec: {n: 3, list: [a, b, c], flag: true}
            status:
              conditions:
              - {type: Ready, status: "True", n: 1}
              - {type: Other, status: "False", n: 2}
              empty: []
            """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ".metadata.name | x",
                "{.metadata.name} | x",
                "$.metadata.name | x",
                ".metadata['name'] | x",
                ".metadata.labels.example\\.com/a | b",
                ".metadata.labels['example.com/a'] | b",
                ".spec.list[0] | a",
                ".spec.list[-1] | c",
                ".spec.list[1:] | b c",
                ".spec.list[*] | a b c",
                ".spec.list | [\"a\",\"b\",\"c\"]",
                ".spec.flag | true",
                ".status.conditions[?(@.type==\"Ready\")].status | True",
                ".status.conditions[?(@.type=='Other')].status | False",
                ".status.conditions[?(@.n>1)].type | Other",
                ".status.conditions[?(@.n<=1)].type | Ready",
                ".status.conditions[?(@.type!=\"Ready\")].type | Other",
                ".status.conditions[?(@.status)].type | Ready Other",
                ".status.conditions[*].type | Ready Other",
                ".spec.* | 3 [\"a\",\"b\",\"c\"] true",
            })
    void finds(String path, String printed) {
        assertThat(JsonPath.parse(path).print(OBJECT)).isEqualTo(printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".none",
                ".spec.n.m",
                ".spec.list[9]",
                ".status.empty[0]",
                ".status.conditions[?(@.type==\"x\")].status"
            })
    void findsNothingWhereNothingIs(String path) {
        assertThat(JsonPath.parse(path).find(OBJECT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..a", ".a[", ".a[x]", ".a[?(@.b==c)]", ".a]", ".a[?(@.b==\"c)]"})
    void refusesWhatItCannotRead(String path) {
        assertThatThrownBy(() -> JsonPath.parse(path)).isInstanceOf(IllegalArgumentException.class);
    }
}
