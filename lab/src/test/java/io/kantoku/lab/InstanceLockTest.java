package io.kantoku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceLockTest {
    @TempDir
    private Path directory;

    @Test
    void oneHolderAtATimeWhoIsNamed() {
        Path state = directory.resolve("state");
        assertThat(InstanceLock.holder(state)).isEmpty();
        try (InstanceLock _ = InstanceLock.acquire(state)) {
            assertThat(InstanceLock.holder(state))
                    .contains(ProcessHandle.current().pid());
            assertThatThrownBy(() -> InstanceLock.acquire(state))
                    .isInstanceOfSatisfying(
                            LabException.class, e -> assertThat(e.code()).isEqualTo(LabException.Code.ALREADY_RUNNING))
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("kantoku down");
        }
        assertThat(InstanceLock.holder(state)).isEmpty();
        InstanceLock.acquire(state).close();
    }

    @Test
    void saysWhyADirectoryCannotBeLocked() {
        assertThatThrownBy(() -> InstanceLock.acquire(Path.of("/proc/kantoku")))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("/proc/kantoku");
    }
}
