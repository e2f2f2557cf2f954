package io.kantoku.apiserver.cel;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of semver.org 2.0.0; build metadata does not count in comparisons. */
record SemanticVersion(BigInteger major, BigInteger minor, BigInteger patch, String preRelease)
        implements Comparable<SemanticVersion> {
    private static final String NUMBER = "(0|[1-9][0-9]*)";
    private static final Pattern FORM = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER
            + "(?:-((?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
            + "(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Pattern LEADING_ZEROS = Pattern.compile("(^|\\.)0+(?=[0-9])");

    /** @throws IllegalArgumentException when the text is no version */
    static SemanticVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (text.length() > 1024 || !matcher.matches()) {
            throw new IllegalArgumentException(
                    "Semver parse error during conversion from string: \"" + text + "\" is not a semantic version");
        }
        String pre = matcher.group(4);
        return new SemanticVersion(
                new BigInteger(matcher.group(1)),
                new BigInteger(matcher.group(2)),
                new BigInteger(matcher.group(3)),
                pre == null ? "" : pre);
    }

    /** Makes the usual loose forms strict: a {@code v} in front, absent minor and patch, leading zeros. */
    static String normalized(String text) {
        String bare = text.startsWith("v") ? text.substring(1) : text;
        int end = 0;
        while (end < bare.length() && (Character.isDigit(bare.charAt(end)) || bare.charAt(end) == '.')) {
            end++;
        }
        StringBuilder core =
                new StringBuilder(LEADING_ZEROS.matcher(bare.substring(0, end)).replaceAll("$1"));
        long dots = core.chars().filter(c -> c == '.').count();
        for (; dots < 2; dots++) {
            core.append(".0");
        }
        return core + bare.substring(end);
    }

    @Override
    public int compareTo(SemanticVersion other) {
        int order = major.compareTo(other.major);
        order = order == 0 ? minor.compareTo(other.minor) : order;
        order = order == 0 ? patch.compareTo(other.patch) : order;
        return order == 0 ? comparePreRelease(other.preRelease) : order;
    }

    private int comparePreRelease(String other) {
        if (preRelease.isEmpty() || other.isEmpty()) {
            return Boolean.compare(preRelease.isEmpty(), other.isEmpty());
        }
        String[] mine = preRelease.split("\\.", -1);
        String[] theirs = other.split("\\.", -1);
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            boolean number = DIGITS.matcher(mine[i]).matches();
            boolean otherNumber = DIGITS.matcher(theirs[i]).matches();
            int order = number && otherNumber
                    ? new BigInteger(mine[i]).compareTo(new BigInteger(theirs[i]))
                    : number != otherNumber ? (number ? -1 : 1) : mine[i].compareTo(theirs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(mine.length, theirs.length);
    }
}
