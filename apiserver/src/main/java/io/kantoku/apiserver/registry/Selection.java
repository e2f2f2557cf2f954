package io.kantoku.apiserver.registry;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldSelector;
import io.kantoku.apimachinery.LabelSelector;
import java.util.Set;

/**
 * Which objects of a collection a list or a watch is about.
 *
 * @param namespace only there; {@code ""} for all namespaces
 * @param selectable the kind's selectable fields
 */
public record Selection(String namespace, LabelSelector labels, FieldSelector fields, Set<String> selectable) {
    /** Everything in a namespace, or everywhere when it is empty. */
    public static Selection in(String namespace) {
        return new Selection(namespace, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING, Set.of());
    }

    /**
     * Reads selectors in their query-string form.
     *
     * @throws ApiException 400 when one cannot be read, or names a field that the kind has no selector for
     */
    public static Selection of(ResourceType type, String namespace, String labels, String fields) {
        FieldSelector parsed = fields(fields);
        for (FieldSelector.Term term : parsed.terms()) {
            if (!known(term.field(), type)) {
                throw ApiException.badRequest(unsupported(term.field(), type));
            }
        }
        return new Selection(namespace, labels(labels), parsed, type.selectableFields());
    }

    private static String unsupported(String field, ResourceType type) {
        return type.strategy().builtIn() && type.selectableFields().isEmpty()
                ? "\"" + field + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                : "field label not supported: " + field;
    }

    private static boolean known(String field, ResourceType type) {
        return field.equals("metadata.name")
                || field.equals("metadata.namespace")
                || type.selectableFields().contains(field);
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

    /** Whether labels and fields are not looked at. */
    public boolean selectsAll() {
        return labels.isEverything() && fields.isEverything();
    }

    /** The one object that can match, when the selection names it; {@code ""} otherwise. */
    public String singleName() {
        return fields.requires("metadata.name").orElse("");
    }

    public boolean matches(StoredObject object) {
        return (namespace.isEmpty() || namespace.equals(object.name().namespace()))
                && (labels.isEverything() || labels.matches(object.labels()))
                && (fields.isEverything() || fields.matches(path -> object.field(path, selectable)));
    }
}
