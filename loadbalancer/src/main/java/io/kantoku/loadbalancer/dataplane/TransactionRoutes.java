package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The routes of transactions and reloads. */
final class TransactionRoutes {
    private static final Pattern RELOAD_ID = Pattern.compile("^\\d{4}-\\d{2}-\\d{2}-\\d+$");

    private TransactionRoutes() {}

    /** @param nested as in version 3, which has a status and a code of their own for a transaction that others were faster than */
    static List<Route> of(Configuration configuration, boolean nested) {
        String transactions = "/services/haproxy/transactions";
        String reloads = "/services/haproxy/reloads";
        return List.of(
                new Route("GET", transactions, "The open and the failed transactions", call -> {
                    Optional<String> status = call.oneOf(
                            "status",
                            nested ? List.of("failed", "in_progress", "outdated") : List.of("failed", "in_progress"));
                    long version = configuration.current().version();
                    return Answer.ok(configuration.transactions().stream()
                            .map(t -> nested ? t.seenAt(version) : t)
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
                new Route("GET", transactions + "/{id}", "One transaction", call -> {
                    Transaction found = configuration.transaction(call.path("id"));
                    return Answer.ok(
                            nested ? found.seenAt(configuration.current().version()) : found);
                }),
                new Route("PUT", transactions + "/{id}", "Commit a transaction", call -> {
                    if (nested) {
                        refuseOutdated(configuration, call.path("id"));
                    }
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
                                .status(reloadId(call))
                                .orElseThrow(() -> DataPlaneException.notFound("reload " + call.path("id"))))));
    }

    private static String reloadId(Call call) {
        String id = call.path("id");
        if (!RELOAD_ID.matcher(id).matches()) {
            throw DataPlaneException.pattern("id in path", RELOAD_ID.pattern());
        }
        return id;
    }

    /** Version 3 tells what can be repeated from what cannot; the first version answers 400 and 409. */
    private static void refuseOutdated(Configuration configuration, String id) {
        Transaction transaction =
                configuration.transaction(id).seenAt(configuration.current().version());
        if (transaction.status() != Transaction.Status.IN_PROGRESS) {
            throw new DataPlaneException(
                    DataPlaneException.Code.OUTDATED,
                    "transaction " + id + " is "
                            + ApiJson.tree(transaction.status()).asText() + "; begin another");
        }
    }
}
