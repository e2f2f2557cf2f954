package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import java.util.List;
import java.util.Optional;

/** The routes of transactions and reloads. */
final class TransactionRoutes {
    private TransactionRoutes() {}

    static List<Route> of(Configuration configuration) {
        String transactions = "/services/haproxy/transactions";
        String reloads = "/services/haproxy/reloads";
        return List.of(
                new Route("GET", transactions, "The open and the failed transactions", call -> {
                    Optional<String> status = call.query("status");
                    return Answer.ok(configuration.transactions().stream()
                            .filter(t -> status.isEmpty()
                                    || status.get()
                                            .equals(ApiJson.tree(t.status()).asText()))
                            .toList());
                }),
                new Route("POST", transactions, "Begin a transaction", call -> {
                    if (call.query("version").isEmpty()) {
                        throw DataPlaneException.requiredInQuery("version");
                    }
                    return new Answer(201, configuration.begin(call.version()), Optional.empty());
                }),
                new Route(
                        "GET",
                        transactions + "/{id}",
                        "One transaction",
                        call -> Answer.ok(configuration.transaction(call.path("id")))),
                new Route("PUT", transactions + "/{id}", "Commit a transaction", call -> {
                    Configuration.Commit commit = configuration.commit(call.path("id"), call.flag("force_reload"));
                    return Answer.written(commit.outcome(), 200, commit.transaction());
                }),
                new Route("DELETE", transactions + "/{id}", "Drop a transaction", call -> {
                    configuration.delete(call.path("id"));
                    return new Answer(204, null, Optional.empty());
                }),
                new Route(
                        "GET",
                        reloads,
                        "Reloads that go on or failed, and the last that succeeded",
                        call -> Answer.ok(configuration.reloads().list())),
                new Route(
                        "GET",
                        reloads + "/{id}",
                        "One reload",
                        call -> Answer.ok(configuration
                                .reloads()
                                .status(call.path("id"))
                                .orElseThrow(() -> DataPlaneException.notFound("reload " + call.path("id"))))));
    }
}
