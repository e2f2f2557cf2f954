package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldSelector;
import io.kantoku.apimachinery.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which objects of a collection a list or a watch is about.
 *
 * <p>Fields are those of the version that is asked for. Where objects have other fields in that version than in the stored one
 * ({@link Strategy#convertsFields}), they are converted to be looked at, many at a time by {@link #reading}.
 */
public final class Selection {
    private final String namespace;
    private final LabelSelector labels;
    private final FieldSelector fields;
    private final Set<String> scanned;
    private final @Nullable Converted converted;

    /**
     * Objects in the version that is asked for.
     *
     * @param known those that have been converted already
     */
    private record Converted(ResourceType type, String version, Map<StoredObject, ObjectNode> known) {
        Converted with(List<StoredObject> objects) {
            List<ObjectNode> trees = Conversions.toServed(
                    type, objects.stream().map(StoredObject::tree).toList(), version);
            Map<StoredObject, ObjectNode> all = new HashMap<>();
            for (int i = 0; i < trees.size(); i++) {
                all.put(objects.get(i), trees.get(i));
            }
            return new Converted(type, version, all);
        }

        ObjectNode tree(StoredObject object) {
            ObjectNode tree = known.get(object);
            return tree == null ? Conversions.toServed(type, object.tree(), version) : tree;
        }
    }

    private Selection(
            String namespace,
            LabelSelector labels,
            FieldSelector fields,
            Set<String> scanned,
            @Nullable Converted converted) {
        this.namespace = namespace;
        this.labels = labels;
        this.fields = fields;
        this.scanned = scanned;
        this.converted = converted;
    }

    /** Everything in a namespace, or everywhere when it is empty. */
    public static Selection in(String namespace) {
        return new Selection(namespace, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING, Set.of(), null);
    }

    /**
     * Reads selectors in their query-string form.
     *
     * @throws ApiException 400 when one cannot be read, or names a field that the version has no selector for
     */
    public static Selection of(ResourceType type, String version, String namespace, String labels, String fields) {
        FieldSelector parsed = fields(fields);
        Set<String> selectable = type.selectableFields(version);
        boolean own = false;
        for (FieldSelector.Term term : parsed.terms()) {
            boolean ofAll = ofEveryKind(term.field());
            if (!ofAll && !selectable.contains(term.field())) {
                throw ApiException.badRequest(unsupported(term.field(), type));
            }
            own |= !ofAll;
        }
        boolean converts = own && type.strategy().convertsFields(version);
        return new Selection(
                namespace,
                labels(labels),
                parsed,
                type.selectableFields(),
                converts ? new Converted(type, version, Map.of()) : null);
    }

    private static String unsupported(String field, ResourceType type) {
        return type.strategy().builtIn() && type.selectableFields().isEmpty()
                ? "\"" + field + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                : "field label not supported: " + field;
    }

    private static boolean ofEveryKind(String field) {
        return field.equals("metadata.name") || field.equals("metadata.namespace");
    }

    private static LabelSelector labels(String text) {
        try {
            return text.isEmpty() ? LabelSelector.EVERYTHING : LabelSelector.parse(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static FieldSelector fields(String text) {
        try {
            return text.isEmpty() ? FieldSelector.EVERYTHING : FieldSelector.parse(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /** Only there; {@code ""} for all namespaces. */
    public String namespace() {
        return namespace;
    }

    /** Whether labels and fields are not looked at. */
    public boolean selectsAll() {
        return labels.isEverything() && fields.isEverything();
    }

    /** The one object that can match, when the selection names it; {@code ""} otherwise. */
    public String singleName() {
        return fields.requires("metadata.name").orElse("");
    }

    /** Whether {@link #matches} answers at once, asking nobody. */
    public boolean immediate() {
        return converted == null;
    }

    /**
     * The same selection, which has looked at these objects already: what has to be converted for that is converted in one step.
     *
     * @throws ApiException 500 when the conversion fails
     */
    public Selection reading(List<StoredObject> objects) {
        if (converted == null) {
            return this;
        }
        List<StoredObject> candidates = objects.stream().filter(this::mayMatch).toList();
        return new Selection(namespace, labels, fields, scanned, converted.with(candidates));
    }

    /**
     * Whether an object is among those that are selected.
     *
     * @throws ApiException 500 when it has to be converted, and cannot
     */
    public boolean matches(StoredObject object) {
        return mayMatch(object) && (fields.isEverything() || fields.matches(reader(object)));
    }

    /** Whether the object matches as far as its namespace and labels go. */
    private boolean mayMatch(StoredObject object) {
        return (namespace.isEmpty() || namespace.equals(object.name().namespace()))
                && (labels.isEverything() || labels.matches(object.labels()));
    }

    private UnaryOperator<String> reader(StoredObject object) {
        if (converted == null) {
            return path -> object.field(path, scanned);
        }
        ObjectNode tree = converted.tree(object);
        return path -> ofEveryKind(path) ? object.field(path, scanned) : text(tree, path);
    }

    private static String text(JsonNode tree, String path) {
        JsonNode at = tree;
        for (String name : path.split("\\.", -1)) {
            at = at.path(name);
        }
        return at.asText("");
    }
}
