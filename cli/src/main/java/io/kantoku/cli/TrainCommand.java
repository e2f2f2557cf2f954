package io.kantoku.cli;

import io.kantoku.cli.instance.FreeRanges;
import io.kantoku.cli.instance.Instance;
import io.kantoku.cli.instance.InstanceOptions;
import io.kantoku.cli.instance.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kantoku train}: what the process does from which the ahead-of-time cache is made. */
@Command(name = "train", hidden = true, description = "Walks through a start on a throw-away instance.")
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private StateOption state = new StateOption();

    @Override
    public Integer call() throws IOException {
        StateDirectory directory = state.directory();
        InstanceOptions options = InstanceOptions.simulated(
                FreeRanges.plan(new SecureRandom()), FreeRanges.port(), Privileges.frontPort());
        Path haproxy =
                Path.of(Optional.ofNullable(System.getenv("KANTOKU_HAPROXY")).orElse("/usr/sbin/haproxy"));
        try (Instance _ = Instance.start(directory, options, haproxy, step -> {})) {
            String path = directory.path().toString();
            Kantoku.execute("enable", "--state", path);
            Kantoku.execute("status", "--state", path);
            Kantoku.execute("namespace", "create", "train", "--storage-policy", "k8s-storage", "--state", path);
            Kantoku.execute("namespace", "ls", "--state", path);
        }
        return Kantoku.execute("down", "--state", directory.path().toString());
    }
}
