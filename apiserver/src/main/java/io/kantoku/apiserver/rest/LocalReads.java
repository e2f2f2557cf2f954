package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.aggregation.AnsweredApi;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.Scales;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads of paths by clients in this process: scales, and what other servers serve. Objects have their own way, without a path. A
 * path is authorized as if it had come over the network.
 */
public final class LocalReads {
    private static final String LABEL_SELECTOR = "labelSelector=";

    private LocalReads() {}

    /**
     * What a path answers.
     *
     * @param path with its query string
     * @throws ApiException 403, or 404 when nothing serves the path
     */
    public static JsonNode read(Services services, ClusterId cluster, UserInfo user, String path) {
        int query = path.indexOf('?');
        ApiPath parsed = ApiPath.parse("GET", query < 0 ? path : path.substring(0, query), false, "");
        RequestInfo info = parsed.info();
        services.access().require(cluster, user, info);
        if (services.types().of(cluster).versions(info.group()).contains(info.version())) {
            return scale(services, cluster, info);
        }
        Optional<AnsweredApi> answered = services.aggregation().answered(cluster, info.group(), info.version());
        if (answered.isPresent()) {
            return answered.get().answer(cluster, info, labelSelector(query < 0 ? "" : path.substring(query + 1)));
        }
        return services.aggregation().read(cluster, user, info.group(), info.version(), path);
    }

    private static String labelSelector(String query) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(LABEL_SELECTOR)) {
                return URLDecoder.decode(pair.substring(LABEL_SELECTOR.length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static JsonNode scale(Services services, ClusterId cluster, RequestInfo info) {
        GroupResource resource = new GroupResource(info.group(), info.resource());
        ResourceType type = services.types().requireInternal(cluster, resource, info.version());
        if (!info.subresource().equals("scale") || !type.has("scale", info.version())) {
            throw ResourceTypes.notServed();
        }
        return services.registry()
                .read(cluster, resource, new NamespacedName(info.namespace(), info.name()))
                .map(object -> Scales.view(type, object.tree()))
                .orElseThrow(() -> ApiException.notFound(resource, info.name()));
    }
}
