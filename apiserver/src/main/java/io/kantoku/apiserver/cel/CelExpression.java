package io.kantoku.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A compiled expression. Immutable; evaluated by any thread. */
public final class CelExpression {
    private static final Pattern MISSING_KEY = Pattern.compile("key '(.*)' is not present in map\\.?", Pattern.DOTALL);

    private final CelAbstractSyntaxTree tree;
    private final CelRuntime.Program program;
    private final Set<String> identifiers;

    CelExpression(CelAbstractSyntaxTree tree, CelRuntime.Program program) {
        this.tree = tree;
        this.program = program;
        this.identifiers = tree.getReferenceMap().values().stream()
                .map(reference -> reference.name())
                .collect(Collectors.toUnmodifiableSet());
    }

    CelAbstractSyntaxTree tree() {
        return tree;
    }

    /** Whether the expression speaks of a variable. */
    public boolean mentions(String variable) {
        return identifiers.contains(variable);
    }

    /**
     * Evaluates the expression.
     *
     * @throws CelFailure when it has no value for these variables, or would cost too much
     */
    public Object evaluate(Map<String, ?> variables, CelBudget budget) throws CelFailure {
        CelMeter meter = new CelMeter(budget);
        try {
            Object value = program.trace(variables, meter);
            meter.check();
            return value;
        } catch (CelEvaluationException e) {
            meter.check();
            throw new CelFailure(CelFailure.Cause.ERROR, words(e));
        } catch (StackOverflowError e) {
            throw new CelFailure(CelFailure.Cause.EXPRESSION_COST, "the expression nests too deeply");
        }
    }

    /** Evaluates a condition. */
    public boolean holds(Map<String, ?> variables, CelBudget budget) throws CelFailure {
        if (evaluate(variables, budget) instanceof Boolean result) {
            return result;
        }
        throw new CelFailure(CelFailure.Cause.ERROR, "cel expression evaluates to a value that is no bool");
    }

    /** The engine's message in cel-go's words. */
    private static String words(CelEvaluationException failure) {
        Throwable cause = failure.getCause();
        String message = String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
        Matcher key = MISSING_KEY.matcher(message);
        if (key.find()) {
            return "no such key: " + key.group(1);
        }
        return message.endsWith("/ by zero")
                ? "division by zero"
                : message.startsWith("Index out of bounds") ? "i" + message.substring(1) : message;
    }
}
