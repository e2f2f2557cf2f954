package io.kantoku.apiserver.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds up what an evaluation costs and stops it when that is too much (cel-go's runtime cost model: one for each name, field and
 * call, ten for a list and thirty for a map that is made, a tenth per character read, regular expressions by their own length).
 *
 * <p>Belongs to one evaluation. Errors are values in CEL, which {@code ||} may swallow, so {@link #check} has the last word.
 */
final class CelMeter implements CelEvaluationListener {
    private static final double PER_CHARACTER = 0.1;
    private static final double PER_PATTERN_CHARACTER = 0.25;

    private final CelBudget budget;
    private final Map<Long, Object> values = new HashMap<>();
    private long spent;
    private boolean exhausted;

    CelMeter(CelBudget budget) {
        this.budget = budget;
    }

    /** Ends the evaluation from within. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stop() {
            super("operation cancelled: actual cost limit exceeded", null, false, false);
        }
    }

    @Override
    public void callback(CelExpr expression, Object value) {
        values.put(expression.id(), value);
        long cost = cost(expression, value);
        spent += cost;
        exhausted |= !budget.spend(cost);
        if (exhausted || spent > CelBudget.PER_EXPRESSION) {
            throw new Stop();
        }
    }

    void check() throws CelFailure {
        if (exhausted) {
            throw new CelFailure(
                    CelFailure.Cause.BUDGET,
                    "validation failed due to running out of cost budget, no further validation rules will be run");
        }
        if (spent > CelBudget.PER_EXPRESSION) {
            throw new CelFailure(CelFailure.Cause.EXPRESSION_COST, "operation cancelled: actual cost limit exceeded");
        }
    }

    private long cost(CelExpr expression, Object value) {
        return switch (expression.getKind()) {
            case CONSTANT, COMPREHENSION, NOT_SET -> 0;
            case IDENT, SELECT -> 1;
            case LIST -> 10;
            case MAP -> 30;
            case STRUCT -> 40;
            case CALL -> call(expression.call(), value);
        };
    }

    private long call(CelExpr.CelCall call, Object result) {
        return switch (call.function()) {
            case "matches", "find", "findAll" -> {
                double pattern = Math.max(1, argument(call, 1) * PER_PATTERN_CHARACTER);
                yield (long) Math.ceil(Math.ceil((1 + argument(call, 0)) * PER_CHARACTER) * pattern);
            }
            case "contains" -> characters(argument(call, 0)) * Math.max(1, characters(argument(call, 1)));
            case "startsWith", "endsWith" -> characters(argument(call, 1));
            case "@in", "indexOf", "lastIndexOf", "isSorted", "sum", "min", "max" ->
                1 + Math.max(items(call, 0), items(call, 1)) + characters(argument(call, 0));
            case "_==_", "_!=_" -> Math.max(1, characters(Math.min(argument(call, 0), argument(call, 1))));
            case "_+_",
                    "replace",
                    "split",
                    "join",
                    "lowerAscii",
                    "upperAscii",
                    "trim",
                    "substring",
                    "reverse",
                    "format",
                    "string",
                    "bytes",
                    "url",
                    "isURL",
                    "quantity",
                    "ip",
                    "cidr",
                    "semver",
                    "strings.quote" -> 1 + characters(argument(call, 0)) + characters(size(result));
            case "sets.contains", "sets.intersects", "sets.equivalent" -> 1 + items(call, 0) * items(call, 1);
            default -> 1;
        };
    }

    private static long characters(long size) {
        return (long) Math.ceil(size * PER_CHARACTER);
    }

    /** The size of an argument, the target being the first where there is one. */
    private long argument(CelExpr.CelCall call, int index) {
        return size(operand(call, index));
    }

    private long items(CelExpr.CelCall call, int index) {
        return operand(call, index) instanceof List<?> list ? list.size() : 0;
    }

    private Object operand(CelExpr.CelCall call, int index) {
        boolean member = call.target().isPresent();
        if (member && index == 0) {
            return values.getOrDefault(call.target().get().id(), "");
        }
        int position = member ? index - 1 : index;
        if (position >= call.args().size()) {
            return "";
        }
        CelExpr argument = call.args().get(position);
        return argument.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && argument.constant().getKind() == dev.cel.common.ast.CelConstant.Kind.STRING_VALUE
                ? argument.constant().stringValue()
                : values.getOrDefault(argument.id(), "");
    }

    private static long size(Object value) {
        return switch (value) {
            case String text -> text.length();
            case dev.cel.common.values.CelByteString bytes -> bytes.size();
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            default -> 1;
        };
    }
}
