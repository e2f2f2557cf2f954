package io.kantoku.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
    @ParameterizedTest
    @CsvSource({
        "PT-5S,<invalid>",
        "PT-1S,0s",
        "PT0S,0s",
        "PT119S,119s",
        "PT2M,2m",
        "PT9M24S,9m24s",
        "PT10M30S,10m",
        "PT150M,150m",
        "PT3H,3h",
        "PT3H10M,3h10m",
        "PT17H20M,17h",
        "PT48H,2d",
        "PT50H,2d2h",
        "P8D,8d",
        "P729D,729d",
        "P730D,2y",
        "P800D,2y70d",
        "P2920D,8y",
    })
    void agesReadAsKubectlsDo(Duration duration, String text) {
        assertThat(Ages.human(duration)).isEqualTo(text);
    }

    @Test
    void columnsOfACustomResourceComeFromItsDefinition() {
        PrinterColumns columns = PrinterColumns.parse(Yaml.parse("""
                - {name: Control Plane, type: integer, jsonPath: .spec.topology.controlPlane.count}
                - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
                - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
                - {name: Missing, type: string, jsonPath: .status.none, priority: 1}
                """));
        ObjectNode object = RandomJson.yaml("""
                metadata: {name: tkc01, creationTimestamp: "2020-09-29T10:00:00Z"}
                spec: {topology: {controlPlane: {count: 3}}}
                status: {conditions: [{type: Ready, status: "True"}]}
                """);
        Table table = new Table(columns.columns(), List.of(columns.row(object, Instant.parse("2020-09-29T10:09:24Z"))));
        ObjectNode metadata = Json.object().put("resourceVersion", "7");
        ObjectNode json = table.toJson(Table.Include.METADATA, metadata);
        assertThat(json.at("/rows/0/cells")).isEqualTo(Yaml.parse("[tkc01, 3, 'True', 9m24s, null]"));
        assertThat(json.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(json.at("/rows/0/object/metadata/name").asText()).isEqualTo("tkc01");
        assertThat(json.at("/columnDefinitions/0/format").asText()).isEqualTo("name");
        assertThat(table.toJson(Table.Include.NONE, metadata).at("/rows/0").has("object"))
                .isFalse();
        assertThat(table.toJson(Table.Include.OBJECT, metadata).at("/rows/0/object"))
                .isEqualTo(object);
    }

    @Test
    void aCustomResourceWithoutColumnsShowsItsAge() {
        PrinterColumns columns = PrinterColumns.parse(Json.object().path("absent"));
        assertThat(columns.columns()).extracting(Table.Column::name).containsExactly("Name", "Age");
        assertThat(columns.row(Json.object(), Instant.EPOCH).cells()).hasSize(2);
    }
}
