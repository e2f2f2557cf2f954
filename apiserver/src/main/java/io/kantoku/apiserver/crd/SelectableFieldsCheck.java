package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.schema.StructuralSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with the {@code selectableFields} of a version (KEP-4358), in upstream's words. */
final class SelectableFieldsCheck {
    private static final int MOST = 8;
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");

    private SelectableFieldsCheck() {}

    /** @param fields the list, missing or not */
    static List<FieldError> check(JsonNode fields, StructuralSchema schema, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode field : fields) {
            FieldPath at = path.index(index++).child("jsonPath");
            String text = field.path("jsonPath").asText();
            String fault = fault(text);
            if (text.isEmpty()) {
                errors.add(FieldError.required(at, ""));
                continue;
            }
            StructuralSchema found =
                    fault.isEmpty() ? schema.at(text.substring(1).split("\\.", -1)) : null;
            if (found == null) {
                String why = fault.isEmpty() ? "does not refer to a valid field" : fault;
                errors.add(FieldError.invalid(at, text, "is an invalid path: " + why));
                continue;
            }
            if (text.equals(".metadata") || text.startsWith(".metadata.")) {
                errors.add(FieldError.invalid(at, text, "must not point to fields in metadata"));
            }
            if (!TYPES.contains(found.type())) {
                errors.add(FieldError.invalid(
                        at,
                        text,
                        "must point to a field of type string, boolean or integer. Enum string fields and strings with"
                                + " formats are allowed."));
            }
            if (!seen.add(text)) {
                errors.add(FieldError.duplicate(at, text));
            }
        }
        if (seen.size() > MOST) {
            errors.add(FieldError.tooMany(path, seen.size(), MOST));
        }
        return errors;
    }

    /** Why a text is no path of plain names, {@code ""} when it is one. */
    private static String fault(String text) {
        if (text.indexOf('[') >= 0) {
            return "array notation is not allowed";
        }
        if (!text.startsWith(".")) {
            return "expected [ or . but got: " + text.split("\\.", 2)[0];
        }
        return text.endsWith(".") || text.contains("..") ? "unexpected end of JSON path" : "";
    }
}
