package io.kantoku.apimachinery.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.RandomJson;
import io.kantoku.apimachinery.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {
    /** The test cases of RFC 7386, appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{a: b} | {a: c} | {a: c}",
                "{a: b} | {b: c} | {a: b, b: c}",
                "{a: b} | {a: null} | {}",
                "{a: b, b: c} | {a: null} | {b: c}",
                "{a: [b]} | {a: c} | {a: c}",
                "{a: c} | {a: [b]} | {a: [b]}",
                "{a: {b: c}} | {a: {b: d, c: null}} | {a: {b: d}}",
                "{a: [{b: c}]} | {a: [1]} | {a: [1]}",
                "[a, b] | [c, d] | [c, d]",
                "{a: b} | [c] | [c]",
                "{a: foo} | null | null",
                "{a: foo} | bar | bar",
                "{e: null} | {a: 1} | {e: null, a: 1}",
                "[1, 2] | {a: b, c: null} | {a: b}",
                "{} | {a: {bb: {ccc: null}}} | {a: {bb: {}}}",
            })
    void followsTheRfc(String document, String patch, String result) {
        assertThat(MergePatch.apply(node(document), node(patch))).isEqualTo(node(result));
    }

    @Test
    void whatDiffFindsApplyMakes() {
        long seed = System.nanoTime();
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < 5000; i++) {
            JsonNode from = random.object(4, false);
            JsonNode to = random.object(4, false);
            JsonNode untouched = from.deepCopy();
            JsonNode patch = MergePatch.diff(from, to);
            assertThat(MergePatch.apply(from, patch))
                    .as("seed %d: %s -> %s", seed, from, to)
                    .isEqualTo(to);
            assertThat(from).as("seed %d", seed).isEqualTo(untouched);
            assertThat(MergePatch.diff(to, to)).as("seed %d", seed).isEmpty();
        }
    }

    private static JsonNode node(String yaml) {
        return Yaml.parse("v: " + yaml).path("v");
    }
}
