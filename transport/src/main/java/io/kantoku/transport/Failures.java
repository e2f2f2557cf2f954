package io.kantoku.transport;

import io.kantoku.transport.TransportException.Code;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.http.HttpException;

/** Turns what Jetty and the JDK throw into a {@link TransportException} that a person can act on. */
final class Failures {
    private Failures() {}

    static TransportException explain(HttpRequest request, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case TransportException known -> {
                    return known;
                }
                case ServerTrust.Untrusted untrusted -> {
                    return of(
                            untrusted.code(),
                            request,
                            untrusted.getMessage() + "; give the authority that signed it, or the name that it is for",
                            failure);
                }
                default -> {}
            }
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case SSLException tls -> {
                    return of(Code.TLS_FAILED, request, "TLS failed: " + tls.getMessage(), failure);
                }
                case UnknownHostException _ -> {
                    return of(Code.UNKNOWN_HOST, request, "the host's name cannot be resolved", failure);
                }
                case UnresolvedAddressException _ -> {
                    return of(Code.UNKNOWN_HOST, request, "the host's name cannot be resolved", failure);
                }
                case NoRouteToHostException _ -> {
                    return of(Code.UNREACHABLE, request, "there is no route to it", failure);
                }
                case SocketTimeoutException _ -> {
                    return of(Code.TIMEOUT, request, "no connection in time; is it up?", failure);
                }
                case TimeoutException _ -> {
                    return of(Code.TIMEOUT, request, "no answer within " + request.timeout(), failure);
                }
                case NoSuchFileException _ -> {
                    return of(Code.CONNECT_REFUSED, request, "its socket does not exist; is it up?", failure);
                }
                case ConnectException refused -> {
                    return connect(request, refused, failure);
                }
                case HttpException malformed -> {
                    return of(Code.PROTOCOL, request, "the answer is not HTTP/1.1: " + malformed.getReason(), failure);
                }
                default -> {
                    String message =
                            cause.getMessage() == null ? "" : cause.getMessage().toLowerCase(Locale.ROOT);
                    if (message.contains("unreachable")) {
                        return of(Code.UNREACHABLE, request, "the network is unreachable", failure);
                    }
                    if (cause instanceof java.net.SocketException && message.contains("no such file")) {
                        return of(Code.CONNECT_REFUSED, request, "its socket does not exist; is it up?", failure);
                    }
                    if (cause instanceof java.net.SocketException && message.contains("connection refused")) {
                        return of(Code.CONNECT_REFUSED, request, "nothing listens there; is it up?", failure);
                    }
                }
            }
        }
        return of(Code.CLOSED, request, "the connection ended before the answer did: " + failure, failure);
    }

    private static TransportException connect(HttpRequest request, ConnectException refused, Throwable failure) {
        String message = String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("timed out")) {
            return of(Code.TIMEOUT, request, "no connection in time; is it up?", failure);
        }
        if (message.contains("unreachable")) {
            return of(Code.UNREACHABLE, request, "the network is unreachable", failure);
        }
        return of(Code.CONNECT_REFUSED, request, "nothing listens there; is it up?", failure);
    }

    static TransportException of(Code code, HttpRequest request, String what, Throwable cause) {
        return new TransportException(code, request + ": " + what, cause);
    }
}
