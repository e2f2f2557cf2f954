package io.kantoku.apiserver.cel;

import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.schema.StructuralSchema;
import io.kantoku.apimachinery.schema.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Whether the rules of a schema are CEL of the right types that cannot cost too much (apiextensions validation). */
public final class RuleChecks {
    private static final long PER_RULE = 10_000_000;
    private static final long PER_SCHEMA = 100_000_000;
    private static final List<String> REASONS =
            List.of("FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate");
    private static final String HINT =
            " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where"
                    + " arrays, maps, and strings are declared)";
    private static final Pattern FIELD_PATH = Pattern.compile("(\\.[A-Za-z_$][A-Za-z0-9_$-]*|\\['[^']+'])+");

    private final List<FieldError> errors = new ArrayList<>();
    private long total;

    private RuleChecks() {}

    /**
     * What is wrong with the rules of a schema and those below it.
     *
     * @param path where the schema is in the definition
     */
    public static List<FieldError> check(StructuralSchema schema, FieldPath path) {
        RuleChecks checks = new RuleChecks();
        checks.node(schema, path, true, 1, "");
        if (checks.total > PER_SCHEMA) {
            checks.errors.add(FieldError.forbidden(
                    path,
                    "x-kubernetes-validations "
                            + exceeded(
                                    "estimated rule cost total for entire OpenAPIv3 schema",
                                    checks.total,
                                    PER_SCHEMA)));
        }
        return checks.errors;
    }

    /**
     * @param count how many such values an object can have
     * @param uncorrelated the list above whose items have no former selves, {@code ""} when there is none
     */
    private void node(StructuralSchema schema, FieldPath path, boolean root, long count, String uncorrelated) {
        if (!schema.hasRules()) {
            return;
        }
        if (!schema.validations().isEmpty()) {
            rules(schema, path.child("x-kubernetes-validations"), root, count, uncorrelated);
        }
        schema.properties()
                .forEach((name, child) -> node(child, path.child("properties").key(name), false, count, uncorrelated));
        StructuralSchema additional = schema.additional();
        if (additional != null) {
            node(
                    additional,
                    path.child("additionalProperties"),
                    false,
                    CostEstimate.multiply(count, bound(schema.maxProperties())),
                    uncorrelated);
        }
        StructuralSchema items = schema.items();
        if (items != null) {
            String apart =
                    schema.isMapList() ? uncorrelated : path.child("items").toString();
            node(items, path.child("items"), false, CostEstimate.multiply(count, bound(schema.maxItems())), apart);
        }
    }

    private static long bound(long declared) {
        return declared >= 0 ? declared : CostEstimate.UNBOUNDED;
    }

    private void rules(StructuralSchema schema, FieldPath path, boolean root, long count, String uncorrelated) {
        int index = 0;
        boolean written = true;
        for (ValidationRule rule : schema.validations()) {
            written &= form(rule, path.index(index++));
        }
        if (!written) {
            return;
        }
        SchemaRules.Compiled compiled = SchemaRules.compile(schema, root);
        index = 0;
        for (SchemaRules.Rule rule : compiled.rules()) {
            FieldPath at = path.index(index++);
            CelExpression condition = rule.condition();
            if (condition == null) {
                errors.add(FieldError.invalid(at.child("rule"), rule.source().rule(), rule.broken()));
                continue;
            }
            if (!rule.broken().isEmpty()) {
                errors.add(FieldError.invalid(
                        at.child("messageExpression"), rule.source().messageExpression(), rule.broken()));
            }
            if (rule.transition() && !uncorrelated.isEmpty()) {
                errors.add(FieldError.invalid(
                        at.child("rule"),
                        rule.source().rule(),
                        "oldSelf cannot be used on the uncorrelatable portion of the schema within " + uncorrelated));
            }
            long values = count == CostEstimate.UNBOUNDED ? compiled.node().maxCount() : count;
            cost(condition, compiled.node(), values, at.child("rule"), "estimated rule cost");
            CelExpression message = rule.message();
            if (message != null) {
                cost(
                        message,
                        compiled.node(),
                        values,
                        at.child("messageExpression"),
                        "estimated messageExpression cost");
            }
        }
    }

    private void cost(CelExpression expression, SchemaNode node, long values, FieldPath path, String what) {
        long one = CostEstimate.of(expression, Map.of("self", node, "oldSelf", node));
        long cost = CostEstimate.multiply(one, values);
        total = CostEstimate.add(total, cost);
        if (cost > PER_RULE) {
            errors.add(FieldError.forbidden(path, exceeded(what, cost, PER_RULE)));
        }
    }

    private static String exceeded(String what, long cost, long limit) {
        double factor = (double) cost / limit;
        String by =
                factor > 100 ? "more than 100x" : String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
        return what + " exceeds budget by factor of " + by + HINT;
    }

    private boolean form(ValidationRule rule, FieldPath at) {
        int before = errors.size();
        if (rule.rule().isBlank()) {
            errors.add(FieldError.required(at.child("rule"), "rule is not specified"));
        }
        String message = rule.message();
        if (!message.isEmpty() && message.isBlank()) {
            errors.add(FieldError.invalid(at.child("message"), message, "message must be non-empty if specified"));
        } else if (message.indexOf('\n') >= 0) {
            errors.add(FieldError.invalid(at.child("message"), message, "message must not contain line breaks"));
        } else if (message.isEmpty() && rule.rule().strip().indexOf('\n') >= 0) {
            errors.add(
                    FieldError.required(at.child("message"), "message must be specified if rule contains line breaks"));
        }
        if (!rule.messageExpression().isEmpty() && rule.messageExpression().isBlank()) {
            errors.add(FieldError.required(at.child("messageExpression"), "must be non-empty if specified"));
        }
        if (!REASONS.contains(rule.reason())) {
            errors.add(FieldError.notSupported(at.child("reason"), rule.reason(), REASONS));
        }
        if (!rule.fieldPath().isEmpty() && !FIELD_PATH.matcher(rule.fieldPath()).matches()) {
            errors.add(FieldError.invalid(at.child("fieldPath"), rule.fieldPath(), "fieldPath must be a valid path"));
        }
        return errors.size() == before;
    }
}
