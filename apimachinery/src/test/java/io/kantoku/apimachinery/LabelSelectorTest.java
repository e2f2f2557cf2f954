package io.kantoku.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.LabelSelector.Operator;
import io.kantoku.apimachinery.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x=a,y=b,z=c",
                "",
                "x!=a,y=b",
                "x=",
                "x= ",
                "x=,z= ",
                "x= ,z= ",
                "!x",
                "x>1",
                "x>1,z<5",
                "x in (a,b)",
                "x notin (a,b),y in (,)",
                "in in (in)",
                "example.com/a=b",
                "x==a"
            })
    void readsWhatUpstreamReads(String text) {
        LabelSelector.parse(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x=a||y=b",
                "x==a==b",
                "!x=a",
                "x<a",
                "x in",
                "x in (a",
                "x,,y",
                "x=a,",
                "(x)",
                "x in ()",
                "x/y/z",
                "-"
            })
    void refusesWhatUpstreamRefuses(String text) {
        assertThatThrownBy(() -> LabelSelector.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x=a,y!=b | x=a,y!=b",
                "y=b,x=a | x=a,y=b",
                "x in (b, a) | x in (a,b)",
                "x in (a,) | x in (,a)",
                "! x | !x",
                "x == a | x==a",
                "x=,y | x=,y",
            })
    void printsInCanonicalForm(String text, String canonical) {
        assertThat(LabelSelector.parse(text)).hasToString(canonical);
    }

    @Test
    void saysWhatIsWrongInUpstreamsWords() {
        assertThatThrownBy(() -> LabelSelector.parse("x in a"))
                .hasMessage("unable to parse requirement: found 'a' expected: '('");
        assertThatThrownBy(() -> LabelSelector.parse("x=a y=b"))
                .hasMessage("found 'y', expected: ',' or 'end of string'");
        assertThatThrownBy(() -> LabelSelector.parse("x=" + "b".repeat(64)))
                .hasMessageContaining("values[0][x]: Invalid value: \"bbb")
                .hasMessageContaining("must be no more than 63 bytes");
        assertThatThrownBy(() -> LabelSelector.parse("a*=b"))
                .hasMessageStartingWith(
                        "unable to parse requirement: <nil>: Invalid value: \"a*\": name part must consist of");
    }

    @Test
    void matchesAsDocumented() {
        Map<String, String> labels = Map.of("env", "prod", "tier", "2");
        assertThat(matching("env=prod", labels)).isTrue();
        assertThat(matching("env!=prod", labels)).isFalse();
        assertThat(matching("other!=x", labels)).isTrue();
        assertThat(matching("other notin (x)", labels)).isTrue();
        assertThat(matching("other in (x)", labels)).isFalse();
        assertThat(matching("tier>1,tier<3", labels)).isTrue();
        assertThat(matching("env>1", labels)).isFalse();
        assertThat(matching("env,!other", labels)).isTrue();
        assertThat(matching("", labels)).isTrue();
        assertThat(LabelSelector.NOTHING.matches(labels)).isFalse();
    }

    @Test
    void readsTheObjectForm() {
        LabelSelector selector = LabelSelector.fromJson(Yaml.parse("""
                matchLabels: {app: web}
                matchExpressions:
                - {key: tier, operator: In, values: [a, b]}
                - {key: old, operator: DoesNotExist}
                """));
        assertThat(selector).hasToString("app=web,!old,tier in (a,b)");
        assertThat(LabelSelector.fromJson(Json.object()).isEverything()).isTrue();
        assertThat(LabelSelector.fromJson(Json.object().path("absent"))).isEqualTo(LabelSelector.NOTHING);
        assertThatThrownBy(() ->
                        LabelSelector.fromJson(Yaml.parse("matchExpressions: [{key: a, operator: Near, values: [b]}]")))
                .hasMessage("\"Near\" is not a valid label selector operator");
    }

    @Test
    void whatIsPrintedReadsAsTheSame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            List<Requirement> requirements = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                requirements.add(requirement(random));
            }
            LabelSelector selector = new LabelSelector(requirements, false);
            LabelSelector read = LabelSelector.parse(selector.toString());
            assertThat(read).as("seed %d", seed).isEqualTo(selector);
            Map<String, String> labels = new HashMap<>();
            labels.put("k" + random.nextInt(3), "" + random.nextInt(3));
            assertThat(read.matches(labels)).as("seed %d", seed).isEqualTo(selector.matches(labels));
        }
    }

    private static Requirement requirement(Random random) {
        Operator operator = Operator.values()[random.nextInt(Operator.values().length)];
        TreeSet<String> values = new TreeSet<>();
        int count = switch (operator) {
            case EXISTS, DOES_NOT_EXIST -> 0;
            case IN, NOT_IN -> 1 + random.nextInt(3);
            case EQUALS, DOUBLE_EQUALS, NOT_EQUALS, GREATER_THAN, LESS_THAN -> 1;
        };
        boolean number = operator == Operator.GREATER_THAN || operator == Operator.LESS_THAN;
        while (values.size() < count) {
            values.add(number || random.nextBoolean() ? "" + random.nextInt(5) : random.nextBoolean() ? "in" : "");
        }
        boolean set = operator == Operator.IN || operator == Operator.NOT_IN;
        if (set && values.equals(Set.of(""))) {
            values.add("a"); // a set of nothing but the empty value has no form of its own, upstream neither
        }
        return new Requirement("k" + random.nextInt(3), operator, values);
    }

    private static boolean matching(String selector, Map<String, String> labels) {
        return LabelSelector.parse(selector).matches(labels);
    }
}
