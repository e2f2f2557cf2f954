package io.kantoku.apimachinery;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of a resource: {@code 500m}, {@code 2Gi}, {@code 1e3}.
 *
 * <p>Kubernetes' rules (k8s.io/apimachinery/pkg/api/resource): fractions are rounded up to the nano, values are capped at 2⁶³-1, and
 * {@link #toString()} is canonical: no fraction, the largest suffix that loses nothing, in the suffix family that was read.
 *
 * @param value the exact amount
 * @param format the family of suffixes in which it is written
 */
public record Quantity(BigDecimal value, Format format) implements Comparable<Quantity> {
    /** The families of suffixes. */
    public enum Format {
        /** {@code n u m k M G T P E}, powers of 1000. */
        DECIMAL_SI,
        /** {@code Ki Mi Gi Ti Pi Ei}, powers of 1024. */
        BINARY_SI,
        /** {@code e3}, {@code E-6}. */
        DECIMAL_EXPONENT
    }

    private static final String FORM = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$";
    private static final Pattern PATTERN = Pattern.compile(FORM);
    private static final Pattern EXPONENT = Pattern.compile("[eE]([+-]?[0-9]{1,9})");
    private static final String DECIMAL_SUFFIXES = "num kMGTPE";
    private static final String BINARY_SUFFIXES = "KMGTPE";
    private static final int UNIT_SUFFIX = DECIMAL_SUFFIXES.indexOf(' ');
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigInteger KIBI = BigInteger.valueOf(1024);
    private static final int LONGEST_TEXT = 1000;
    private static final int LARGEST_EXPONENT = 64;

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

    public Quantity {
        value = capped(value.setScale(Math.min(Math.max(value.scale(), 0), 9), RoundingMode.UP));
    }

    public static Quantity of(long value) {
        return new Quantity(BigDecimal.valueOf(value), Format.DECIMAL_SI);
    }

    /** So many bytes, written with binary suffixes. */
    public static Quantity ofBytes(long bytes) {
        return new Quantity(BigDecimal.valueOf(bytes), Format.BINARY_SI);
    }

    /** So many thousandths, as of CPUs. */
    public static Quantity ofMilli(long milli) {
        return new Quantity(BigDecimal.valueOf(milli, 3), Format.DECIMAL_SI);
    }

    /**
     * Reads a quantity.
     *
     * @throws IllegalArgumentException in upstream's words when the text is not one
     */
    public static Quantity parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        if (text.isEmpty() || text.length() > LONGEST_TEXT || !matcher.matches()) {
            throw new IllegalArgumentException("quantities must match the regular expression '" + FORM + "'");
        }
        BigDecimal number = number(matcher.group(1));
        String suffix = matcher.group(2);
        Matcher exponent = EXPONENT.matcher(suffix);
        if (exponent.matches()) {
            return new Quantity(scaled(number, Integer.parseInt(exponent.group(1))), Format.DECIMAL_EXPONENT);
        }
        if (suffix.length() == 2 && suffix.charAt(1) == 'i' && BINARY_SUFFIXES.indexOf(suffix.charAt(0)) >= 0) {
            int power = BINARY_SUFFIXES.indexOf(suffix.charAt(0)) + 1;
            BigDecimal product = number.multiply(new BigDecimal(KIBI.pow(power)));
            boolean fraction = product.signum() != 0 && product.abs().compareTo(BigDecimal.ONE) < 0;
            return new Quantity(product, fraction ? Format.DECIMAL_SI : Format.BINARY_SI);
        }
        int index = suffix.isEmpty()
                ? UNIT_SUFFIX
                : suffix.length() == 1 && !suffix.equals(" ") ? DECIMAL_SUFFIXES.indexOf(suffix) : -1;
        if (index < 0) {
            throw new IllegalArgumentException("unable to parse quantity's suffix");
        }
        return new Quantity(scaled(number, 3 * (index - UNIT_SUFFIX)), Format.DECIMAL_SI);
    }

    /** The sum, in this quantity's format unless this is zero. */
    public Quantity plus(Quantity other) {
        return new Quantity(value.add(other.value), value.signum() == 0 ? other.format : format);
    }

    public Quantity minus(Quantity other) {
        return plus(other.negated());
    }

    public Quantity negated() {
        return new Quantity(value.negate(), format);
    }

    public boolean isZero() {
        return value.signum() == 0;
    }

    /** Rounded up to a whole number. */
    public long toLong() {
        return value.setScale(0, RoundingMode.UP).longValue();
    }

    /** Thousandths, rounded up, capped at the largest long. */
    public long toMilli() {
        BigDecimal milli = value.movePointRight(3).setScale(0, RoundingMode.UP);
        return capped(milli).longValue();
    }

    /** Compares amounts; formats do not matter. */
    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity quantity && compareTo(quantity) == 0;
    }

    @Override
    public int hashCode() {
        return value.stripTrailingZeros().hashCode();
    }

    @Override
    public String toString() {
        if (value.signum() == 0) {
            return "0";
        }
        boolean whole = value.stripTrailingZeros().scale() <= 0;
        boolean small = value.abs().compareTo(new BigDecimal(KIBI)) < 0;
        return switch (format) {
            case BINARY_SI -> whole && !small ? binary() : decimal(false);
            case DECIMAL_SI -> decimal(false);
            case DECIMAL_EXPONENT -> decimal(true);
        };
    }

    private String binary() {
        BigInteger mantissa = value.toBigIntegerExact();
        int power = 0;
        while (power < BINARY_SUFFIXES.length() && mantissa.mod(KIBI).signum() == 0) {
            mantissa = mantissa.divide(KIBI);
            power++;
        }
        return mantissa + (power == 0 ? "" : BINARY_SUFFIXES.charAt(power - 1) + "i");
    }

    private String decimal(boolean asExponent) {
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = Math.floorDiv(-stripped.scale(), 3) * 3;
        BigInteger mantissa = stripped.movePointLeft(exponent).toBigIntegerExact();
        if (exponent == 0) {
            return mantissa.toString();
        }
        return mantissa + (asExponent ? "e" + exponent : "" + DECIMAL_SUFFIXES.charAt(UNIT_SUFFIX + exponent / 3));
    }

    private static BigDecimal number(String digits) {
        int point = digits.indexOf('.');
        boolean noDigit = digits.chars().noneMatch(Character::isDigit);
        if (noDigit || (point >= 0 && digits.indexOf('.', point + 1) >= 0)) {
            throw new IllegalArgumentException("unable to parse numeric part of quantity");
        }
        return new BigDecimal(digits);
    }

    /** Number × 10^exponent; exponents beyond all representable values are cut, so that none costs memory. */
    private static BigDecimal scaled(BigDecimal number, int exponent) {
        int cut = Math.clamp(exponent, -LARGEST_EXPONENT - LONGEST_TEXT, LARGEST_EXPONENT + LONGEST_TEXT);
        return number.scaleByPowerOfTen(cut);
    }

    private static BigDecimal capped(BigDecimal value) {
        return value.abs().compareTo(LARGEST) <= 0 ? value : value.signum() < 0 ? LARGEST.negate() : LARGEST;
    }
}
