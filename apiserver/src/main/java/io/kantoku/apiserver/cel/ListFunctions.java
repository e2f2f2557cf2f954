package io.kantoku.apiserver.cel;

import static io.kantoku.apiserver.cel.Kinds.ANY;
import static io.kantoku.apiserver.cel.Kinds.VALUE;
import static io.kantoku.apiserver.cel.Kinds.VALUES;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code isSorted, sum, min, max, indexOf, lastIndexOf} of lists (Kubernetes' CEL list library). */
final class ListFunctions {
    private ListFunctions() {}

    static void addTo(Functions functions) {
        functions
                .member(
                        "isSorted",
                        "list_a_is_sorted_bool",
                        SimpleType.BOOL,
                        List.of(VALUES),
                        args -> sorted(list(args[0])))
                .member("sum", "list_a_sum_a", ANY, List.of(VALUES), args -> sum(list(args[0])))
                .member("min", "list_a_min_a", ANY, List.of(VALUES), args -> extreme(list(args[0]), -1, "min"))
                .member("max", "list_a_max_a", ANY, List.of(VALUES), args -> extreme(list(args[0]), 1, "max"))
                .member("indexOf", "list_a_index_of_int", SimpleType.INT, List.of(VALUES, VALUE), args ->
                        (long) list(args[0]).indexOf(args[1]))
                .member("lastIndexOf", "list_a_last_index_of_int", SimpleType.INT, List.of(VALUES, VALUE), args ->
                        (long) list(args[0]).lastIndexOf(args[1]));
    }

    private static List<?> list(Object value) {
        return (List<?>) value;
    }

    private static boolean sorted(List<?> list) {
        for (int i = 1; i < list.size(); i++) {
            if (compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object extreme(List<?> list, int sign, String name) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException(name + " called on empty list");
        }
        Object found = list.getFirst();
        for (Object value : list) {
            if (compare(value, found) * sign > 0) {
                found = value;
            }
        }
        return found;
    }

    private static Object sum(List<?> list) {
        if (list.isEmpty()) {
            return 0L;
        }
        Object sum = list.getFirst();
        for (Object value : list.subList(1, list.size())) {
            sum = add(sum, value);
        }
        return sum;
    }

    private static Object add(Object left, Object right) {
        return switch (left) {
            case Long number when right instanceof Long more -> Math.addExact(number, more);
            case Double number when right instanceof Double more -> number + more;
            case UnsignedLong number when right instanceof UnsignedLong more -> exact(number, more);
            case Duration duration when right instanceof Duration more -> duration.plus(more);
            default -> throw noOverload();
        };
    }

    private static UnsignedLong exact(UnsignedLong left, UnsignedLong right) {
        BigInteger sum = left.bigIntegerValue().add(right.bigIntegerValue());
        if (sum.bitLength() > 64) {
            throw new ArithmeticException("unsigned integer overflow");
        }
        return UnsignedLong.valueOf(sum);
    }

    private static int compare(Object left, Object right) {
        return switch (left) {
            case Long number when right instanceof Long other -> number.compareTo(other);
            case Double number when right instanceof Double other -> number.compareTo(other);
            case UnsignedLong number when right instanceof UnsignedLong other -> number.compareTo(other);
            case String text when right instanceof String other -> text.compareTo(other);
            case Boolean flag when right instanceof Boolean other -> flag.compareTo(other);
            case Duration duration when right instanceof Duration other -> duration.compareTo(other);
            case Instant time when right instanceof Instant other -> time.compareTo(other);
            case CelByteString bytes
            when right instanceof CelByteString other ->
                java.util.Arrays.compareUnsigned(bytes.toByteArray(), other.toByteArray());
            default -> throw noOverload();
        };
    }

    private static IllegalArgumentException noOverload() {
        return new IllegalArgumentException("no such overload");
    }
}
