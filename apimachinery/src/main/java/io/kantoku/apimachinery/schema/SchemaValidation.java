package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One validation of an object by a schema, with the messages of kube-openapi's validators as the API server passes them on.
 *
 * <p>All checks of one object share a budget of steps; when it is used up the object is refused with what was found so far.
 */
final class SchemaValidation {
    private static final long STEPS = 20_000_000;
    private static final int MOST_ERRORS = 100;

    /** What keeps rules from being looked at: they count on values of the right form. */
    private static final Set<FieldError.Kind> BLOCKING = Set.of(
            FieldError.Kind.NOT_SUPPORTED,
            FieldError.Kind.REQUIRED,
            FieldError.Kind.TOO_LONG,
            FieldError.Kind.TOO_MANY,
            FieldError.Kind.TYPE_INVALID);

    private static final String NOT_CHECKED = "some validation rules were not checked because the object was invalid;"
            + " correct the existing errors to complete validation";

    private final RuleEvaluator evaluator;
    private final SafePattern.Budget budget = new SafePattern.Budget(STEPS);

    SchemaValidation(RuleEvaluator evaluator) {
        this.evaluator = evaluator;
    }

    List<FieldError> validate(JsonNode node, @Nullable JsonNode old, StructuralSchema schema, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        try {
            node(node, old, schema, path, errors);
            errors.addAll(ListKeys.newDuplicates(node, old, schema, path));
            if (errors.stream().anyMatch(error -> BLOCKING.contains(error.kind()))) {
                if (schema.hasRules() && !evaluator.equals(RuleEvaluator.NONE)) {
                    errors.add(FieldError.invalid(FieldPath.ROOT, NullNode.getInstance(), NOT_CHECKED));
                }
            } else {
                rules(node, old, schema, path, errors);
            }
        } catch (SafePattern.Exhausted e) {
            errors.add(
                    FieldError.invalid(
                            FieldPath.ROOT,
                            "",
                            "the object takes too long to validate by its schema: make it smaller, or simplify the schema's patterns"));
        }
        return errors.size() > MOST_ERRORS ? List.copyOf(errors.subList(0, MOST_ERRORS)) : errors;
    }

    private void node(
            JsonNode node, @Nullable JsonNode old, StructuralSchema schema, FieldPath path, List<FieldError> errors) {
        budget.spend(10);
        if (node.isNull() && schema.nullable()) {
            return;
        }
        if (old != null && Json.equal(node, old)) {
            return; // what has not changed is not judged again (KEP-4008): schemas may become stricter than what exists
        }
        if (!type(node, schema, path, errors)) {
            return;
        }
        enumeration(node, schema, path, errors);
        switch (node) {
            case ObjectNode object -> object(object, old, schema, path, errors);
            case ArrayNode array -> array(array, old, schema, path, errors);
            default -> {
                if (node.isTextual()) {
                    text(node, schema, path, errors);
                } else if (node.isNumber()) {
                    number(node, schema, path, errors);
                }
            }
        }
        compositions(node, schema, path, errors);
    }

    /** Rules in CEL, those of a place before those of the places in it; of what has not changed only those about changes. */
    private void rules(
            JsonNode node, @Nullable JsonNode old, StructuralSchema schema, FieldPath path, List<FieldError> errors) {
        budget.spend(10);
        if (!schema.hasRules() || (node.isNull() && schema.nullable())) {
            return;
        }
        if (!schema.validations().isEmpty()) {
            errors.addAll(evaluator.evaluate(schema, node, old, path));
        }
        switch (node) {
            case ObjectNode object ->
                object.properties().forEach(entry -> {
                    StructuralSchema member = schema.member(entry.getKey());
                    if (member != null) {
                        JsonNode before = old == null ? null : old.get(entry.getKey());
                        rules(entry.getValue(), before, member, path.child(entry.getKey()), errors);
                    }
                });
            case ArrayNode array -> {
                boolean unchanged = old != null && Json.equal(array, old);
                StructuralSchema items = schema.items();
                for (int i = 0; i < array.size() && items != null; i++) {
                    if (schema.isMapList()) {
                        rules(
                                array.get(i),
                                sameItem(old, array.get(i), schema.mapKeys()),
                                items,
                                path.index(i),
                                errors);
                    } else if (!unchanged) {
                        rules(array.get(i), null, items, path.index(i), errors);
                    }
                }
            }
            default -> {}
        }
    }

