package io.kantoku.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.schema.RuleEvaluator;
import io.kantoku.apimachinery.schema.StructuralSchema;
import io.kantoku.apimachinery.schema.ValidationRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one structural schema ({@code x-kubernetes-validations}). They are compiled when the first object is validated;
 * {@link RuleChecks} has said before whether they can be.
 */
public final class SchemaRules {
    private final StructuralSchema root;
    private final ReentrantLock compiling = new ReentrantLock();
    private volatile @Nullable IdentityHashMap<StructuralSchema, Compiled> compiled;

    public SchemaRules(StructuralSchema root) {
        this.root = root;
    }

    /** The rules of one place. */
    record Compiled(SchemaNode node, List<Rule> rules) {}

    /**
     * A compiled rule.
     *
     * @param message makes the message, null when the rule has no expression for it
     * @param broken why the rule cannot be evaluated, {@code ""} when it can
     */
    record Rule(
            ValidationRule source,
            @Nullable CelExpression condition,
            @Nullable CelExpression message,
            boolean transition,
            String broken) {}

    /** Evaluates the rules on one object, within one budget. */
    public RuleEvaluator evaluator() {
        return root.hasRules() ? new Evaluation(rules()) : RuleEvaluator.NONE;
    }

    private IdentityHashMap<StructuralSchema, Compiled> rules() {
        IdentityHashMap<StructuralSchema, Compiled> known = compiled;
        if (known != null) {
            return known;
        }
        compiling.lock();
        try {
            IdentityHashMap<StructuralSchema, Compiled> all = new IdentityHashMap<>();
            compile(root, true, all);
            compiled = all;
            return all;
        } finally {
            compiling.unlock();
        }
    }

    private static void compile(
            StructuralSchema schema, boolean resource, IdentityHashMap<StructuralSchema, Compiled> all) {
        if (!schema.hasRules()) {
            return;
        }
        if (!schema.validations().isEmpty()) {
            all.put(schema, compile(schema, resource));
        }
        schema.children().forEach(child -> compile(child, false, all));
    }

    /** Compiles the rules of one place. */
    static Compiled compile(StructuralSchema schema, boolean resource) {
        Map<String, CelType> types = new HashMap<>();
        SchemaNode node = SchemaNode.of(schema, "selfType", resource, types);
        CelEnvironment plain = CelEnvironment.typed(Map.of("self", node.type(), "oldSelf", node.type()), types);
        CelEnvironment optional =
                CelEnvironment.typed(Map.of("self", node.type(), "oldSelf", OptionalType.create(node.type())), types);
        List<Rule> rules = new ArrayList<>();
        for (ValidationRule rule : schema.validations()) {
            rules.add(compile(rule, rule.optionalOldSelf() ? optional : plain));
        }
        return new Compiled(node, rules);
    }

    private static Rule compile(ValidationRule rule, CelEnvironment environment) {
        CelExpression condition;
        try {
            condition = environment.condition(rule.rule());
        } catch (CelCompileException e) {
            return new Rule(rule, null, null, false, e.getMessage());
        }
        CelExpression message = null;
        String broken = "";
        if (!rule.messageExpression().isEmpty()) {
            try {
                message = environment.text(rule.messageExpression());
            } catch (CelCompileException e) {
                broken = "messageExpression " + e.getMessage();
            }
        }
        return new Rule(rule, condition, message, condition.mentions("oldSelf"), broken);
    }

    /** One object's validation. */
    private static final class Evaluation implements RuleEvaluator {
        private final IdentityHashMap<StructuralSchema, Compiled> rules;
        private final CelBudget budget = new CelBudget(CelBudget.PER_REQUEST);
        private boolean over;

        Evaluation(IdentityHashMap<StructuralSchema, Compiled> rules) {
            this.rules = rules;
        }

        @Override
        public List<FieldError> evaluate(
                StructuralSchema schema, JsonNode self, @Nullable JsonNode oldSelf, FieldPath path) {
            Compiled here = rules.get(schema);
            if (here == null || over) {
                return List.of();
            }
            boolean unchanged = oldSelf != null && Json.equal(self, oldSelf);
            @Nullable Object value = null;
            List<FieldError> errors = new ArrayList<>();
            for (Rule rule : here.rules()) {
                boolean optional = rule.source().optionalOldSelf();
                boolean applies = rule.transition() ? oldSelf != null || optional : !unchanged;
                if (!applies || over) {
                    continue;
                }
                value = value == null ? here.node().value(self) : value;
                Map<String, Object> variables = new HashMap<>();
                variables.put("self", value);
                if (rule.transition()) {
                    Optional<Object> old = oldSelf == null
                            ? Optional.empty()
                            : Optional.of(here.node().value(oldSelf));
                    variables.put("oldSelf", optional ? old : old.orElseThrow());
                }
                evaluate(rule, variables, schema, path).ifPresent(errors::add);
            }
            return errors;
        }

        private Optional<FieldError> evaluate(
                Rule rule, Map<String, Object> variables, StructuralSchema schema, FieldPath path) {
            String type = schema.type();
            CelExpression condition = rule.condition();
            if (condition == null) {
                return Optional.of(FieldError.invalid(path, type, "rule compile error: " + rule.broken()));
            }
            try {
                return condition.holds(variables, budget)
                        ? Optional.empty()
                        : Optional.of(failed(rule.source(), type, path, message(rule, variables)));
            } catch (CelFailure e) {
                return Optional.of(FieldError.invalid(path, type, words(e, rule)));
            }
        }

        private String words(CelFailure failure, Rule rule) {
            return switch (failure.reason()) {
                case BUDGET -> {
                    over = true;
                    yield failure.getMessage();
                }
                case EXPRESSION_COST -> {
                    over = true;
                    yield "rule evaluation: call cost exceeds limit for rule: " + shown(rule.source())
                            + "; no further validation rules will be run";
                }
                case ERROR -> failure.getMessage() + " evaluating rule: " + shown(rule.source());
            };
        }

        private static String shown(ValidationRule rule) {
            return rule.message().isEmpty() ? rule.rule().strip() : rule.message();
        }

        private String message(Rule rule, Map<String, Object> variables) {
            ValidationRule source = rule.source();
            String fixed = source.message().isEmpty()
                    ? "failed rule: " + source.rule().strip()
                    : source.message().strip();
            CelExpression expression = rule.message();
            if (expression == null) {
                return fixed;
            }
            try {
                String made =
                        String.valueOf(expression.evaluate(variables, budget)).strip();
                boolean usable = !made.isEmpty() && made.indexOf('\n') < 0 && made.length() <= 5 * 1024;
                return usable ? made : fixed;
            } catch (CelFailure e) {
                return fixed;
            }
        }
    }

    private static FieldError failed(ValidationRule rule, String type, FieldPath path, String message) {
        FieldPath at = rule.fieldPath().isEmpty() ? path : new FieldPath(path.text() + rule.fieldPath());
        FieldPath field = at.text().startsWith(".") ? new FieldPath(at.text().substring(1)) : at;
        return switch (rule.reason()) {
            case "FieldValueForbidden" -> FieldError.forbidden(field, message);
            case "FieldValueRequired" -> FieldError.required(field, message);
            case "FieldValueDuplicate" -> FieldError.duplicate(field, type);
            default -> FieldError.invalid(field, type, message);
        };
    }
}
