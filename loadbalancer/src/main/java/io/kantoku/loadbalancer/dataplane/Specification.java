package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes routes to machines. Pure. */
final class Specification {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

    private Specification() {}

    static ObjectNode swagger(String base, List<Route> routes) {
        ObjectNode document = ApiJson.object().put("swagger", "2.0").put("basePath", base);
        info(document);
        document.putArray("schemes").add("https");
        document.putArray("consumes").add("application/json");
        document.putArray("produces").add("application/json");
        document.putObject("securityDefinitions").putObject("basic_auth").put("type", "basic");
        document.putArray("security").addObject().putArray("basic_auth");
        paths(document, routes, false);
        return document;
    }

    static ObjectNode openApi(String base, List<Route> routes) {
        ObjectNode document = ApiJson.object().put("openapi", "3.0.1");
        info(document);
        document.putArray("servers").addObject().put("url", base);
        document.putObject("components")
                .putObject("securitySchemes")
                .putObject("basic_auth")
                .put("type", "http")
                .put("scheme", "basic");
        document.putArray("security").addObject().putArray("basic_auth");
        paths(document, routes, true);
        return document;
    }

    private static void info(ObjectNode document) {
        document.putObject("info").put("title", "HAProxy Data Plane API").put("version", "2.1");
    }

    private static void paths(ObjectNode document, List<Route> routes, boolean schemas) {
        ObjectNode paths = document.putObject("paths");
        for (Route route : routes) {
            ObjectNode operation = paths.withObjectProperty(route.template())
                    .putObject(route.method().toLowerCase(Locale.ROOT));
            operation.put("summary", route.title());
            ArrayNode parameters = operation.putArray("parameters");
            Matcher variables = VARIABLE.matcher(route.template());
            while (variables.find()) {
                ObjectNode parameter = parameters
                        .addObject()
                        .put("in", "path")
                        .put("name", variables.group(1))
                        .put("required", true);
                if (schemas) {
                    parameter.putObject("schema").put("type", "string");
                } else {
                    parameter.put("type", "string");
                }
            }
            operation.putObject("responses").putObject("default").put("description", "An answer or an error");
        }
    }
}
