package io.kantoku.apiserver.cel;

import static io.kantoku.apiserver.cel.Kinds.AMOUNT;
import static io.kantoku.apiserver.cel.Kinds.NUMBER;
import static io.kantoku.apiserver.cel.Kinds.QUANTITY;
import static io.kantoku.apiserver.cel.Kinds.TEXT;

import dev.cel.common.types.SimpleType;
import io.kantoku.apimachinery.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Predicate;

/** {@code quantity, isQuantity} and arithmetic (Kubernetes' CEL quantity library). */
@SuppressWarnings("Immutable") // what the functions close over does not change
final class QuantityFunctions {
    private QuantityFunctions() {}

    static void addTo(Functions functions) {
        functions
                .global(
                        "quantity",
                        "string_to_quantity",
                        QUANTITY,
                        List.of(TEXT),
                        args -> Quantity.parse((String) args[0]))
                .global(
                        "isQuantity",
                        "is_quantity_string",
                        SimpleType.BOOL,
                        List.of(TEXT),
                        args -> valid((String) args[0]))
                .member("sign", "quantity_sign", SimpleType.INT, List.of(AMOUNT), args ->
                        (long) value(args[0]).signum())
                .member(
                        "isInteger",
                        "quantity_is_integer",
                        SimpleType.BOOL,
                        List.of(AMOUNT),
                        args -> whole(value(args[0])))
                .member("asInteger", "quantity_get_int", SimpleType.INT, List.of(AMOUNT), args -> {
                    if (!whole(value(args[0]))) {
                        throw new IllegalArgumentException("cannot convert value to integer");
                    }
                    return value(args[0]).longValueExact();
                })
                .member(
                        "asApproximateFloat",
                        "quantity_get_float",
                        SimpleType.DOUBLE,
                        List.of(AMOUNT),
                        args -> value(args[0]).doubleValue())
                .member("compareTo", "quantity_compare_to", SimpleType.INT, List.of(AMOUNT, AMOUNT), args ->
                        (long) compare(args))
                .member(
                        "add",
                        "quantity_add",
                        QUANTITY,
                        List.of(AMOUNT, AMOUNT),
                        args -> ((Quantity) args[0]).plus((Quantity) args[1]))
                .member(
                        "add",
                        "quantity_add_int",
                        QUANTITY,
                        List.of(AMOUNT, NUMBER),
                        args -> ((Quantity) args[0]).plus(Quantity.of((Long) args[1])))
                .member(
                        "sub",
                        "quantity_sub",
                        QUANTITY,
                        List.of(AMOUNT, AMOUNT),
                        args -> ((Quantity) args[0]).minus((Quantity) args[1]))
                .member(
                        "sub",
                        "quantity_sub_int",
                        QUANTITY,
                        List.of(AMOUNT, NUMBER),
                        args -> ((Quantity) args[0]).minus(Quantity.of((Long) args[1])));
        comparison(functions, "isLessThan", order -> order < 0);
        comparison(functions, "isGreaterThan", order -> order > 0);
    }

    private static void comparison(Functions functions, String name, Predicate<Integer> holds) {
        functions.member(
                name, "quantity_" + name, SimpleType.BOOL, List.of(AMOUNT, AMOUNT), args -> holds.test(compare(args)));
    }

    private static int compare(Object[] args) {
        return value(args[0]).compareTo(value(args[1]));
    }

    private static BigDecimal value(Object quantity) {
        return ((Quantity) quantity).value();
    }

    private static boolean whole(BigDecimal value) {
        return value.stripTrailingZeros().scale() <= 0 && value.toBigInteger().bitLength() < 64;
    }

    private static boolean valid(String text) {
        try {
            Quantity.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
