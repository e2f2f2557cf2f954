package io.kantoku.testkit.envtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Command lines as the suites write them. */
class FlagsTest {
    @Test
    void readsFlagsInTheStylesOfGo() {
        Flags flags = Flags.parse("--a=1", "--b", "2", "-c", "3", "--switch", "--d=x=y", "--last");
        assertThat(flags.get("a", "")).isEqualTo("1");
        assertThat(flags.get("b", "")).isEqualTo("2");
        assertThat(flags.get("c", "")).isEqualTo("3");
        assertThat(flags.get("switch", "")).isEqualTo("true");
        assertThat(flags.get("d", "")).isEqualTo("x=y");
        assertThat(flags.find("last")).contains("true");
        assertThat(flags.find("never")).isEmpty();
        assertThat(flags.unread()).isEmpty();
    }

    @Test
    void theLastValueCountsUnlessAllAreWanted() {
        Flags flags = Flags.parse("--key=a", "--key=b,c", "--other=");
        assertThat(flags.unread()).containsExactly("key", "other");
        assertThat(flags.get("key", "")).isEqualTo("b,c");
        assertThat(flags.all("key")).containsExactly("a", "b,c");
        assertThat(flags.list("key")).containsExactly("a", "b", "c");
        assertThat(flags.list("other")).isEmpty();
    }

    @Test
    void refusesArgumentsThatBelongToNoFlag() {
        assertThatThrownBy(() -> Flags.parse("--a=1", "start")).hasMessageContaining("unexpected argument start");
    }
}
