package io.kantoku.loadbalancer;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.TransportException;
import java.util.Optional;

/**
 * Finds out whether a Data Plane API can be used, and what exactly is in the way if not: the address, the certificate, the
 * credentials, or who answers.
 */
public final class ConnectionCheck {
    private ConnectionCheck() {}

    /** What is in the way. */
    public enum Kind {
        /** Nobody answers. */
        UNREACHABLE,
        /** The certificate is not issued by the given authorities. */
        UNTRUSTED,
        /** The certificate is for other addresses. */
        NAME_MISMATCH,
        /** User or password is wrong. */
        CREDENTIALS,
        /** Somebody else answers. */
        NOT_DATA_PLANE_API
    }

    /**
     * Why an endpoint cannot be used.
     *
     * @param message what, why, and what to do
     */
    public record Fault(Kind kind, String message) {}

    /** The first thing that is in the way; empty when the endpoint can be used. */
    public static Optional<Fault> check(DataPlaneEndpoint endpoint, HttpClient http) {
        return check(DataPlaneClient.to(endpoint, http));
    }

    static Optional<Fault> check(DataPlaneClient client) {
        try {
            client.version();
            return Optional.empty();
        } catch (DataPlaneException e) {
            return Optional.of(explain(client.endpoint(), e));
        }
    }

    private static Fault explain(DataPlaneEndpoint endpoint, DataPlaneException e) {
        return switch (e.code()) {
            case UNAUTHORIZED ->
                new Fault(
                        Kind.CREDENTIALS,
                        endpoint.url() + " refuses user \"" + endpoint.user()
                                + "\" with the given password; check both");
            case UNTRUSTED ->
                nameMismatch(e)
                        ? new Fault(
                                Kind.NAME_MISMATCH,
                                "the certificate of " + endpoint.url() + " does not name " + endpoint.host() + " ("
                                        + e.getMessage() + "); use an address that it names, or have it issued again")
                        : new Fault(
                                Kind.UNTRUSTED,
                                "the certificate of " + endpoint.url() + " is not issued by the given authorities ("
                                        + e.getMessage()
                                        + "); give the appliance's CA certificate, ca.crt in its directory");
            case UNREACHABLE, DEADLINE ->
                new Fault(
                        Kind.UNREACHABLE,
                        endpoint.url() + " cannot be reached (" + e.getMessage()
                                + "); check address, port and routes, and that the appliance runs");
            case BAD_REQUEST,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    OUTDATED,
                    CONFLICT,
                    TOO_LARGE,
                    UNSUPPORTED,
                    INVALID,
                    TOO_MANY_TRANSACTIONS,
                    INTERNAL,
                    NOT_DATA_PLANE_API,
                    RELOAD_FAILED ->
                new Fault(
                        Kind.NOT_DATA_PLANE_API,
                        endpoint.url() + " is not a Data Plane API that can be used (" + e.getMessage()
                                + "); check the port, 5556 by default");
        };
    }

    private static boolean nameMismatch(DataPlaneException e) {
        return e.getCause() instanceof TransportException t && t.code() == TransportException.Code.TLS_NAME_MISMATCH;
    }
}
