package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.schema.StructuralSchema;
import io.kantoku.apimachinery.schema.TypeSchema;
import io.kantoku.apiserver.registry.ScalePaths;
import io.kantoku.apiserver.registry.Strategy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules of a custom kind: those of its schemas. */
final class CustomStrategy implements Strategy {
    private final Map<String, JsonNode> openApi;
    private final Map<String, StructuralSchema> schemas = new HashMap<>();
    private final @Nullable StructuralSchema stored;
    private final ScalePaths scalePaths;

    /** @param openApi the schema of each version, absent or not */
    CustomStrategy(Map<String, JsonNode> openApi, String storageVersion, ScalePaths scalePaths) {
        this.openApi = Map.copyOf(openApi);
        openApi.forEach(
                (version, schema) -> Definition.schema(schema).ifPresent(parsed -> schemas.put(version, parsed)));
        this.stored = schemas.get(storageVersion);
        this.scalePaths = scalePaths;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        if (stored != null) {
            stored.applyDefaults(object);
        }
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        return stored == null ? List.of() : stored.validate(object);
    }

    @Override
    public List<FieldError> validateStatus(ObjectNode object, ObjectNode old) {
        return validate(object);
    }

    @Override
    public List<String> unknownFields(ObjectNode object) {
        return stored == null ? List.of() : stored.prune(object.deepCopy());
    }

    @Override
    public void prune(ObjectNode object) {
        if (stored != null) {
            stored.prune(object);
        }
    }

    /** Conversion {@code None}: the same fields, as far as the other version's schema knows them, with its defaults. */
    @Override
    public ObjectNode toVersion(ObjectNode object, String version) {
        StructuralSchema schema = schemas.get(version);
        if (schema != null) {
            schema.prune(object);
            schema.applyDefaults(object);
        }
        return object;
    }

    @Override
    public ObjectNode fromVersion(ObjectNode object, String version) {
        return toVersion(object, version);
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public ScalePaths scalePaths() {
        return scalePaths;
    }

    @Override
    public Optional<ObjectNode> openApiSchema(String version) {
        return openApi.get(version) instanceof ObjectNode schema ? Optional.of(schema) : Optional.empty();
    }

    @Override
    public Optional<TypeSchema> typeSchema() {
        return Optional.ofNullable(stored).map(StructuralSchema::typeSchema);
    }
}
