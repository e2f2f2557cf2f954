package io.kantoku.apimachinery.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FieldSetTest {
    @Test
    void readsAndWritesFieldsV1() {
        String json = """
                {"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:name":{}},"v:\\"x\\"":{},"v:3":{},"i:0":{}}}\
                """;
        FieldSet set = FieldSet.parse(Yaml.parse(json));
        assertThat(set.toJson()).hasToString(json);
        assertThat(set.paths())
                .containsExactly(
                        ".metadata.labels",
                        ".metadata.labels.app",
                        ".spec[containerPort=80,protocol=\"TCP\"]",
                        ".spec[containerPort=80,protocol=\"TCP\"].name",
                        ".spec[=\"x\"]",
                        ".spec[=3]",
                        ".spec[0]");
        assertThat(FieldSet.parse(Json.object())).isEqualTo(FieldSet.EMPTY);
    }

    @Test
    void keysAreTheSameInWhateverOrder() {
        assertThat(FieldSet.parse(Yaml.parse("'k:{\"b\":1,\"a\":2}': {}")))
                .isEqualTo(FieldSet.parse(Yaml.parse("'k:{\"a\":2, \"b\":1}': {}")));
    }

    @Test
    void refusesWhatIsNotAFieldSet() {
        assertThatThrownBy(() -> FieldSet.parse(Yaml.parse("x: {}"))).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> FieldSet.parse(Yaml.parse("'k:{': {}"))).isInstanceOf(ApiException.class);
    }

    @Test
    void obeysTheLawsOfSets() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            FieldSet a = random(random, 3);
            FieldSet b = random(random, 3);
            String text = "seed " + seed + ": " + a + ", " + b;
            assertThat(FieldSet.parse(a.toJson())).as(text).isEqualTo(a);
            assertThat(a.union(b)).as(text).isEqualTo(b.union(a));
            assertThat(a.intersection(b)).as(text).isEqualTo(b.intersection(a));
            assertThat(a.union(a)).as(text).isEqualTo(a);
            assertThat(a.difference(a)).as(text).isEqualTo(FieldSet.EMPTY);
            assertThat(a.difference(b).intersection(b)).as(text).isEqualTo(FieldSet.EMPTY);
            assertThat(a.difference(b).union(a.intersection(b))).as(text).isEqualTo(a);
            assertThat(a.union(b).paths()).as(text).containsAll(a.paths()).containsAll(b.paths());
        }
    }

    private static FieldSet random(Random random, int depth) {
        FieldSet.Builder builder = new FieldSet.Builder();
        for (int n = random.nextInt(4); n > 0; n--) {
            FieldSet.Builder child = new FieldSet.Builder();
            if (random.nextBoolean()) {
                child.member();
            }
            FieldSet below = depth > 0 ? random(random, depth - 1) : FieldSet.EMPTY;
            below.children().forEach(child::put);
            builder.put(new PathElement(PathElement.Kind.FIELD, "" + random.nextInt(4)), child.build());
        }
        return builder.build();
    }
}
