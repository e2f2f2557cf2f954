package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apiserver.registry.Instants;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Strategy;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/**
 * The rules of CustomResourceDefinitions. A definition that is stored is in force: its conditions say so from the beginning,
 * because names that are taken are refused rather than reported.
 */
public final class DefinitionStrategy implements Strategy {
    private final Strategy builtIn;
    private final InstantSource clock;

    private DefinitionStrategy(Strategy builtIn, InstantSource clock) {
        this.builtIn = builtIn;
        this.clock = clock;
    }

    /** The catalog's types, with these rules for definitions if they are among them. */
    public static List<ResourceType> in(List<ResourceType> types, InstantSource clock) {
        return types.stream()
                .map(type -> type.name().equals(Definition.RESOURCE) ? withRules(type, clock) : type)
                .toList();
    }

    private static ResourceType withRules(ResourceType type, InstantSource clock) {
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
                new DefinitionStrategy(type.strategy(), clock),
                type.selectableFields(),
                type.printer());
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
        ArrayNode conditions = status.putArray("conditions");
        condition(conditions, "NamesAccepted", "NoConflicts", "no conflicts found");
        condition(conditions, "Established", "InitialNamesAccepted", "the initial names have been accepted");
        status.set("acceptedNames", object.path("spec").path("names").deepCopy());
        status.putArray("storedVersions").add(new Definition(object).storageVersion());
        addCleanup(object);
    }

    private void condition(ArrayNode conditions, String type, String reason, String message) {
        conditions
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("lastTransitionTime", Instants.text(clock.instant()))
                .put("reason", reason)
                .put("message", message);
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        ObjectNode status = object.withObjectProperty("status");
        status.set("acceptedNames", object.path("spec").path("names").deepCopy());
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
    public List<String> unknownFields(ObjectNode object) {
        return builtIn.unknownFields(object);
    }

    @Override
    public void prune(ObjectNode object) {
        builtIn.prune(object);
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }
}
