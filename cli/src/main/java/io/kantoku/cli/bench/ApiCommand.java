package io.kantoku.cli.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kantoku bench api}: the API server alone. */
@Command(
        name = "api",
        mixinStandardHelpOptions = true,
        description = {
            "Durable creates and updates, gets, lists, the way of a change to many watchers, the memory of idle clusters, each"
                    + " over TLS to an API server in a process of its own.",
            "With etcd and etcdctl on this machine (Debian: etcd-server, etcd-client) also the loads of etcdctl check perf, first"
                    + " on etcd and then on the API server."
        })
final class ApiCommand implements Callable<Integer> {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long each load lasts (default: 5).")
    private int seconds = 5;

    @Option(
            names = "--watchers",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "The larger crowd of watchers (default: 10000; needs twice as many open files as it has members).")
    private int watchers = 10_000;

    @Option(
            names = "--etcd-loads",
            paramLabel = "LOADS",
            split = ",",
            defaultValue = "m",
            description =
                    "Which loads of etcdctl check perf: s, m, l, or none (default: m). Each takes a minute on each server.")
    private List<String> loads = List.of("m");

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean reference = EtcdReference.program("etcd").isPresent()
                && EtcdReference.program("etcdctl").isPresent();
        List<String> wanted = loads.equals(List.of("none")) ? List.of() : loads;
        if (!wanted.isEmpty() && !reference) {
            System.out.println("etcd is not compared: install etcd-server and etcd-client, or give --etcd-loads none");
        }
        new ApiBench(System.out, Duration.ofSeconds(seconds), watchers).run(reference ? wanted : List.of());
        return 0;
    }
}
