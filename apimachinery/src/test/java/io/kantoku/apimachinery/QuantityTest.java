package io.kantoku.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "0Ki,0",
        "1000m,1",
        "1500m,1500m",
        "0.5,500m",
        ".5,500m",
        "5.,5",
        "+5,5",
        "-5m,-5m",
        "1000,1k",
        "1024,1024",
        "1024Ki,1Mi",
        "1Ki,1Ki",
        "1025Ki,1025Ki",
        "0.5Ki,512",
        "0.0001Ki,102400u",
        "1.5Gi,1536Mi",
        "1000Ki,1000Ki",
        "1e3,1e3",
        "1E3,1e3",
        "1E,1E",
        "12e6,12e6",
        "1000000,1M",
        "0.1n,1n",
        "1.1n,2n",
        "-1.1n,-2n",
        "9223372036854775807,9223372036854775807",
        "9223372036854775808,9223372036854775807",
        "1e100,9223372036854775807e0",
        "100E,9223372036854775807",
        "64Gi,64Gi",
        "1.2e-3,1200e-6",
    })
    void writesTheCanonicalForm(String text, String canonical) {
        String expected = canonical.endsWith("e0") ? canonical.substring(0, canonical.length() - 2) : canonical;
        assertThat(Quantity.parse(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 ", "1K", "1ki", "1.1.1", ".", "+-3", "1mm", "1Kie", "0x1", "1e", "Mi", "1i", "١"})
    void refusesWhatIsNotAQuantity(String text) {
        assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isCheapWhateverIsWritten() {
        assertThat(Quantity.parse("1e999999999").toLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(Quantity.parse("1e-999999999")).hasToString("1e-9");
        assertThatThrownBy(() -> Quantity.parse("1".repeat(100_000))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void comparesAmountsNotTexts() {
        assertThat(Quantity.parse("1Gi"))
                .isEqualTo(Quantity.parse("1024Mi"))
                .hasSameHashCodeAs(Quantity.parse("1073741824"));
        assertThat(Quantity.parse("1G")).isLessThan(Quantity.parse("1Gi"));
        assertThat(Quantity.parse("1").plus(Quantity.parse("500m"))).hasToString("1500m");
        assertThat(Quantity.ZERO.plus(Quantity.parse("2Gi"))).hasToString("2Gi");
        assertThat(Quantity.parse("2Gi").minus(Quantity.parse("1Gi"))).hasToString("1Gi");
        assertThat(Quantity.parse("1001u").toMilli()).isEqualTo(2);
        assertThat(Quantity.ofMilli(2500)).hasToString("2500m");
        assertThat(Quantity.ofBytes(4096)).hasToString("4Ki");
    }

    @Test
    void theCanonicalFormReadsAsTheSameAmount() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] suffixes = {"n", "u", "m", "", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "e3", "e-3", "E6"};
        for (int i = 0; i < 5000; i++) {
            String text =
                    BigDecimal.valueOf(random.nextInt(), random.nextInt(6)).toPlainString()
                            + suffixes[random.nextInt(suffixes.length)];
            Quantity quantity = Quantity.parse(text);
            Quantity again = Quantity.parse(quantity.toString());
            assertThat(again).as("%s, seed %d", text, seed).isEqualTo(quantity);
            assertThat(Quantity.parse(again.toString())) // what has lost its binary suffix may get a decimal one
                    .as("%s, seed %d", text, seed)
                    .isEqualTo(quantity)
                    .hasToString(again.toString());
        }
    }
}
