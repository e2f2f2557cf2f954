package io.kantoku.apimachinery.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafePatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "^a$ | a | true",
                "b | abc | true",
                "^[[:alpha:]]+$ | abC | true",
                "^[[:^digit:]]+$ | a1 | false",
                "^[[]$ | [ | true",
                "^[]a]+$ | ]a | true",
                "^[a&&b]+$ | a& | true",
                "^(?P<x>a)(?:b)$ | ab | true",
                "^(?i)AB$ | ab | true",
                "^\\d{3}$ | 123 | true",
                "^a{2,3}?$ | aaa | true",
                "^a{$ | a{ | true",
                "^a{,2}$ | a{,2} | true",
                "^x*?y+?$ | xy | true",
                "^\\Qa.b\\E$ | a.b | true",
                "^\\Qa.b\\E$ | axb | false",
                "^\\.$ | . | true",
                "^v?[0-9]+(\\.[0-9]+)*$ | v1.18.2 | true",
            })
    void readsGoSyntax(String expression, String text, boolean matches) {
        assertThat(SafePattern.compile(expression).matches(text, new SafePattern.Budget(10_000)))
                .isEqualTo(matches);
    }

    @Test
    void aDollarIsTheVeryEnd() {
        assertThat(SafePattern.compile("^a$").matches("a\n", new SafePattern.Budget(100)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?=a)",
                "(?!a)",
                "(?<=a)",
                "(?<!a)",
                "(?>a)",
                "(a)\\1",
                "a++",
                "a*+",
                "a**",
                "(",
                "[a",
                "\\",
                "\\G",
                "[[:nope:]]",
                "a{2}{3}"
            })
    void refusesWhatGoDoesNotHave(String expression) {
        assertThatThrownBy(() -> SafePattern.compile(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("error parsing regexp: ");
    }
}
