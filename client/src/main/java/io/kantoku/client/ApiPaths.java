package io.kantoku.client;

import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.NamespacedName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The paths of the Kubernetes API. */
public final class ApiPaths {
    private ApiPaths() {}

    /** A collection, in one namespace or, with {@code ""}, in all. */
    public static String collection(GroupVersionResource resource, String namespace) {
        String root = resource.group().isEmpty()
                ? "/api/" + resource.version()
                : "/apis/" + resource.group() + "/" + resource.version();
        return root + (namespace.isEmpty() ? "" : "/namespaces/" + escape(namespace)) + "/" + resource.resource();
    }

    public static String object(GroupVersionResource resource, NamespacedName name, String subresource) {
        return collection(resource, name.namespace())
                + "/"
                + escape(name.name())
                + (subresource.isEmpty() ? "" : "/" + subresource);
    }

    /** A query string of the parameters that are not empty, in their order. */
    public static String query(Map<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> {
            if (!value.isEmpty()) {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(escape(value));
            }
        });
        return query.toString();
    }

    /** A text as one segment of a path or one value of a query. */
    public static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
