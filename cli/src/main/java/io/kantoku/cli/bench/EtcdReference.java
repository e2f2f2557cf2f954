package io.kantoku.cli.bench;

import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real etcd on the same disk, and what its own {@code etcdctl check perf} says of it. */
final class EtcdReference {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private EtcdReference() {}

    /** Where Debian's packages etcd-server and etcd-client put their programs; empty when they are not installed. */
    static Optional<Path> program(String name) {
        return Stream.of("/usr/bin", "/usr/local/bin")
                .map(at -> Path.of(at, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param load {@code s}, {@code m} or {@code l}: 50, 200 or 500 clients that put 150, 1 000 or 8 000 keys a second for a minute */
    static String checkPerf(Shell shell, Path directory, String load) throws IOException, InterruptedException {
        Path etcd = program("etcd").orElseThrow();
        Path etcdctl = program("etcdctl").orElseThrow();
        Process process = new ProcessBuilder(
                        etcd.toString(),
                        "--data-dir=" + directory.resolve("etcd-" + load),
                        "--listen-client-urls=http://127.0.0.1:23791",
                        "--advertise-client-urls=http://127.0.0.1:23791",
                        "--listen-peer-urls=http://127.0.0.1:23801",
                        "--initial-advertise-peer-urls=http://127.0.0.1:23801",
                        "--initial-cluster=default=http://127.0.0.1:23801")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("etcd.log").toFile())
                .start();
        try {
            Outcome outcome = shell.run(
                    List.of(
                            etcdctl.toString(),
                            "--endpoints=http://127.0.0.1:23791",
                            "check",
                            "perf",
                            "--load=" + load),
                    "",
                    LIMIT);
            return (outcome.out() + outcome.err())
                    .lines()
                    .filter(line -> line.startsWith("PASS") || line.startsWith("FAIL") || line.contains("Slowest"))
                    .reduce((left, right) -> left + "; " + right)
                    .orElse("no result, exit " + outcome.exit());
        } finally {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
