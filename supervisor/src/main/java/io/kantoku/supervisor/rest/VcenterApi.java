package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.HttpAnswers;
import io.kantoku.supervisor.audit.Audit;
import io.kantoku.supervisor.audit.Deed;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpHandler;
import io.kantoku.vsphere.VsphereException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves vCenter's REST API. Answers of {@code /rest} are wrapped in {@code value}, those of {@code /api} are bare; errors take
 * the form of their family.
 */
public final class VcenterApi implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(VcenterApi.class);

    private final SessionDoor door;
    private final Audit audit;
    private final Routes routes = new Routes();

    public VcenterApi(Logins logins, Sessions sessions, Audit audit, List<? extends Operations> operations) {
        this.door = new SessionDoor(logins, sessions, audit);
        this.audit = audit;
        operations.forEach(group -> group.addTo(routes));
    }

    /** All operations but those of sessions. */
    Set<String> routes() {
        return routes.all();
    }

    /** Whether a path belongs to this API. */
    public static boolean serves(String path) {
        return path.startsWith("/rest/") || path.startsWith("/api/");
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        boolean rest = exchange.rawPath().startsWith("/rest/");
        try {
            dispatch(exchange, rest);
        } catch (VapiException e) {
            fail(exchange, rest, e);
        } catch (VsphereException e) {
            fail(exchange, rest, translate(e));
        } catch (ApiException e) {
            fail(exchange, rest, translate(e));
        }
    }

    private void dispatch(Exchange exchange, boolean rest) throws IOException {
        if (door.serves(exchange.rawPath())) {
            door.handle(exchange);
            return;
        }
        Sessions.Session session = door.authenticated(exchange);
        String path = exchange.rawPath();
        String action =
                exchange.query("action").or(() -> exchange.query("~action")).orElse("");
        Routes.Match match = routes.find(exchange.method(), canonical(path), action)
                .orElseThrow(() -> VapiException.of(
                        VapiError.NOT_FOUND,
                        "com.vmware.vapi.rest.httpNotFound",
                        "there is no operation " + exchange.method() + " " + path + action(exchange)
                                + (routes.methods(path).isEmpty() ? "" : "; the path knows " + routes.methods(path))));
        Call call = new Call(exchange, session, match.variables());
        switch (match.handling()) {
            case Routes.Handling.Direct(var operation) -> operation.call(call);
            case Routes.Handling.Answering(var operation) -> {
                if (exchange.method().equals("GET")) {
                    answer(call, operation, rest);
                } else {
                    audited(call, operation, rest);
                }
            }
        }
    }

    /** Workload Management has its paths below {@code /api}; clients of early releases look for them below {@code /rest}. */
    private static String canonical(String path) {
        return path.startsWith("/rest/vcenter/namespace") ? "/api" + path.substring("/rest".length()) : path;
    }

    private void audited(Call call, Routes.Operation operation, boolean rest) throws IOException {
        Exchange exchange = call.exchange();
        int status = VapiError.INTERNAL_SERVER_ERROR.status();
        try {
            status = answer(call, operation, rest);
        } catch (VapiException e) {
            status = e.error().status();
            throw e;
        } catch (VsphereException e) {
            status = translate(e).error().status();
            throw e;
        } finally {
            audit.add(new Deed(
                    Deed.Source.REST,
                    call.session().user().fullName(),
                    exchange.method(),
                    "",
                    exchange.rawPath() + action(exchange),
                    status,
                    exchange.remote().getAddress().getHostAddress()));
        }
    }

    private static String action(Exchange exchange) {
        return exchange.query("action")
                .or(() -> exchange.query("~action"))
                .map(action -> "?action=" + action)
                .orElse("");
    }

    /** Carries the call out and tells with which status. */
    private static int answer(Call call, Routes.Operation operation, boolean rest) throws IOException {
        Optional<JsonNode> answer = carriedOut(call, operation);
        if (answer.isEmpty()) {
            int status = rest ? 200 : 204;
            call.exchange().respond(status, "", new byte[0]);
            return status;
        }
        HttpAnswers.json(call.exchange(), 200, rest ? Json.object().set("value", answer.get()) : answer.get());
        return 200;
    }

    /** What no operation foresaw is said too: a person who sees it cannot always look into the log. */
    private static Optional<JsonNode> carriedOut(Call call, Routes.Operation operation) throws IOException {
        try {
            return operation.call(call);
        } catch (VapiException | VsphereException | ApiException e) {
            throw e;
        } catch (RuntimeException e) { // this API's request loop
            LOG.atError()
                    .setMessage("operation failed")
                    .addKeyValue("method", call.exchange().method())
                    .addKeyValue("path", call.exchange().rawPath())
                    .setCause(e)
                    .log();
            throw VapiException.of(
                    VapiError.INTERNAL_SERVER_ERROR,
                    "com.vmware.vapi.std.errors.internal_server_error",
                    "the operation failed: " + (e.getMessage() == null ? e.toString() : e.getMessage())
                            + "; the server's log has more");
        }
    }

    private static VapiException translate(VsphereException e) {
        VapiError error = switch (e.code()) {
            case NOT_FOUND -> VapiError.NOT_FOUND;
            case ALREADY_EXISTS -> VapiError.ALREADY_EXISTS;
            case INVALID_ARGUMENT -> VapiError.INVALID_ARGUMENT;
            case INSUFFICIENT_RESOURCES -> VapiError.UNABLE_TO_ALLOCATE_RESOURCE;
            case IN_USE -> VapiError.RESOURCE_IN_USE;
            case NOT_ALLOWED_IN_CURRENT_STATE -> VapiError.NOT_ALLOWED_IN_CURRENT_STATE;
            case UNSUPPORTED -> VapiError.UNSUPPORTED;
            case TIMED_OUT -> VapiError.SERVICE_UNAVAILABLE;
            case INTERNAL -> VapiError.INTERNAL_SERVER_ERROR;
        };
        return new VapiException(
                error,
                List.of(new LocalizableMessage(
                        "com.vmware.vapi.std.errors." + error.name().toLowerCase(Locale.ROOT),
                        String.valueOf(e.getMessage()),
                        List.of())));
    }

    /** What the Supervisor's API refused, in vCenter's words. */
    private static VapiException translate(ApiException e) {
        VapiError error = switch (e.status().code()) {
            case 400, 422 -> VapiError.INVALID_ARGUMENT;
            case 403 -> VapiError.UNAUTHORIZED;
            case 404 -> VapiError.NOT_FOUND;
            case 409 -> e.isAlreadyExists() ? VapiError.ALREADY_EXISTS : VapiError.RESOURCE_IN_USE;
            case 503 -> VapiError.SERVICE_UNAVAILABLE;
            default -> VapiError.INTERNAL_SERVER_ERROR;
        };
        return VapiException.of(error, "io.kantoku.wcp.kubernetes", "the Supervisor's API refused: " + e.getMessage());
    }

    private static void fail(Exchange exchange, boolean rest, VapiException e) throws IOException {
        boolean browser =
                exchange.header("Sec-Fetch-Mode").isPresent(); // a page asks by itself, not by the browser's dialog
        if (e.error() == VapiError.UNAUTHENTICATED && !browser) {
            exchange.responseHeader("WWW-Authenticate", "Basic realm=\"VAPI endpoint\"");
        }
        exchange.respond(e.error().status(), "application/json", rest ? e.restBody() : e.apiBody());
    }
}
