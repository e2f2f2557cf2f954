package io.kantoku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessIdTest {
    @Test
    void knowsItself() {
        ProcessId self = ProcessId.self();
        assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(self.alive()).isTrue();
        assertThat(ProcessId.of(self.pid())).contains(self);
    }

    @Test
    void aPidThatWasUsedAgainIsAnotherProcess() {
        ProcessId self = ProcessId.self();
        assertThat(new ProcessId(self.pid(), self.startTime() - 1).alive()).isFalse();
        assertThat(ProcessId.of(Integer.MAX_VALUE)).isEqualTo(Optional.empty());
    }

    @Test
    void namesOfNamespacesCannotLeaveTheirDirectory() {
        for (String name : new String[] {"", "..", "a/b", "-a", "a\0b", "a".repeat(64)}) {
            assertThatThrownBy(() -> new NetworkNamespace(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
