package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.catalog.openapi.SchemaJson.Dialect;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.rest.OpenApiSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The built-in schemas for the documents that the server writes. */
public final class BuiltInOpenApi implements OpenApiSource {
    private final BuiltInSchemas builtIn = BuiltInSchemas.get();

    @Override
    public ObjectNode schemas(GroupVersion version) {
        List<String> names = new ArrayList<>(OpenApiDocuments.ALWAYS);
        builtIn.table().kinds().forEach((kind, struct) -> {
            if (kind.groupVersion().equals(version)) {
                names.add(struct.name());
            }
        });
        SchemaJson json = new SchemaJson(Dialect.V3);
        ObjectNode texts = builtIn.texts();
        ObjectNode schemas = Json.object();
        builtIn.closure(names).forEach(name -> schemas.set(name, json.schema(name, texts)));
        return schemas;
    }

    @Override
    public Optional<String> schemaName(ResourceType type, GroupVersionKind kind) {
        return builtIn.schemaName(kind);
    }
}
