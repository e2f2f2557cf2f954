package io.kantoku.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FieldSelectorTest {
    @Test
    void readsAndMatches() {
        FieldSelector selector = FieldSelector.parse("metadata.name=x,status.phase!=Running,spec.nodeName==n1");
        assertThat(selector).hasToString("metadata.name=x,status.phase!=Running,spec.nodeName=n1");
        Map<String, String> fields = Map.of("metadata.name", "x", "spec.nodeName", "n1");
        assertThat(selector.matches(name -> fields.getOrDefault(name, ""))).isTrue();
        assertThat(selector.requires("metadata.name")).contains("x");
        assertThat(selector.requires("status.phase")).isEmpty();
        assertThat(FieldSelector.parse("").isEverything()).isTrue();
        assertThat(FieldSelector.parse(",,").isEverything()).isTrue();
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> FieldSelector.parse("a=b,c"))
                .hasMessage("invalid selector: 'a=b,c'; can't understand 'c'");
        assertThatThrownBy(() -> FieldSelector.parse("a=b\\x"))
                .hasMessage("invalid field selector: invalid escape sequence: \\x");
        assertThatThrownBy(() -> FieldSelector.parse("a=b=c")).hasMessageContaining("unescaped character in value: =");
    }

    @Test
    void whatIsPrintedReadsAsTheSame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] values = {"", "a", "a,b", "a=b", "a\\b", "\\,\\=", "!=", "é"};
        for (int i = 0; i < 1000; i++) {
            List<FieldSelector.Term> terms = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                terms.add(new FieldSelector.Term(
                        "f" + random.nextInt(3), random.nextBoolean(), values[random.nextInt(values.length)]));
            }
            FieldSelector selector = new FieldSelector(terms);
            assertThat(FieldSelector.parse(selector.toString()))
                    .as("seed %d", seed)
                    .isEqualTo(selector);
        }
    }
}
