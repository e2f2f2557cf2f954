package io.kantoku.apiserver.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The most that an expression can cost, from the sizes that its schema allows (cel-go's static cost model with Kubernetes' sizes).
 * Sums stop at {@link #UNBOUNDED}.
 */
final class CostEstimate {
    static final long UNBOUNDED = Long.MAX_VALUE;

    private static final double PER_CHARACTER = 0.1;
    private static final double PER_PATTERN_CHARACTER = 0.25;
    private static final long KEY = 64;

    private final Map<Long, CelType> types;
    private final Map<String, Sized> scope = new HashMap<>();

    /**
     * A subexpression.
     *
     * @param size the most characters, items or entries of its value
     * @param node the schema of its value, null when it has none
     */
    private record Sized(long cost, long size, @Nullable SchemaNode node) {
        static final Sized ONE = new Sized(1, 1, null);

        Sized plus(long more) {
            return new Sized(add(cost, more), size, node);
        }
    }

    private CostEstimate(Map<Long, CelType> types, Map<String, SchemaNode> variables) {
        this.types = types;
        variables.forEach((name, node) -> scope.put(name, new Sized(1, node.maxSize(), node)));
    }

    /** @param variables the schemas of the variables that have one */
    static long of(CelExpression expression, Map<String, SchemaNode> variables) {
        return new CostEstimate(expression.tree().getTypeMap(), variables)
                .estimate(expression.tree().getExpr())
                .cost();
    }

    static long add(long a, long b) {
        long sum = a + b;
        return sum < 0 ? UNBOUNDED : sum;
    }

    static long multiply(long a, long b) {
        return a != 0 && b > UNBOUNDED / a ? UNBOUNDED : a * b;
    }

    private Sized estimate(CelExpr expression) {
        return switch (expression.getKind()) {
            case CONSTANT -> new Sized(0, size(expression.constant()), null);
            case IDENT -> scope.getOrDefault(expression.ident().name(), Sized.ONE);
            case SELECT -> select(expression.select());
            case LIST -> {
                long cost = 10;
                SchemaNode node = null;
                for (CelExpr element : expression.list().elements()) {
                    Sized each = estimate(element);
                    cost = add(cost, each.cost());
                    node = node == null ? null : each.node();
                }
                yield new Sized(cost, expression.list().elements().size(), node);
            }
            case MAP -> {
                long cost = 30;
                for (CelExpr.CelMap.Entry entry : expression.map().entries()) {
                    cost = add(
                            cost,
                            add(
                                    estimate(entry.key()).cost(),
                                    estimate(entry.value()).cost()));
                }
                yield new Sized(cost, expression.map().entries().size(), null);
            }
            case STRUCT -> {
                long cost = 40;
                for (CelExpr.CelStruct.Entry entry : expression.struct().entries()) {
                    cost = add(cost, estimate(entry.value()).cost());
                }
                yield new Sized(cost, 1, null);
            }
            case CALL -> call(expression);
            case COMPREHENSION -> comprehension(expression.comprehension());
            case NOT_SET -> Sized.ONE;
        };
    }

    private static long size(CelConstant constant) {
        return constant.getKind() == CelConstant.Kind.STRING_VALUE
                ? constant.stringValue().length()
                : 1;
    }

    private Sized select(CelExpr.CelSelect select) {
        Sized operand = estimate(select.operand());
        SchemaNode node = operand.node() == null ? null : child(operand.node(), select.field());
        return sized(node).plus(operand.cost());
    }

    private static @Nullable SchemaNode child(SchemaNode node, String field) {
        SchemaNode named = node.field(field);
        return named == null ? node.element() : named;
    }

    private static Sized sized(@Nullable SchemaNode node) {
        return node == null ? Sized.ONE : new Sized(1, node.maxSize(), node);
    }

    private Sized comprehension(CelExpr.CelComprehension loop) {
        Sized range = estimate(loop.iterRange());
        SchemaNode element = range.node() == null ? null : range.node().element();
        CelType rangeType = types.get(loop.iterRange().id());
        boolean map = rangeType != null && rangeType.kind() == CelKind.MAP;
        boolean two = !loop.iterVar2().isEmpty();
        Sized first = map ? new Sized(1, KEY, null) : two ? Sized.ONE : sized(element);
        Map<String, Sized> hidden = new HashMap<>(scope);
        scope.put(loop.iterVar(), first);
        if (two) {
            scope.put(loop.iterVar2(), sized(element));
        }
        long start = estimate(loop.accuInit()).cost();
        scope.put(loop.accuVar(), new Sized(1, range.size(), range.node()));
        long each = add(
                estimate(loop.loopCondition()).cost(), estimate(loop.loopStep()).cost());
        Sized result = estimate(loop.result());
        scope.clear();
        scope.putAll(hidden);
        long cost = add(add(range.cost(), start), add(multiply(range.size(), each), result.cost()));
        return new Sized(cost, range.size(), result.node());
    }

    private Sized call(CelExpr expression) {
        CelExpr.CelCall call = expression.call();
        List<CelExpr> operands = new java.util.ArrayList<>();
        call.target().ifPresent(operands::add);
        operands.addAll(call.args());
        List<Sized> parts = operands.stream().map(this::estimate).toList();
        long below = parts.stream().mapToLong(Sized::cost).reduce(0, CostEstimate::add);
        long first = parts.isEmpty() ? 1 : parts.getFirst().size();
        long second = parts.size() < 2 ? 1 : parts.get(1).size();
        return switch (call.function()) {
            case "_?_:_" -> {
                Sized yes = parts.get(1);
                Sized no = parts.get(2);
                yield new Sized(
                        add(parts.getFirst().cost(), Math.max(yes.cost(), no.cost())),
                        Math.max(yes.size(), no.size()),
                        yes.node() == null ? no.node() : yes.node());
            }
            case "_[_]", "_?._", "_[?_]", "optMap", "value", "orValue", "or" -> {
                SchemaNode node = parts.getFirst().node();
                SchemaNode found = node == null ? null : reached(call, node);
                yield sized(found).plus(below);
            }
            case "matches", "find", "findAll" ->
                new Sized(
                        add(below, multiply(tenth(add(first, 1)), Math.max(1, (long)
                                Math.ceil(second * PER_PATTERN_CHARACTER)))),
                        first,
                        null);
            case "contains" -> new Sized(add(below, multiply(tenth(first), Math.max(1, tenth(second)))), 1, null);
            case "startsWith", "endsWith" -> new Sized(add(below, tenth(second)), 1, null);
            case "@in" -> {
                SchemaNode node = parts.get(1).node();
                SchemaNode element = node == null ? null : node.element();
                long compared = element == null ? 1 : add(1, tenth(Math.min(first, element.maxSize())));
                yield new Sized(add(below, multiply(second, compared)), 1, null);
            }
            case "isSorted", "sum", "min", "max", "indexOf", "lastIndexOf" ->
                new Sized(add(below, add(1, first)), 1, null);
            case "_==_", "_!=_" -> new Sized(add(below, Math.max(1, tenth(Math.min(first, second)))), 1, null);
            case "_+_" ->
                new Sized(
                        add(below, tenth(add(first, second))),
                        add(first, second),
                        parts.getFirst().node());
            case "sets.contains", "sets.intersects", "sets.equivalent" ->
                new Sized(add(below, multiply(first, second)), 1, null);
            case "replace",
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
                    "isIP",
                    "isCIDR",
                    "isQuantity" -> new Sized(add(below, add(1, tenth(first))), first, null);
            default -> new Sized(add(below, 1), 1, null);
        };
    }

    private static @Nullable SchemaNode reached(CelExpr.CelCall call, SchemaNode node) {
        return switch (call.function()) {
            case "value", "orValue", "or", "optMap" -> node;
            case "_?._" -> child(node, call.args().get(1).constant().stringValue());
            default -> node.element();
        };
    }

    private static long tenth(long size) {
        return size == UNBOUNDED ? UNBOUNDED : (long) Math.ceil(size * PER_CHARACTER);
    }
}
