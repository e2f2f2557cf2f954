package io.kantoku.kubelet.server;

import io.kantoku.transport.Exchange;
import java.util.List;
import java.util.Locale;

/** Who calls a kubelet, as the cluster knows them. */
record Caller(String name, String uid, List<String> groups) {
    Caller {
        groups = List.copyOf(groups);
    }

    /** What a call needs: a verb on a subresource of {@code nodes}, as upstream's kubelet asks for it. */
    record Right(String verb, String subresource) {
        static Right of(Exchange exchange) {
            String verb = switch (exchange.method()) {
                case "POST" -> "create";
                case "PUT" -> "update";
                case "PATCH" -> "patch";
                case "DELETE" -> "delete";
                default -> "get";
            };
            return new Right(verb, subresource(exchange.rawPath()));
        }

        private static String subresource(String path) {
            String first = path.split("/", 3)[1].toLowerCase(Locale.ROOT);
            return switch (first) {
                case "stats" -> "stats";
                case "metrics" -> "metrics";
                case "logs" -> "log";
                case "spec" -> "spec";
                case "healthz" -> "healthz";
                case "pods", "runningpods" -> "pods";
                case "configz" -> "configz";
                default -> "proxy";
            };
        }

        /** Whether {@code nodes/proxy} is enough as well: it was for everything, before there were finer rights. */
        boolean alsoByProxy() {
            return List.of("healthz", "pods", "configz").contains(subresource);
        }
    }
}
