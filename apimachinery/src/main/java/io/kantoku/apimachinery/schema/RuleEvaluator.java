package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates the CEL rules of a schema on a value. */
@FunctionalInterface
public interface RuleEvaluator {
    /** Evaluates nothing: rules are kept but not enforced. */
    RuleEvaluator NONE = (_, _, _, _) -> List.of();

    /**
     * What the rules find wrong with a value.
     *
     * @param schema the value's schema, which has at least one rule
     * @param self the value
     * @param oldSelf the value before the change, null at creation or where there was none
     * @param path where the value is
     */
    List<FieldError> evaluate(StructuralSchema schema, JsonNode self, @Nullable JsonNode oldSelf, FieldPath path);
}
