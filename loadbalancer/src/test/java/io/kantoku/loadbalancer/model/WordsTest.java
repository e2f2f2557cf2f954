package io.kantoku.loadbalancer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static final String NASTY = "ab0 \t\"'#\\$\n\r{}[]:;,./-_=%é\u0001\u007f監";

    @Test
    void readsQuotesEscapesAndComments() {
        assertThat(Words.parse("  bind 10.0.0.1:80 name a # the first").list())
                .containsExactly("bind", "10.0.0.1:80", "name", "a");
        assertThat(Words.parse("log-tag 'a b' \"c \\\" d\" e\\ f\\#g").list())
                .containsExactly("log-tag", "a b", "c \" d", "e f#g");
        assertThat(Words.parse("log-tag '' \"\"").list()).containsExactly("log-tag", "", "");
        assertThat(Words.parse("a\\x41\\n'\\n'").list()).containsExactly("aA\n\\n");
        assertThat(Words.parse("# only a comment").list()).isEmpty();
        assertThat(Words.parse("   ").list()).isEmpty();
    }

    @Test
    void whateverIsQuotedIsReadBack() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            List<String> words = new ArrayList<>();
            for (int n = random.nextInt(1, 5); n > 0; n--) {
                StringBuilder word = new StringBuilder();
                for (int length = random.nextInt(8); length > 0; length--) {
                    word.append(NASTY.charAt(random.nextInt(NASTY.length())));
                }
                words.add(word.toString());
            }
            String line = new Words(words).print();
            assertThat(line).as("seed %d", seed).doesNotContain("\n", "\r");
            assertThat(Words.parse(line).list()).as("seed %d: %s", seed, line).isEqualTo(words);
        }
    }

    @Test
    void refusesANulCharacter() {
        assertThatThrownBy(() -> Words.quote("a\0b")).isInstanceOf(DataPlaneException.class);
    }
}
