package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * {@code /healthz}, {@code /livez} and {@code /readyz}, whole or one check at a time, in the words of upstream's {@code
 * apiserver/pkg/server/healthz}. Why a check fails is told only to those who may ask for it by name.
 */
final class HealthEndpoint {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Services services;
    private final Map<String, List<Check>> checks;

    /** @param problem why the check fails, if it does */
    private record Check(String name, BooleanSupplier passes, String problem) {}

    HealthEndpoint(ClusterId cluster, Services services) {
        this.services = services;
        Check ping = new Check("ping", () -> true, "");
        Check log = new Check("log", () -> true, "");
        Check store = new Check("etcd", this::storeAnswers, "the store does not answer");
        Check complete = new Check(
                "autoregister-completion",
                () -> services.complete().test(cluster),
                "missing APIService: the cluster is not open yet");
        List<Check> alive = List.of(ping, log, store, complete);
        this.checks = Map.of(
                "healthz",
                alive,
                "livez",
                alive,
                "readyz",
                List.of(
                        ping,
                        log,
                        store,
                        new Check("etcd-readiness", this::storeAnswers, "the store does not answer"),
                        new Check("informer-sync", this::storeAnswers, "the watch cache is behind the store"),
                        complete));
    }

    private boolean storeAnswers() {
        try {
            services.registry().checkHealth();
            return true;
        } catch (ApiException e) {
            return false;
        }
    }

    void serve(List<String> segments, Exchange exchange) throws IOException {
        String endpoint = segments.getFirst();
        List<Check> all = checks.getOrDefault(endpoint, List.of());
        exchange.responseHeader("X-Content-Type-Options", "nosniff");
        if (segments.size() == 1) {
            all(endpoint, all, exchange);
        } else {
            String name = String.join("/", segments.subList(1, segments.size()));
            one(
                    all.stream()
                            .filter(check -> check.name().equals(name))
                            .findFirst()
                            .orElseThrow(ResourceTypes::notServed),
                    exchange);
        }
    }

    private static void one(Check check, Exchange exchange) throws IOException {
        if (check.passes().getAsBoolean()) {
            send(exchange, 200, "ok");
        } else {
            send(exchange, 500, "internal server error: " + check.problem() + "\n");
        }
    }

    private static void all(String endpoint, List<Check> all, Exchange exchange) throws IOException {
        List<String> excluded = new ArrayList<>(exchange.query().getOrDefault("exclude", List.of()));
        StringBuilder report = new StringBuilder();
        boolean passed = true;
        for (Check check : all) {
            if (excluded.removeIf(check.name()::equals)) {
                report.append("[+]").append(check.name()).append(" excluded: ok\n");
            } else if (check.passes().getAsBoolean()) {
                report.append("[+]").append(check.name()).append(" ok\n");
            } else {
                passed = false;
                report.append("[-]").append(check.name()).append(" failed: reason withheld\n");
            }
        }
        if (!excluded.isEmpty()) {
            report.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(new TreeSet<>(excluded)
                            .stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(",")))
                    .append('\n');
        }
        if (!passed) {
            send(exchange, 500, report + endpoint + " check failed\n");
        } else {
            boolean verbose = exchange.query("verbose").isPresent();
            send(exchange, 200, verbose ? report + endpoint + " check passed\n" : "ok");
        }
    }

    private static void send(Exchange exchange, int status, String text) throws IOException {
        exchange.respond(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }
}
