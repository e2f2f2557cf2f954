package io.kantoku.cli.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.vsphere.embedded.AddressPlan;
import io.kantoku.vsphere.net.Cidr;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
    @TempDir
    private Path temp;

    private StateDirectory state;

    @BeforeEach
    void create() {
        state = new StateDirectory(temp.resolve("state"));
        state.create();
    }

    @Test
    void isItsOwnersOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.path())))
                .isEqualTo("rwx------");
        state.password(state.administratorPassword());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.administratorPassword())))
                .isEqualTo("rw-------");
    }

    @Test
    void isWrittenByManyAtOnce() {
        IntStream.range(0, 200)
                .parallel()
                .forEach(i -> StateDirectory.write(state.supervisorKubeconfig(), "kubeconfig"));
        assertThat(StateDirectory.read(state.supervisorKubeconfig())).hasValue("kubeconfig");
    }

    @Test
    void makesAPasswordOnce() {
        String first = state.password(state.administratorPassword());
        assertThat(first).hasSize(16);
        assertThat(state.password(state.administratorPassword())).isEqualTo(first);
    }

    @Test
    void remembersWhatTheInstanceIs() {
        InstanceOptions options = new InstanceOptions(
                        "lab",
                        new AddressPlan(Cidr.parse("127.50.58.0/24"), Cidr.parse("127.50.59.0/24")),
                        8444,
                        10443,
                        "10.44.254.6/31",
                        true,
                        2,
                        Optional.of(new VcenterConnection(
                                URI.create("https://vcenter.example"),
                                "administrator@vsphere.local",
                                Path.of("/secrets/password"),
                                Optional.of(Path.of("/secrets/ca.crt")),
                                "dc01",
                                "kantoku",
                                "10.44.58.20")))
                .withAudit(
                        Optional.of(new AuditFiles(Path.of("/log/audit.log"), Optional.of(Path.of("/policy.yaml")))));
        state.writeOptions(options);
        assertThat(state.readOptions()).contains(options);
    }

    @Test
    void hasNoOptionsBeforeTheFirstStart() {
        assertThat(state.readOptions()).isEmpty();
    }

    @Test
    void theUsersOwnIsWhereTheLauncherLooks() {
        assertThat(StateDirectory.standard(Map.of("HOME", "/home/a"))).hasToString("/home/a/.local/state/kantoku");
        assertThat(StateDirectory.standard(Map.of("HOME", "/home/a", "XDG_STATE_HOME", "/state")))
                .hasToString("/state/kantoku");
    }
}
