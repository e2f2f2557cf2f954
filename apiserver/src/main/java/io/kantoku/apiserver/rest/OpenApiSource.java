package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apiserver.registry.ResourceType;
import java.util.Optional;

/** The OpenAPI v3 schemas of kinds. */
public interface OpenApiSource {
    /** Knows nothing. */
    OpenApiSource NONE = new OpenApiSource() {
        @Override
        public ObjectNode schemas(GroupVersion version) {
            return io.kantoku.apimachinery.Json.object();
        }

        @Override
        public Optional<String> schemaName(ResourceType type, GroupVersionKind kind) {
            return Optional.empty();
        }
    };

    /** The schemas of all built-in kinds of a group version and all that these refer to, by schema name; may be shared. */
    ObjectNode schemas(GroupVersion version);

    /** The name of a built-in kind's schema, for example {@code io.k8s.api.core.v1.Pod}. */
    Optional<String> schemaName(ResourceType type, GroupVersionKind kind);
}
