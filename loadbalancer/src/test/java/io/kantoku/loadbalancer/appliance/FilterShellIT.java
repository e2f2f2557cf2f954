package io.kantoku.loadbalancer.appliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.lab.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Orders to a real {@code nft} in a network namespace; needs root. */
@Timeout(60)
class FilterShellIT {
    @Test
    void aBatchIsCarriedOutAsOneOrNotAtAll() throws IOException {
        try (TestNetwork network = new TestNetwork()) {
            NetworkNamespace machine = network.machine("m", 7, false);
            MachineCommands commands = new MachineCommands(machine);
            try (FilterShell shell = new FilterShell(commands.entered(List.of("nft", "--interactive")))) {
                shell.run("add table ip t\nadd set ip t ports { type ipv4_addr . inet_service; }\n");
                for (int i = 1; i <= 100; i++) {
                    shell.run("add element ip t ports { 10.0.0.%d . 80 }\nadd element ip t ports { 10.0.0.%d . 443 }\n"
                            .formatted(i, i));
                }
                assertThatThrownBy(
                                () -> shell.run(
                                        "add element ip t ports { 10.0.1.1 . 80 }\ndelete element ip t ports { 10.0.1.2 . 80 }\n"))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("No such file or directory");
                shell.run("delete element ip t ports { 10.0.0.1 . 80 }\n");
                String all = TestNetwork.in(machine, "nft", "list", "set", "ip", "t", "ports");
                assertThat(all)
                        .contains("10.0.0.1 . 443", "10.0.0.2 . 80", "10.0.0.100 . 443")
                        .doesNotContain("10.0.0.1 . 80", "10.0.1.1");
            }
        }
    }
}
