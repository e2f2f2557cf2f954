package io.kantoku.apimachinery.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchTest {
    /** The examples of RFC 6902, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{foo: bar} | {op: add, path: /baz, value: qux} | {baz: qux, foo: bar}",
                "{foo: [bar, baz]} | {op: add, path: /foo/1, value: qux} | {foo: [bar, qux, baz]}",
                "{baz: qux, foo: bar} | {op: remove, path: /baz} | {foo: bar}",
                "{foo: [bar, qux, baz]} | {op: remove, path: /foo/1} | {foo: [bar, baz]}",
                "{baz: qux, foo: bar} | {op: replace, path: /baz, value: boo} | {baz: boo, foo: bar}",
                "{foo: {bar: baz, waldo: fred}, qux: {corge: grault}} | {op: move, from: /foo/waldo, path: /qux/thud} | {foo: {bar: baz}, qux: {corge: grault, thud: fred}}",
                "{foo: [all, grass, cows, eat]} | {op: move, from: /foo/1, path: /foo/3} | {foo: [all, cows, eat, grass]}",
                "{baz: qux, foo: [a, 2, c]} | {op: test, path: /foo/1, value: 2} | {baz: qux, foo: [a, 2, c]}",
                "{foo: bar} | {op: add, path: /child, value: {grandchild: {}}} | {foo: bar, child: {grandchild: {}}}",
                "{foo: bar} | {op: add, path: /baz, value: qux, xyz: 123} | {foo: bar, baz: qux}",
                "{/: 9, ~1: 10} | {op: test, path: /~01, value: 10} | {/: 9, ~1: 10}",
                "{foo: [bar]} | {op: add, path: /foo/-, value: [abc, def]} | {foo: [bar, [abc, def]]}",
                "{a: {b: 1}} | {op: copy, from: /a, path: /c} | {a: {b: 1}, c: {b: 1}}",
                "{a: 1} | {op: replace, path: '', value: {b: 2}} | {b: 2}",
                "{a: 1} | {op: add, path: /a, value: null} | {a: null}",
                "{a: 1} | {op: test, path: /none} | {a: 1}",
            })
    void followsTheRfc(String document, String operation, String result) {
        JsonNode before = Yaml.parse(document);
        JsonNode patched = JsonPatch.apply(before, Yaml.parse("[" + operation + "]"));
        assertThat(patched).isEqualTo(Yaml.parse(result));
        assertThat(before).isEqualTo(Yaml.parse(document));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{baz: qux} | {op: test, path: /baz, value: bar} | testing value /baz failed: test failed",
                "{baz: 10} | {op: test, path: /baz, value: '10'} | testing value /baz failed: test failed",
                "{foo: bar} | {op: add, path: /baz/bat, value: qux} | add operation does not apply: doc is missing path: \"/baz/bat\": missing value",
                "{foo: bar} | {op: remove, path: /baz} | error in remove for path: '/baz': Unable to remove nonexistent key: baz: missing value",
                "{foo: bar} | {op: replace, path: /baz, value: 1} | replace operation does not apply: doc is missing key: /baz: missing value",
                "{foo: [1]} | {op: add, path: /foo/2, value: 1} | Unable to access invalid index: 2: invalid index referenced",
                "{foo: [1]} | {op: add, path: /foo/01, value: 1} | Unable to access invalid index: 01: invalid index referenced",
                "{a: {b: 1}} | {op: move, from: /a, path: /a/b/c} | cannot be moved into itself",
            })
    void refusesWhatDoesNotFit(String document, String operation, String why) {
        assertThatThrownBy(() -> JsonPatch.apply(Yaml.parse(document), Yaml.parse("[" + operation + "]")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageContaining(why);
    }

    @Test
    void refusesMalformedPatches() {
        assertThatThrownBy(() -> JsonPatch.parse(Yaml.parse("{}"))).hasMessageContaining("must be an array");
        assertThatThrownBy(() -> JsonPatch.parse(Yaml.parse("[{op: frob, path: /a}]")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageEndingWith("Unexpected kind: frob");
        assertThatThrownBy(() -> JsonPatch.parse(Yaml.parse("[{op: add, value: 1}]")))
                .hasMessageContaining("missing path");
        assertThatThrownBy(() -> JsonPatch.parse(Yaml.parse("[{op: remove, path: a}]")))
                .hasMessageContaining("begin with");
    }

    @Test
    void isBounded() {
        ArrayNode many = Json.object().arrayNode();
        for (int i = 0; i <= JsonPatch.MAX_OPERATIONS; i++) {
            many.addObject().put("op", "test").put("path", "");
        }
        assertThatThrownBy(() -> JsonPatch.parse(many))
                .hasMessage(
                        "Request entity is too large: The allowed maximum operations in a JSON patch is 10000, got 10001");

        ArrayNode doubling = Json.object().arrayNode();
        doubling.addObject().put("op", "add").put("path", "/a").put("value", "x".repeat(1000));
        for (int i = 0; i < 40; i++) {
            doubling.addObject().put("op", "copy").put("from", "").put("path", "/c" + i);
        }
        assertThatThrownBy(() -> JsonPatch.apply(Json.object(), doubling))
                .hasMessageContaining("accumulated size increase");

        ArrayNode deepening = Json.object().arrayNode();
        for (int i = 0; i < 5000; i++) {
            deepening.addObject().put("op", "move").put("from", "/a").put("path", "/b");
            deepening.addObject().put("op", "add").put("path", "/a").putObject("value");
            deepening.addObject().put("op", "move").put("from", "/b").put("path", "/a/b");
        }
        JsonNode document = Yaml.parse("{a: {}}");
        assertThatThrownBy(() -> JsonPatch.apply(document, limited(deepening)))
                .hasMessageContaining("nested more than");
    }

    private static ArrayNode limited(ArrayNode operations) {
        ArrayNode first = Json.object().arrayNode();
        for (int i = 0; i < JsonPatch.MAX_OPERATIONS; i++) {
            first.add(operations.get(i));
        }
        return first;
    }
}
