package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.supervisor.HttpAnswers;
import io.kantoku.supervisor.sso.Privileges;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One authenticated call.
 *
 * @param path the variables of the route's path, by name
 */
public record Call(Exchange exchange, Sessions.Session session, Map<String, String> path) {
    public String path(String name) {
        return path.getOrDefault(name, "");
    }

    public String query(String name) {
        return exchange.query(name).orElse("");
    }

    /** All values of a query parameter, in the forms {@code a=1&a=2} and {@code filter.a=1}. */
    public List<String> filter(String name) {
        List<String> plain = exchange.query().getOrDefault(name, List.of());
        return plain.isEmpty() ? exchange.query().getOrDefault("filter." + name, List.of()) : plain;
    }

    public JsonNode body() throws IOException {
        return body(exchange);
    }

    static JsonNode body(Exchange exchange) throws IOException {
        try {
            return HttpAnswers.body(exchange);
        } catch (ApiException e) {
            throw VapiException.invalid(String.valueOf(e.getMessage()));
        }
    }

    /** Only who has the privilege may go on. */
    public void require(String privilege) {
        if (!Privileges.has(session.user(), privilege)) {
            throw VapiException.of(
                    VapiError.UNAUTHORIZED,
                    "com.vmware.vapi.std.errors.unauthorized",
                    "user " + session.user().fullName() + " lacks the privilege " + privilege);
        }
    }
}
