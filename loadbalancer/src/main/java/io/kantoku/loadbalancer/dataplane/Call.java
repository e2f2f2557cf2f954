package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.transport.BodyTooLargeException;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** One request to the API with what its path held. */
record Call(Exchange exchange, Map<String, String> path) {
    private static final int LARGEST_BODY = 64 << 20;

    String path(String name) {
        return path.getOrDefault(name, "");
    }

    Optional<String> query(String name) {
        return exchange.query(name).filter(value -> !value.isEmpty());
    }

    String required(String name) {
        return query(name).orElseThrow(() -> DataPlaneException.requiredInQuery(name));
    }

    boolean flag(String name) {
        return query(name).filter("true"::equals).isPresent();
    }

    byte[] body() {
        try {
            return exchange.readBody(LARGEST_BODY);
        } catch (BodyTooLargeException e) {
            throw new DataPlaneException(Code.TOO_LARGE, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException("the request body could not be read", e);
        }
    }

    <T> T body(Class<T> type) {
        return ApiJson.convert(object(), type);
    }

    /** The body, which is read once. */
    ObjectNode object() {
        if (!(ApiJson.parse(body()) instanceof ObjectNode node)) {
            throw DataPlaneException.badRequest("the body must be a JSON object");
        }
        return node;
    }

    Optional<String> transaction() {
        return query("transaction_id");
    }

    /** On what a write is based: exactly one of {@code version} and {@code transaction_id}. */
    WriteMode mode() {
        Optional<String> transaction = transaction();
        long version = version();
        boolean force = flag("force_reload");
        if (transaction.isPresent() && version != 0) {
            throw DataPlaneException.badRequest("version and transaction_id are both given: give one of them");
        }
        if (transaction.isPresent()) {
            if (force) {
                throw DataPlaneException.badRequest(
                        "force_reload has no meaning in a transaction: give it at the commit");
            }
            return new WriteMode.InTransaction(transaction.get());
        }
        if (version == 0) {
            throw DataPlaneException.badRequest(
                    "version or transaction_id is missing: give the configuration's version, or a transaction's id");
        }
        return new WriteMode.Direct(version, force);
    }

    /** The version that the client gives, 0 when it gives none. */
    long version() {
        String version = query("version").orElse("0");
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException e) {
            throw new DataPlaneException(
                    Code.INVALID, "version in query must be of type integer: \"" + version + "\"", e);
        }
    }
}
