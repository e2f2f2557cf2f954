package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.schema.RuleEvaluator;
import io.kantoku.apimachinery.schema.StructuralSchema;
import io.kantoku.apimachinery.schema.TypeSchema;
import io.kantoku.apiserver.cel.SchemaRules;
import io.kantoku.apiserver.registry.ScalePaths;
import io.kantoku.apiserver.registry.Strategy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of a custom kind: those of its schemas. */
final class CustomStrategy implements Strategy {
    private final GroupKind kind;
    private final String storageVersion;
    private final Map<String, JsonNode> openApi;
    private final Map<String, Version> versions = new HashMap<>();
    private final Map<String, String> deprecations;
    private final Map<String, Set<String>> selectable;
    private final ScalePaths scalePaths;
    private final Converter converter;
    private final long since;

    /** What a version demands of its objects. */
    private record Version(StructuralSchema schema, SchemaRules rules) {
        List<FieldError> validate(ObjectNode object, @Nullable ObjectNode old) {
            RuleEvaluator evaluator = rules.evaluator();
            return schema.validate(object, old, evaluator);
        }
    }

    /** Changes objects from one version into another, all but their type; the results are in the order of the objects. */
    interface Converter {
        /** For versions that have the same fields. */
        Converter NONE = (objects, from, to) -> objects;

        List<ObjectNode> convert(List<ObjectNode> objects, String from, String to);
    }

    /**
     * @param openApi the schema of each version, absent or not
     * @param deprecations the warning of each version that has one
     * @param selectable the paths by which objects of each version can be selected
     * @param pruning whether unknown fields are removed
     * @param since the revision of the definition
     */
    CustomStrategy(
            GroupKind kind,
            Map<String, JsonNode> openApi,
            String storageVersion,
            Map<String, String> deprecations,
            Map<String, Set<String>> selectable,
            boolean pruning,
            ScalePaths scalePaths,
            Converter converter,
            long since) {
        this.since = since;
        this.kind = kind;
        this.openApi = Map.copyOf(openApi);
        this.storageVersion = storageVersion;
        this.deprecations = Map.copyOf(deprecations);
        this.selectable = Map.copyOf(selectable);
        this.scalePaths = scalePaths;
        this.converter = converter;
        if (pruning) {
            openApi.forEach((version, schema) -> Definition.schema(schema)
                    .ifPresent(parsed -> versions.put(version, new Version(parsed, new SchemaRules(parsed)))));
        }
    }

    private Optional<Version> stored() {
        return Optional.ofNullable(versions.get(storageVersion));
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        stored().ifPresent(version -> version.schema().applyDefaults(object));
    }

    @Override
    public long since() {
        return since;
    }

    @Override
    public void renew(ObjectNode object) {
        prune(object);
        applyDefaults(object);
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        return stored().map(version -> version.validate(object, null)).orElse(List.of());
    }

    @Override
    public List<FieldError> validateChange(ObjectNode object, ObjectNode old) {
        return stored().map(version -> version.validate(object, old)).orElse(List.of());
    }

    @Override
    public List<FieldError> validateStatus(ObjectNode object, ObjectNode old) {
        return validateChange(object, old);
    }

    @Override
    public List<String> unknownFields(ObjectNode object) {
        return stored().map(version -> version.schema().prune(object.deepCopy()))
                .orElse(List.of());
    }

    @Override
    public void prune(ObjectNode object) {
        stored().ifPresent(version -> version.schema().prune(object));
    }

    @Override
    public List<String> pruneServed(ObjectNode object, String version) {
        Version served = versions.get(version);
        return served == null ? List.of() : served.schema().prune(object);
    }

    @Override
    public ObjectNode toVersion(ObjectNode object, String version) {
        return toVersion(List.of(object), version).getFirst();
    }

    /** What comes of a conversion is shown as far as the other version's schema knows it, with its defaults. */
    @Override
    public List<ObjectNode> toVersion(List<ObjectNode> objects, String version) {
        List<ObjectNode> converted = converter.convert(objects, storageVersion, version);
        Version served = versions.get(version);
        if (served != null) {
            converted.forEach(object -> {
                served.schema().prune(object);
                served.schema().applyDefaults(object);
            });
        }
        return converted;
    }

    /** @throws ApiException 422 when the object is not what its own version's schema allows */
    @Override
    public ObjectNode fromVersion(ObjectNode object, String version) {
        Version served = versions.get(version);
        if (served != null) {
            served.schema().applyDefaults(object);
            List<FieldError> errors = served.schema().validate(object);
            if (!errors.isEmpty()) {
                String name = object.path("metadata").path("name").asText();
                throw ApiException.invalid(kind, name, errors);
            }
        }
        return converter.convert(List.of(object), version, storageVersion).getFirst();
    }

    @Override
    public Optional<String> deprecation(String version) {
        return Optional.ofNullable(deprecations.get(version));
    }

    @Override
    public Optional<Set<String>> selectableFields(String version) {
        return Optional.of(selectable.getOrDefault(version, Set.of()));
    }

    @Override
    public boolean convertsFields(String version) {
        return !version.equals(storageVersion) && !converter.equals(Converter.NONE);
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
        return stored().map(version -> version.schema().typeSchema());
    }
}
