package io.kantoku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KantokuTest {
    @TempDir
    private Path temp;

    @Test
    void everyCommandHasHelp() {
        for (String command :
                new String[] {"up", "status", "down", "enable", "disable", "namespace", "user", "vm", "image", "explain"
                }) {
            assertThat(Kantoku.execute(command, "--help")).as(command).isZero();
        }
    }

    @Test
    void aWrongCommandLineExitsWithTwo() {
        assertThat(Kantoku.execute("up", "--no-such-option")).isEqualTo(2);
        assertThat(Kantoku.execute("explain", "pod/x", "--state", temp.toString()))
                .isEqualTo(2);
    }

    @Test
    void talkingToNobodyExitsWithThree() {
        String state = temp.resolve("none").toString();
        assertThat(Kantoku.execute("status", "--state", state)).isEqualTo(3);
        assertThat(Kantoku.execute("enable", "--state", state)).isEqualTo(3);
    }

    @Test
    void aRuntimeThatIsNotThereIsAWrongCommandLine() {
        assertThat(Kantoku.execute("up", "--runtime", "qemu", "--state", temp.toString()))
                .isEqualTo(2);
    }

    @Test
    void removingWhatIsNotThereIsNoError() {
        assertThat(Kantoku.execute("down", "--state", temp.resolve("none").toString()))
                .isZero();
    }

    @Test
    void refusesToRemoveADirectoryThatIsNotItsOwn() {
        assertThat(Kantoku.execute("down", "--state", temp.toString())).isEqualTo(1);
        assertThat(temp).exists();
    }
}