    private static boolean type(JsonNode node, StructuralSchema schema, FieldPath path, List<FieldError> errors) {
        String expected = schema.intOrString() ? "integer,string" : schema.type();
        String actual = typeOf(node);
        boolean good = expected.isEmpty()
                || expected.equals(actual)
                || (schema.intOrString() && (actual.equals("integer") || actual.equals("string")))
                || (expected.equals("number") && actual.equals("integer"));
        if (!good) {
            errors.add(FieldError.typeInvalid(
                    path,
                    TextNode.valueOf(actual),
                    path.text() + " in body must be of type " + expected + ": \"" + actual + "\""));
        }
        return good;
    }

    private void enumeration(JsonNode node, StructuralSchema schema, FieldPath path, List<FieldError> errors) {
        List<JsonNode> allowed = schema.rules().enumeration();
        budget.spend(allowed.size());
        if (!allowed.isEmpty() && allowed.stream().noneMatch(value -> Json.equal(value, node))) {
            List<String> values = allowed.stream()
                    .map(value -> value.isTextual() ? value.textValue() : value.toString())
                    .toList();
            errors.add(FieldError.notSupported(path, node, values));
        }
    }

    private void object(
            ObjectNode object,
            @Nullable JsonNode old,
            StructuralSchema schema,
            FieldPath path,
            List<FieldError> errors) {
        ValueRules rules = schema.rules();
        int size = object.size();
        if (rules.minProperties() >= 0 && size < rules.minProperties()) {
            invalid(object, path, "should have at least " + rules.minProperties() + " properties", errors);
        }
        if (rules.maxProperties() >= 0 && size > rules.maxProperties()) {
            errors.add(FieldError.tooMany(path, size, rules.maxProperties()));
        }
        for (String name : rules.required()) {
            if (!object.has(name)) {
                errors.add(FieldError.required(path.child(name), ""));
            }
        }
        object.properties().forEach(entry -> {
            String name = entry.getKey();
            StructuralSchema member = schema.member(name);
            if (member != null) {
                JsonNode oldMember = old == null ? null : old.get(name);
                node(entry.getValue(), oldMember, member, path.child(name), errors);
            }
        });
    }

    private void array(
            ArrayNode array, @Nullable JsonNode old, StructuralSchema schema, FieldPath path, List<FieldError> errors) {
        ValueRules rules = schema.rules();
        if (rules.minItems() >= 0 && array.size() < rules.minItems()) {
            invalid(array, path, "should have at least " + rules.minItems() + " items", errors);
        }
        if (rules.maxItems() >= 0 && array.size() > rules.maxItems()) {
            errors.add(FieldError.tooMany(path, array.size(), rules.maxItems()));
        }
        StructuralSchema items = schema.items();
        for (int i = 0; i < array.size() && items != null; i++) {
            JsonNode oldItem = schema.listType() == StructuralSchema.ListType.MAP
                    ? sameItem(old, array.get(i), schema.mapKeys())
                    : null;
            node(array.get(i), oldItem, items, path.index(i), errors);
        }
        if (rules.uniqueItems()) {
            errors.addAll(ListKeys.duplicates(array, item -> item, path));
        }
    }

    /** The item of the old list that has the same keys; CEL compares items of map lists with their former selves. */
    private @Nullable JsonNode sameItem(@Nullable JsonNode old, JsonNode item, List<String> keys) {
        if (old == null) {
            return null;
        }
        for (JsonNode candidate : old) {
            budget.spend(1);
            if (ListKeys.of(candidate, keys).equals(ListKeys.of(item, keys))) {
                return candidate;
            }
        }
        return null;
    }

    private void text(JsonNode node, StructuralSchema schema, FieldPath path, List<FieldError> errors) {
        ValueRules rules = schema.rules();
        String text = node.textValue();
        int length = text.codePointCount(0, text.length());
        if (rules.maxLength() >= 0 && length > rules.maxLength()) {
            errors.add(FieldError.tooLong(path, rules.maxLength()));
        }
        if (rules.minLength() >= 0 && length < rules.minLength()) {
            invalid(node, path, "should be at least " + rules.minLength() + " chars long", errors);
        }
        SafePattern pattern = rules.pattern();
        if (pattern != null && !pattern.matches(text, budget)) {
            invalid(node, path, "should match '" + pattern + "'", errors);
        }
        if (!schema.intOrString() && !SchemaFormats.isGoodText(rules.format(), text)) {
            errors.add(FieldError.typeInvalid(
                    path,
                    node,
                    path.text() + " in body must be of type " + rules.format() + ": " + TextNode.valueOf(text)));
        }
    }

