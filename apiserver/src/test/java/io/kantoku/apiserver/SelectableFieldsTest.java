package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields by which custom resources are selected (KEP-4358): each version has its own. */
class SelectableFieldsTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String FIRST = "/apis/example.com/v1/namespaces/default/hosts";
    private static final String SECOND = "/apis/example.com/v2/namespaces/default/hosts";

    private static final String HOSTS = """
            metadata: {name: hosts.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: hosts, kind: Host}
              conversion: %s
              versions:
              - {name: v1, served: true, storage: true, selectableFields: [{jsonPath: .hostPort}],
                 schema: {openAPIV3Schema: {type: object, properties: {hostPort: {type: string}}}}}
              - {name: v2, served: true, storage: false, selectableFields: [{jsonPath: .port}, {jsonPath: .host}],
                 schema: {openAPIV3Schema: {type: object, properties: {host: {type: string}, port: {type: string}}}}}
            """;

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private List<String> names(String target) {
        return api.get(target)
                .path("items")
                .valueStream()
                .map(item -> item.path("metadata").path("name").asText())
                .toList();
    }

    @Test
    void aVersionIsSelectedByItsOwnFieldsOfConvertedObjects() throws Exception {
        try (TestWebhook webhook = new TestWebhook().on("/convert", (request, response) -> {
            String desired = request.path("desiredAPIVersion").asText();
            response.putObject("result").put("status", "Success");
            for (JsonNode each : request.path("objects")) {
                ObjectNode object = each.deepCopy();
                object.put("apiVersion", desired);
                if (desired.endsWith("/v1")) {
                    object.put(
                            "hostPort",
                            object.path("host").asText() + ":"
                                    + object.path("port").asText());
                    object.remove(List.of("host", "port"));
                } else {
                    String[] parts = object.path("hostPort").asText().split(":", 2);
                    object.put("host", parts[0]).put("port", parts[1]).remove("hostPort");
                }
                response.withArrayProperty("convertedObjects").add(object);
            }
        })) {
            api.ok(
                    "POST",
                    DEFINITIONS,
                    HOSTS.formatted("{strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: %s}}"
                            .formatted(webhook.config("/convert"))));
            FakeExchange byHost = api.watch(SECOND + "?watch=1&fieldSelector=host%3Dhost1");
            FakeExchange byBoth = api.watch(SECOND + "?watch=1&fieldSelector=host%3Dhost1,port%3D80");
            FakeExchange stored = api.watch(FIRST + "?watch=1&fieldSelector=hostPort%3Dhost1:80");
            api.ok("POST", SECOND, "metadata: {name: a}\nhost: host1\nport: '80'");
            api.ok("POST", SECOND, "metadata: {name: b}\nhost: host1\nport: '8080'");
            api.ok("POST", SECOND, "metadata: {name: c}\nhost: host2");

            webhook.requests().clear();
            assertThat(names(SECOND + "?fieldSelector=host%3Dhost1")).containsExactly("a", "b");
            assertThat(webhook.requests())
                    .as("one review to select, one to show, beside those of watches")
                    .filteredOn(review -> review.path("objects").size() == 3)
                    .hasSizeLessThanOrEqualTo(1);
            assertThat(names(SECOND + "?fieldSelector=host%3Dhost1&limit=1")).containsExactly("a");
            assertThat(names(SECOND + "?fieldSelector=host%3Dhost1,port%3D80")).containsExactly("a");
            assertThat(names(FIRST + "?fieldSelector=hostPort%3Dhost1:8080")).containsExactly("b");
            assertThat(TestApi.shortly(TestApi.event(byHost))).isEqualTo("ADDED a");
            assertThat(TestApi.shortly(TestApi.event(byHost))).isEqualTo("ADDED b");
            assertThat(TestApi.shortly(TestApi.event(byBoth))).isEqualTo("ADDED a");
            assertThat(TestApi.shortly(TestApi.event(stored))).isEqualTo("ADDED a");

            api.ok("DELETE", SECOND + "?fieldSelector=host%3Dhost1,port%3D80", "");
            api.ok(api.patch(SECOND + "/b", "application/merge-patch+json", "{\"host\":\"host2\"}"));
            assertThat(TestApi.shortly(TestApi.event(byHost))).isEqualTo("DELETED a");
            assertThat(TestApi.shortly(TestApi.event(byHost))).isEqualTo("DELETED b");
            assertThat(TestApi.shortly(TestApi.event(byBoth))).isEqualTo("DELETED a");
            assertThat(names(SECOND + "?fieldSelector=host%3Dhost1")).isEmpty();
            assertThat(names(SECOND)).containsExactly("b", "c");
        }
    }

    @Test
    void fieldsOfAnotherVersionAreNotSupported() {
        api.ok("POST", DEFINITIONS, HOSTS.formatted("{strategy: None}"));
        for (String verb : List.of("", "watch=1&")) {
            assertThat(api.refused(400, api.call("GET", SECOND + "?" + verb + "fieldSelector=hostPort%3Dx", ""))
                            .path("message")
                            .asText())
                    .isEqualTo("field label not supported: hostPort");
        }
        api.refused(400, api.call("DELETE", FIRST + "?fieldSelector=host%3Dx", ""));
        assertThat(api.get("/openapi/v3/apis/example.com/v2")
                        .at("/components/schemas/com.example.v2.Host/x-kubernetes-selectable-fields"))
                .isEqualTo(TestApi.yaml("a: [{fieldPath: port}, {fieldPath: host}]")
                        .path("a"));
        assertThat(api.get("/openapi/v2").at("/definitions/com.example.v1.Host/x-kubernetes-selectable-fields"))
                .isEqualTo(TestApi.yaml("a: [{fieldPath: hostPort}]").path("a"));
    }

    @Test
    void aFieldThatBecomesSelectableIsFoundInObjectsOfBefore() {
        String before = HOSTS.formatted("{strategy: None}").replace("{jsonPath: .port}, ", "");
        api.ok("POST", DEFINITIONS, before);
        api.ok("POST", SECOND, "metadata: {name: a}\nhost: h");
        api.ok("POST", FIRST, "metadata: {name: b}\nhostPort: 'h:1'");
        assertThat(names(FIRST + "?fieldSelector=hostPort%3Dh:1")).containsExactly("b");
        api.ok(
                api.patch(
                        DEFINITIONS + "/hosts.example.com",
                        "application/json-patch+json",
                        "[{\"op\":\"add\",\"path\":\"/spec/versions/0/schema/openAPIV3Schema/properties/more\",\"value\":{\"type\":\"string\"}},"
                                + "{\"op\":\"add\",\"path\":\"/spec/versions/0/selectableFields/-\",\"value\":{\"jsonPath\":\".more\"}}]"));
        api.ok("POST", FIRST, "metadata: {name: c}\nhostPort: 'h:1'\nmore: x");
        assertThat(names(FIRST + "?fieldSelector=more%3Dx,hostPort%3Dh:1")).containsExactly("c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | [0].jsonPath: Required value",
                ".spec.none | [0].jsonPath: Invalid value: \".spec.none\": is an invalid path: does not refer to a valid field",
                ".spec.list[0] | [0].jsonPath: Invalid value: \".spec.list[0]\": is an invalid path: array notation is not allowed",
                "spec.a1 | [0].jsonPath: Invalid value: \"spec.a1\": is an invalid path: expected [ or . but got: spec",
                ".spec | [0].jsonPath: Invalid value: \".spec\": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.",
                ".metadata.name | [0].jsonPath: Invalid value: \".metadata.name\": must not point to fields in metadata",
                ".spec.a1\"}, {jsonPath: \".spec.a1 | [1].jsonPath: Duplicate value: \".spec.a1\"",
                ".spec.a1\"}, {jsonPath: .spec.a2}, {jsonPath: .spec.a3}, {jsonPath: .spec.a4}, {jsonPath: .spec.a5}, {jsonPath: .spec.a6}, {jsonPath: .spec.a7}, {jsonPath: .spec.a8}, {jsonPath: \".spec.a9 | : Too many: 9: must have at most 8 items",
            })
    void refusesWhatCannotBeSelectedBy(String path, String why) {
        String properties = String.join(
                ", ",
                List.of("1", "2", "3", "4", "5", "6", "7", "8", "9").stream()
                        .map(n -> "a" + n + ": {type: string}")
                        .toList());
        String definition = """
                metadata: {name: hosts.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: hosts, kind: Host}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    selectableFields: [{jsonPath: "%s"}]
                    schema: {openAPIV3Schema: {type: object, properties: {
                      metadata: {type: object, properties: {name: {type: string}}},
                      spec: {type: object, properties: {list: {type: array, items: {type: string}}, %s}}}}}
                """.formatted(path, properties);
        assertThat(api.refused(422, api.call("POST", DEFINITIONS, definition))
                        .path("message")
                        .asText())
                .endsWith("is invalid: spec.versions[0].selectableFields" + why);
    }
}
