package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.transport.BodyTooLargeException;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One request to the API with what its path held. */
record Call(Exchange exchange, Map<String, String> path) {
    static final String JSON = "application/json";
    static final String TEXT = "text/plain";
    private static final String UNKNOWN = "application/octet-stream";
    private static final int LARGEST_BODY = 64 << 20;
    private static final Set<String> TRUE =
            Set.of("true", "1", "t", "yes", "y", "ok", "on", "selected", "checked", "enabled");
    private static final Set<String> FALSE = Set.of("false", "0", "f", "no", "n", "off", "unselected", "disabled");

    String path(String name) {
        return path.getOrDefault(name, "");
    }

    Optional<String> query(String name) {
        return exchange.query(name).filter(value -> !value.isEmpty());
    }

    String required(String name) {
        return query(name).orElseThrow(() -> DataPlaneException.requiredInQuery(name));
    }

    /** A yes or no of the query; absent is no. */
    boolean flag(String name) {
        String value = query(name).orElse("false").toLowerCase(Locale.ROOT);
        if (!TRUE.contains(value) && !FALSE.contains(value)) {
            throw DataPlaneException.wrongType(name + " in query", "bool", value);
        }
        return TRUE.contains(value);
    }

    /** One of a few values of the query, when it is there. */
    Optional<String> oneOf(String name, List<String> allowed) {
        Optional<String> value = query(name);
        value.filter(v -> !allowed.contains(v)).ifPresent(_ -> {
            throw DataPlaneException.notOneOf(name + " in query", allowed);
        });
        return value;
    }

    /**
     * The body, which must be there and be of one of these types.
     *
     * @throws DataPlaneException UNSUPPORTED, INVALID, TOO_LARGE
     */
    byte[] body(String... types) {
        byte[] body = body();
        if (body.length == 0) {
            throw DataPlaneException.required("data");
        }
        String type = exchange.header("Content-Type")
                .orElse(UNKNOWN)
                .replaceFirst(";.*", "")
                .strip();
        if (!List.of(types).contains(type.toLowerCase(Locale.ROOT))) {
            throw new DataPlaneException(
                    Code.UNSUPPORTED,
                    "unsupported media type \"" + type + "\", only [" + String.join(" ", types) + "] are allowed");
        }
        return body;
    }

    private byte[] body() {
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

    /** The body as JSON, which is read once. */
    JsonNode json() {
        return ApiJson.parse(body(JSON));
    }

    ObjectNode object() {
        if (!(json() instanceof ObjectNode node)) {
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
            throw DataPlaneException.wrongType("version in query", "int64", version);
        }
    }
}
