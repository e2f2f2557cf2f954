package io.kantoku.apimachinery;

import java.util.random.RandomGenerator;

/**
 * Makes names that are unlikely to be taken and cannot spell a word.
 *
 * <p>The alphabet has no vowels and no characters that are taken for one another, as in Kubernetes' {@code util/rand}.
 */
public final class SafeNames {
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final int LONGEST_BASE = 63 - SUFFIX_LENGTH;

    private SafeNames() {}

    /** Five random characters. */
    public static String suffix(RandomGenerator random) {
        return suffix(random, SUFFIX_LENGTH);
    }

    /** {@code length} random characters. */
    public static String suffix(RandomGenerator random, int length) {
        StringBuilder suffix = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            suffix.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return suffix.toString();
    }

    /** The name for a {@code metadata.generateName}: the base, cut so that the whole fits a DNS label, and a suffix. */
    public static String generate(String base, RandomGenerator random) {
        String kept = base.length() > LONGEST_BASE ? base.substring(0, LONGEST_BASE) : base;
        return kept + suffix(random);
    }

    /**
     * Replaces a number by characters of the alphabet, digit by digit, as Kubernetes does with a template's hash.
     *
     * @param text for example the decimal digits of a hash
     */
    public static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        text.chars().forEach(c -> encoded.append(ALPHABET.charAt(c % ALPHABET.length())));
        return encoded.toString();
    }
}