    private static void number(JsonNode node, StructuralSchema schema, FieldPath path, List<FieldError> errors) {
        ValueRules rules = schema.rules();
        BigDecimal number = node.decimalValue();
        BigDecimal maximum = rules.maximum();
        if (maximum != null
                && (rules.exclusiveMaximum() ? number.compareTo(maximum) >= 0 : number.compareTo(maximum) > 0)) {
            String than = rules.exclusiveMaximum() ? "should be less than " : "should be less than or equal to ";
            invalid(node, path, than + maximum.toPlainString(), errors);
        }
        BigDecimal minimum = rules.minimum();
        if (minimum != null
                && (rules.exclusiveMinimum() ? number.compareTo(minimum) <= 0 : number.compareTo(minimum) < 0)) {
            String than = rules.exclusiveMinimum() ? "should be greater than " : "should be greater than or equal to ";
            invalid(node, path, than + minimum.toPlainString(), errors);
        }
        BigDecimal step = rules.multipleOf();
        boolean sane = Math.abs(number.scale()) < 400;
        if (step != null
                && step.signum() != 0
                && (!sane || number.remainder(step).signum() != 0)) {
            invalid(node, path, "should be a multiple of " + step.toPlainString(), errors);
        }
        if (!SchemaFormats.isGoodNumber(rules.format(), number)) {
            errors.add(FieldError.invalid(
                    path,
                    node,
                    "Checked value must be of type " + typeOf(node) + " with format " + rules.format() + " in "
                            + path));
        }
    }

    private void compositions(JsonNode node, StructuralSchema schema, FieldPath path, List<FieldError> errors) {
        ValueRules rules = schema.rules();
        if (!rules.anyOf().isEmpty()) {
            Alternatives found = alternatives(node, rules.anyOf(), path);
            if (found.matching() == 0) {
                errors.add(composite(path, "must validate at least one schema (anyOf)"));
                errors.addAll(found.best());
            }
        }
        if (!rules.oneOf().isEmpty()) {
            Alternatives found = alternatives(node, rules.oneOf(), path);
            if (found.matching() != 1) {
                String many = found.matching() == 0
                        ? "Found none valid"
                        : "Found " + found.matching() + " valid alternatives";
                errors.add(composite(path, "must validate one and only one schema (oneOf). " + many));
                errors.addAll(found.best());
            }
        }
        if (!rules.allOf().isEmpty()) {
            int good = 0;
            for (StructuralSchema each : rules.allOf()) {
                int before = errors.size();
                node(node, null, each, path, errors);
                good += errors.size() == before ? 1 : 0;
            }
            if (good < rules.allOf().size()) {
                String none = good == 0 ? ". None validated" : "";
                errors.add(composite(path, "must validate all the schemas (allOf)" + none));
            }
        }
        StructuralSchema not = rules.not();
        if (not != null && errorsOf(node, not, path).isEmpty()) {
            errors.add(composite(path, "must not validate the schema (not)"));
        }
    }

    /**
     * The result of trying several schemas.
     *
     * @param matching how many fit
     * @param best the errors of the one that came closest, empty when one fits
     */
    private record Alternatives(int matching, List<FieldError> best) {}

    private Alternatives alternatives(JsonNode node, List<StructuralSchema> schemas, FieldPath path) {
        int matching = 0;
        List<FieldError> best = List.of();
        for (StructuralSchema schema : schemas) {
            List<FieldError> found = errorsOf(node, schema, path);
            if (found.isEmpty()) {
                matching++;
            } else if (best.isEmpty() || found.size() < best.size()) {
                best = found;
            }
        }
        return new Alternatives(matching, matching > 0 ? List.of() : best);
    }

    private List<FieldError> errorsOf(JsonNode node, StructuralSchema schema, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        node(node, null, schema, path, errors);
        return errors;
    }

    private static FieldError composite(FieldPath path, String why) {
        return FieldError.invalid(FieldPath.ROOT, "", "\"" + path.text() + "\" " + why);
    }

    private static void invalid(JsonNode node, FieldPath path, String why, List<FieldError> errors) {
        errors.add(FieldError.invalid(path, node, path.text() + " in body " + why));
    }

    private static String typeOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> "object";
            case ARRAY -> "array";
            case STRING, BINARY -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> node.isIntegralNumber() || isWhole(node) ? "integer" : "number";
            case NULL, MISSING -> "null";
        };
    }

    private static boolean isWhole(JsonNode node) {
        return node.doubleValue() == Math.rint(node.doubleValue());
    }
}
