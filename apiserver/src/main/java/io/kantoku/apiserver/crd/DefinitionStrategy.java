package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Strategy;
import io.kantoku.apiserver.registry.TypeFault;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The rules of CustomResourceDefinitions. A definition that is stored is in force unless its names are taken, which {@link
 * DefinitionAdmission} finds out.
 */
public final class DefinitionStrategy implements Strategy {
    private final Strategy builtIn;

    private DefinitionStrategy(Strategy builtIn) {
        this.builtIn = builtIn;
    }

    /** The catalog's types, with these rules for definitions if they are among them. */
    public static List<ResourceType> in(List<ResourceType> types) {
        return types.stream()
                .map(type -> type.name().equals(Definition.RESOURCE) ? withRules(type) : type)
                .toList();
    }

    private static ResourceType withRules(ResourceType type) {
        return new ResourceType(
                type.name(),
                type.kind(),
                type.listKind(),
                type.singular(),
                type.shortNames(),
                type.categories(),
                type.namespaced(),
                type.versions(),
                type.storageVersion(),
                type.verbs(),
                type.subresources(),
                new DefinitionStrategy(type.strategy()),
                type.selectableFields(),
                type.printer());
    }

    @Override
    public boolean builtIn() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        builtIn.applyDefaults(object);
        ObjectNode spec = object.withObjectProperty("spec");
        ObjectNode names = spec.withObjectProperty("names");
        String kind = names.path("kind").asText();
        if (names.path("singular").asText().isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (names.path("listKind").asText().isEmpty()) {
            names.put("listKind", kind + "List");
        }
        if (!spec.has("conversion")) {
            spec.putObject("conversion").put("strategy", "None");
        }
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        ObjectNode status = object.putObject("status");
        status.putArray("conditions");
        status.putArray("storedVersions").add(new Definition(object).storageVersion());
        addCleanup(object);
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        ObjectNode status = object.withObjectProperty("status");
        String storage = new Definition(object).storageVersion();
        ArrayNode stored = status.withArrayProperty("storedVersions");
        for (JsonNode version : stored) {
            if (version.asText().equals(storage)) {
                return;
            }
        }
        stored.add(storage);
    }

    private static void addCleanup(ObjectNode object) {
        ArrayNode finalizers = object.withObjectProperty("metadata").withArrayProperty("finalizers");
        for (JsonNode finalizer : finalizers) {
            if (finalizer.asText().equals(Definition.CLEANUP)) {
                return;
            }
        }
        finalizers.add(Definition.CLEANUP);
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        List<FieldError> errors = DefinitionCheck.check(object);
        return errors.isEmpty() ? builtIn.validate(object) : errors;
    }

    @Override
    public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
        return DefinitionCheck.checkUpdate(object, old);
    }

    @Override
    public List<FieldError> validateStatus(ObjectNode object, ObjectNode old) {
        return DefinitionCheck.checkStatus(object);
    }

    @Override
    public List<String> unknownFields(ObjectNode object) {
        return builtIn.unknownFields(object);
    }

    @Override
    public void prune(ObjectNode object) {
        builtIn.prune(object);
    }

    @Override
    public Optional<TypeFault> typeFault(ObjectNode object, String version) {
        return builtIn.typeFault(object, version);
    }

    @Override
    public ObjectNode toVersion(ObjectNode object, String version) {
        return version.equals("v1beta1") ? LegacyDefinition.fromV1(object) : object;
    }

    @Override
    public ObjectNode fromVersion(ObjectNode object, String version) {
        return version.equals("v1beta1") ? LegacyDefinition.toV1(object) : object;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }
}
