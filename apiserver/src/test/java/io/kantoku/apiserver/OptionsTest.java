package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that make no sense are refused in upstream's words. */
class OptionsTest {
    private static final String ALL = "/api/v1/namespaces/default/configmaps";

    @TempDir
    static Path directory;

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | BadRequest | limit=many | strconv.ParseInt: parsing \"many\": invalid syntax",
                "400 | BadRequest | limit=99999999999999999999 | strconv.ParseInt: parsing \"99999999999999999999\": value out of range",
                "400 | BadRequest | timeoutSeconds=1m | strconv.ParseInt: parsing \"1m\": invalid syntax",
                "400 | BadRequest | watch=1&limit=x | strconv.ParseInt: parsing \"x\": invalid syntax",
                "400 | BadRequest | watch=1&timeoutSeconds=0.1s | strconv.ParseInt: parsing \"0.1s\": invalid syntax",
                "400 | BadRequest | continue=abc%24 | invalid continue token: continue key is not valid: illegal base64 data at input byte 3",
                "400 | BadRequest | continue=abcde | invalid continue token: continue key is not valid: illegal base64 data at input byte 4",
                "500 | `` | resourceVersion=-1 | resourceVersion: Invalid value: \"-1\": strconv.ParseUint: parsing \"-1\": invalid syntax",
                "500 | `` | watch=1&resourceVersion=x | resourceVersion: Invalid value: \"x\": strconv.ParseUint: parsing \"x\": invalid syntax",
                "422 | Invalid | resourceVersionMatch=Exact | ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
                "400 | BadRequest | labelSelector=a%3D%3D%3Db | unable to parse requirement: found '=', expected: identifier",
                "400 | BadRequest | fieldSelector=spec.x%3Dy | \"spec.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
            })
    void ofReads(int code, String reason, String query, String message) {
        JsonNode status = api.refused(code, api.call("GET", ALL + "?" + query, ""));
        assertThat(status.path("message").asText()).isEqualTo(message);
        assertThat(status.path("reason").asText()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "dryRun=Bad | dryRun: Unsupported value: [\"Bad\"]: supported values: \"All\"",
                "dryRun=All&dryRun=Bad | dryRun: Unsupported value: [\"All\",\"Bad\"]: supported values: \"All\"",
                "fieldValidation=Bad | fieldValidation: Unsupported value: \"Bad\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"",
                "fieldManager=a%0Ab | fieldManager: Invalid value: \"a\\nb\": invalid character U+000A (at position 1)",
                "fieldManager=%C3%A9%E2%80%8B | fieldManager: Invalid value: \"\u00e9\u200b\": invalid character U+200B (at position 2)",
            })
    void ofWrites(String query, String message) {
        JsonNode status = api.refused(422, api.call("POST", ALL + "?" + query, TestApi.configMap("a", "b")));
        assertThat(status.path("message").asText()).isEqualTo("CreateOptions.meta.k8s.io \"\" is invalid: " + message);
        assertThat(status.at("/details/group").asText()).isEqualTo("meta.k8s.io");
        assertThat(status.at("/details/kind").asText()).isEqualTo("CreateOptions");
    }

    @Test
    void aManagerMayHave128Bytes() {
        String longest = "\u00e9".repeat(64);
        api.ok("POST", ALL + "?fieldManager=" + "%C3%A9".repeat(64), TestApi.configMap("m", "b"));
        assertThat(api.get(ALL + "/m").at("/metadata/managedFields/0/manager").asText())
                .isEqualTo(longest);
        assertThat(api.refused(
                                422,
                                api.call(
                                        "POST",
                                        ALL + "?fieldManager=a" + "%C3%A9".repeat(64),
                                        TestApi.configMap("n", "b")))
                        .path("message")
                        .asText())
                .isEqualTo("CreateOptions.meta.k8s.io \"\" is invalid: fieldManager: Too long: may not be more than"
                        + " 128 bytes");
        assertThat(api.refused(422, api.patch(ALL + "/m", "application/apply-patch+yaml", TestApi.configMap("m", "c")))
                        .path("message")
                        .asText())
                .isEqualTo("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for"
                        + " apply patch");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | gracePeriodSeconds=x | `` | strconv.ParseInt: parsing \"x\": invalid syntax",
                "422 | propagationPolicy=Bad | `` | DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"Bad\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
                "422 | propagationPolicy=Orphan&orphanDependents=true | `` | DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: \"Orphan\": orphanDependents and deletionPropagation cannot be both set",
                "422 | `` | {\"dryRun\":[\"Bad\"]} | DeleteOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Bad\"]: supported values: \"All\"",
            })
    void ofDeletions(int code, String query, String body, String message) {
        assertThat(api.refused(code, api.call("DELETE", ALL + "/kube-root?" + query, body))
                        .path("message")
                        .asText())
                .isEqualTo(message);
    }

    @Test
    void ofTables() {
        String table = "application/json;as=Table;v=v1;g=meta.k8s.io";
        assertThat(api.refused(
                                400,
                                api.send(
                                        TestApi.ONE,
                                        api.request("GET", ALL + "?includeObject=Bad", "")
                                                .header("Accept", table)))
                        .path("message")
                        .asText())
                .isEqualTo("Unable to convert to Table as requested: includeObject: Invalid value: \"Bad\": must be"
                        + " 'Metadata', 'Object', 'None', or empty");
        api.ok(api.send(
                TestApi.ONE, api.request("GET", ALL + "?includeObject=", "").header("Accept", table)));
        api.ok("GET", ALL + "?includeObject=Bad&pretty=perhaps&limit=-1&unknown=x", "");
    }

    @Test
    void pathsAndMethodsThatAreNotThereHaveEmptyDetails() {
        JsonNode method = api.refused(405, api.call("POST", ALL + "/a", "{}"));
        assertThat(method)
                .isEqualTo(status(
                        "MethodNotAllowed", "the server does not allow this method on the requested resource", 405));
        JsonNode path = api.refused(404, api.call("GET", "/api/v1/namespaces/default/wonders", ""));
        assertThat(path).isEqualTo(status("NotFound", "the server could not find the requested resource", 404));
    }

    private static ObjectNode status(String reason, String message, int code) {
        ObjectNode status = TestApi.yaml("{kind: Status, apiVersion: v1, metadata: {}, status: Failure}");
        status.put("message", message).put("reason", reason).putObject("details");
        return status.put("code", code);
    }
}
