package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.transport.Exchange;
import java.util.List;

/** The options of a connection to a pod, node or service as an object, which admission sees: {@code PodExecOptions} and its likes. */
final class ConnectOptions {
    private ConnectOptions() {}

    static ObjectNode of(RequestInfo info, Exchange exchange) {
        String kind = switch (info.resource() + "/" + info.subresource()) {
            case "pods/exec" -> "PodExecOptions";
            case "pods/attach" -> "PodAttachOptions";
            case "pods/portforward" -> "PodPortForwardOptions";
            case "nodes/proxy" -> "NodeProxyOptions";
            case "services/proxy" -> "ServiceProxyOptions";
            default -> "PodProxyOptions";
        };
        ObjectNode options = Json.object();
        options.put("kind", kind).put("apiVersion", "v1");
        exchange.query().forEach((name, values) -> put(exchange, options, name, values));
        return options;
    }

    private static void put(Exchange exchange, ObjectNode options, String name, List<String> values) {
        switch (name) {
            case "command" -> {
                ArrayNode command = options.putArray(name);
                values.forEach(command::add);
            }
            case "stdin", "stdout", "stderr", "tty" -> options.put(name, exchange.flag(name));
            default -> options.put(name, values.getFirst());
        }
    }
}
