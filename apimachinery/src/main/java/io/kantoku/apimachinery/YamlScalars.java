package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;

/** The meaning of a plain scalar: null, boolean, number or text. */
final class YamlScalars {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUE = Set.of("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON");
    private static final Set<String> FALSE = Set.of("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF");
    private static final Set<String> NOT_JSON = Set.of(
            ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN");
    private static final Pattern INTEGER = Pattern.compile("[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]++|[0-9]++(\\.[0-9]*+)?)([eE][-+]?[0-9]++)?");
    private static final int LONGEST_NUMBER = 400;

    private YamlScalars() {}

    /** @throws IllegalArgumentException when the scalar is a number that JSON does not have */
    static JsonNode resolve(String plain) {
        if (NULLS.contains(plain)) {
            return NullNode.getInstance();
        }
        if (TRUE.contains(plain)) {
            return BooleanNode.TRUE;
        }
        if (FALSE.contains(plain)) {
            return BooleanNode.FALSE;
        }
        if (NOT_JSON.contains(plain)) {
            throw new IllegalArgumentException(plain + " is a number that JSON cannot hold");
        }
        char first = plain.charAt(0);
        if ((!Character.isDigit(first) && "+-.".indexOf(first) < 0) || plain.length() > LONGEST_NUMBER) {
            return TextNode.valueOf(plain);
        }
        if (INTEGER.matcher(plain).matches()) {
            return integer(plain.replace("_", ""));
        }
        if (FLOAT.matcher(plain).matches()) {
            return number(Double.parseDouble(plain), plain);
        }
        return TextNode.valueOf(plain);
    }

    /** Whether the text, written without quotes, is read again as that text. */
    static boolean isPlainText(String text) {
        return !NOT_JSON.contains(text)
                && !text.equals("y")
                && !text.equals("n")
                && !text.equals("Y")
                && !text.equals("N")
                && !text.equals("<<")
                && !text.equals("=")
                && resolve(text).isTextual();
    }

    private static JsonNode integer(String text) {
        boolean negative = text.startsWith("-");
        String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        int radix = 10;
        int skip = 0;
        if (digits.startsWith("0x")) {
            radix = 16;
            skip = 2;
        } else if (digits.startsWith("0b")) {
            radix = 2;
            skip = 2;
        } else if (digits.startsWith("0o")) {
            radix = 8;
            skip = 2;
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            radix = 8;
            skip = 1;
        }
        if (digits.length() == skip) {
            return TextNode.valueOf(text);
        }
        BigInteger value = new BigInteger(digits.substring(skip), radix);
        return integer(negative ? value.negate() : value);
    }

    private static JsonNode integer(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return IntNode.valueOf(value.intValue());
        }
        return value.bitLength() < Long.SIZE ? LongNode.valueOf(value.longValue()) : BigIntegerNode.valueOf(value);
    }

    /** A float; whole ones become integers, as they do on their way through upstream's JSON. */
    private static JsonNode number(double value, String plain) {
        if (Double.isInfinite(value)) {
            throw new IllegalArgumentException(plain + " is a number that JSON cannot hold");
        }
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            return integer(BigInteger.valueOf((long) value));
        }
        return DoubleNode.valueOf(value);
    }
}
