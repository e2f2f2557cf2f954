package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules in CEL, versions, conversions and names of custom resources. */
class CustomRulesTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String ALL = "/apis/example.com/v1/namespaces/default/widgets";
    private static final String MERGE = "application/merge-patch+json";

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

    /** A definition of widgets whose {@code spec} has this schema. */
    private static String widgets(String spec) {
        return """
                metadata: {name: widgets.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: widgets, kind: Widget}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    subresources: {status: {}}
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties:
                          spec: %s
                          status: {type: object, properties: {ready: {type: boolean}}}
                """.formatted(spec);
    }

    private String message(int code, FakeExchange answered) {
        return api.refused(code, answered).path("message").asText();
    }

    @Test
    void rulesDecide() {
        api.ok("POST", DEFINITIONS, widgets("""
                {type: object, properties: {min: {type: integer}, max: {type: integer}, name: {type: string}, "a-b": {type: string}},
                 x-kubernetes-validations: [
                  {rule: 'self.min <= self.max', message: 'min must not exceed max', fieldPath: .min},
                  {rule: "!has(self.name) || self.name.startsWith('w-')", messageExpression: "'name ' + self.name + ' needs w-'", reason: FieldValueForbidden},
                  {rule: "!has(self.a__dash__b) || self.a__dash__b != 'x'"}]}"""));

        api.ok("POST", ALL, "metadata: {name: a}\nspec: {min: 1, max: 2, name: w-1}");
        assertThat(message(422, api.call("POST", ALL, "metadata: {name: b}\nspec: {min: 3, max: 2}")))
                .isEqualTo(
                        "Widget.example.com \"b\" is invalid: spec.min: Invalid value: \"object\": min must not exceed max");
        assertThat(message(422, api.call("POST", ALL, "metadata: {name: b}\nspec: {min: 1, max: 2, name: x, a-b: x}")))
                .contains("spec: Forbidden: name x needs w-")
                .contains(
                        "spec: Invalid value: \"object\": failed rule: !has(self.a__dash__b) || self.a__dash__b != 'x'");
        assertThat(message(422, api.call("POST", ALL, "metadata: {name: b}\nspec: {min: 1}")))
                .contains("no such key: max evaluating rule: min must not exceed max");
    }

    @Test
    void rulesOfChangesSeeTheOldValue() {
        api.ok("POST", DEFINITIONS, widgets("""
                {type: object, properties: {
                  size: {type: integer, x-kubernetes-validations: [{rule: 'self >= oldSelf', message: cannot shrink}]},
                  once: {type: string, x-kubernetes-validations: [{rule: 'oldSelf.hasValue() || self == "first"', optionalOldSelf: true, message: begins with first}]},
                  items: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k],
                    items: {type: object, required: [k], properties: {k: {type: string}, v: {type: integer, x-kubernetes-validations: [{rule: self == oldSelf, message: fixed}]}}}}}}"""));

        assertThat(message(422, api.call("POST", ALL, "metadata: {name: a}\nspec: {once: later}")))
                .contains("spec.once: Invalid value: \"string\": begins with first");
        api.ok("POST", ALL, "metadata: {name: a}\nspec: {size: 3, once: first, items: [{k: a, v: 1}, {k: b, v: 2}]}");
        api.ok(api.patch(ALL + "/a", MERGE, "{\"spec\":{\"size\":4,\"once\":\"other\"}}"));
        assertThat(message(422, api.patch(ALL + "/a", MERGE, "{\"spec\":{\"size\":2}}")))
                .contains("spec.size: Invalid value: \"integer\": cannot shrink");
        api.ok(api.patch(ALL + "/a", MERGE, "{\"spec\":{\"items\":[{\"k\":\"b\",\"v\":2},{\"k\":\"c\",\"v\":9}]}}"));
        assertThat(message(422, api.patch(ALL + "/a", MERGE, "{\"spec\":{\"items\":[{\"k\":\"b\",\"v\":3}]}}")))
                .contains("spec.items[0].v: Invalid value: \"integer\": fixed");
    }

    @Test
    void whatHasNotChangedIsNotJudgedAgain() {
        api.ok(
                "POST",
                DEFINITIONS,
                widgets("{type: object, properties: {size: {type: integer}, color: {type: string}}}"));
        api.ok("POST", ALL, "metadata: {name: a}\nspec: {size: 3, color: red}");
        api.ok(
                api.patch(
                        DEFINITIONS + "/widgets.example.com",
                        "application/json-patch+json",
                        "[{\"op\":\"add\",\"path\":\"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size\",\"value\":{\"type\":\"integer\",\"maximum\":2,\"x-kubernetes-validations\":[{\"rule\":\"self < 2\"}]}}]"));

        api.ok(api.patch(ALL + "/a", MERGE, "{\"spec\":{\"color\":\"blue\"}}"));
        api.ok(api.patch(ALL + "/a/status", MERGE, "{\"status\":{\"ready\":true}}"));
        assertThat(message(422, api.patch(ALL + "/a", MERGE, "{\"spec\":{\"size\":4}}")))
                .contains("should be less than or equal to 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{type: object, properties: {a: {type: integer}}, x-kubernetes-validations: [{rule: 'self.b == 1'}]} | undefined field 'b'",
                "{type: object, properties: {a: {type: integer}}, x-kubernetes-validations: [{rule: \"self.a == 'x'\"}]} | found no matching overload for '_==_' applied to '(int, string)'",
                "{type: object, properties: {a: {type: integer}}, x-kubernetes-validations: [{rule: 'self.a'}]} | must evaluate to bool",
                "{type: object, properties: {a: {type: integer}}, x-kubernetes-validations: [{rule: 'self.a == 1', messageExpression: 'self.a'}]} | messageExpression must evaluate to string",
                "{type: object, properties: {a: {type: integer}}, x-kubernetes-validations: [{rule: ' '}]} | rule is not specified",
                "{type: object, properties: {a: {type: integer}}, x-kubernetes-validations: [{rule: 'self.a > 1', reason: Because}]} | Unsupported value: \"Because\"",
                "{type: object, properties: {a: {type: array, items: {type: string}}}, x-kubernetes-validations: [{rule: 'self.a.all(x, self.a.all(y, x.contains(y)))'}]} | estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule",
                "{type: object, properties: {a: {type: array, items: {type: object, properties: {b: {type: string, x-kubernetes-validations: [{rule: 'self == oldSelf'}]}}}}}} | oldSelf cannot be used on the uncorrelatable portion of the schema within"
            })
    void refusesRulesThatCannotWork(String schema, String why) {
        assertThat(message(422, api.call("POST", DEFINITIONS, widgets(schema)))).contains(why);
    }

    @Test
    void acceptsRulesOverBoundedLists() {
        api.ok("POST", DEFINITIONS, widgets("""
                {type: object, properties: {a: {type: array, maxItems: 10, items: {type: string, maxLength: 20}}},
                 x-kubernetes-validations: [{rule: 'self.a.all(x, self.a.exists_one(y, x == y))', message: duplicates}]}"""));
        assertThat(message(422, api.call("POST", ALL, "metadata: {name: a}\nspec: {a: [x, x]}")))
                .contains("duplicates");
    }

    @Test
    void namesThatAreTakenAreReportedAndGivenWhenFree() throws Exception {
        String gadgets = widgets("{type: object}")
                .replace("plural: widgets", "plural: gadgets")
                .replace("name: widgets.", "name: gadgets.");
        api.ok("POST", DEFINITIONS, widgets("{type: object}"));
        ObjectNode late = api.ok("POST", DEFINITIONS, gadgets);

        assertThat(condition(late, "NamesAccepted").path("reason").asText()).isEqualTo("ListKindConflict");
        assertThat(condition(late, "NamesAccepted").path("message").asText())
                .isEqualTo("\"WidgetList\" is already in use");
        assertThat(condition(late, "Established").path("reason").asText()).isEqualTo("NotAccepted");
        api.refused(404, api.call("GET", "/apis/example.com/v1/namespaces/default/gadgets", ""));
        FakeExchange watch = api.watch(DEFINITIONS + "?watch=1&fieldSelector=metadata.name%3Dgadgets.example.com");
        TestApi.event(watch);

        api.ok("DELETE", DEFINITIONS + "/widgets.example.com", "");
        JsonNode established = TestApi.event(watch).path("object");
        assertThat(condition(established, "Established").path("status").asText())
                .isEqualTo("True");
        api.ok("POST", "/apis/example.com/v1/namespaces/default/gadgets", "metadata: {name: a}");
    }

    private static JsonNode condition(JsonNode definition, String type) {
        for (JsonNode condition : definition.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        throw new AssertionError("no condition " + type + " in " + definition.path("status"));
    }

    @Test
    void aWebhookConverts() {
        try (TestWebhook webhook = new TestWebhook().on("/convert", (request, response) -> {
            String desired = request.path("desiredAPIVersion").asText();
            response.putObject("result").put("status", "Success");
            for (JsonNode each : request.path("objects")) {
                ObjectNode object = each.deepCopy();
                object.put("apiVersion", desired);
                ObjectNode spec = object.withObjectProperty("spec");
                if (desired.endsWith("/v2")) {
                    spec.put(
                            "hostPort",
                            spec.path("host").asText() + ":" + spec.path("port").asText());
                    spec.remove("host");
                    spec.remove("port");
                } else {
                    String[] parts = spec.path("hostPort").asText().split(":", 2);
                    spec.put("host", parts[0]).put("port", parts[1]);
                    spec.remove("hostPort");
                }
                response.withArrayProperty("convertedObjects").add(object);
            }
        })) {
            api.ok("POST", DEFINITIONS, """
                    metadata: {name: widgets.example.com}
                    spec:
                      group: example.com
                      scope: Namespaced
                      names: {plural: widgets, kind: Widget}
                      conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: %s}}
                      versions:
                      - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {host: {type: string}, port: {type: string}}}}}},
                         additionalPrinterColumns: [{name: Host, type: string, jsonPath: .spec.host}]}
                      - {name: v2, served: true, storage: false, deprecated: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {hostPort: {type: string}}}}}},
                         additionalPrinterColumns: [{name: HostPort, type: string, jsonPath: .spec.hostPort}]}
                    """.formatted(webhook.config("/convert")));
            String second = "/apis/example.com/v2/namespaces/default/widgets";

            FakeExchange created =
                    api.call("POST", second, "metadata: {name: a, labels: {x: y}}\nspec: {hostPort: 'h:80', other: 1}");
            assertThat(api.ok(created).path("spec").path("hostPort").asText()).isEqualTo("h:80");
            assertThat(created.answered("Warning"))
                    .contains(
                            "299 - \"example.com/v2 Widget is deprecated\"",
                            "299 - \"unknown field \\\"spec.other\\\"\"");
            assertThat(api.get(ALL + "/a").path("spec")).isEqualTo(TestApi.yaml("{host: h, port: '80'}"));
            api.ok("POST", ALL, "metadata: {name: b}\nspec: {host: g, port: '1'}");
            webhook.requests().clear();
            assertThat(api.get(second)
                            .path("items")
                            .path(1)
                            .path("spec")
                            .path("hostPort")
                            .asText())
                    .isEqualTo("g:1");
            assertThat(webhook.requests()).as("one review for a whole list").hasSize(1);
            ObjectNode table = api.ok(api.send(
                    TestApi.ONE,
                    api.request("GET", second, "").header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")));
            assertThat(table.path("columnDefinitions").path(1).path("name").asText())
                    .isEqualTo("HostPort");
            assertThat(table.path("rows").path(0).path("cells").path(1).asText())
                    .isEqualTo("h:80");
            api.ok(api.patch(second + "/a", MERGE, "{\"spec\":{\"hostPort\":\"z:9\"}}"));
            assertThat(api.get(ALL + "/a").path("spec").path("port").asText()).isEqualTo("9");

            webhook.on(
                    "/convert",
                    (request, response) ->
                            response.putObject("result").put("status", "Failed").put("message", "no such shape"));
            assertThat(message(500, api.call("GET", second + "/a", "")))
                    .isEqualTo(
                            "Internal error occurred: conversion webhook for example.com/v1, Kind=Widget failed: no such shape");
            api.get(ALL + "/a");
        }
    }
}
