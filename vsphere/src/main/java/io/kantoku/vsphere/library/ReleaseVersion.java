package io.kantoku.vsphere.library;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The full version of a Kubernetes release, for example {@code v1.18.5+kantoku.1}.
 *
 * <p>Its components are what dots, plus signs and dashes separate. Order goes component by component: numbers by value and
 * before words, words alphabetically, and a version before its own extensions.
 */
public final class ReleaseVersion implements Comparable<ReleaseVersion> {
    private static final Pattern FORM = Pattern.compile(
            "v(0|[1-9]\\d{0,5})\\.(0|[1-9]\\d{0,5})\\.(0|[1-9]\\d{0,5})([-+][0-9A-Za-z]+([-.+][0-9A-Za-z]+)*)?");
    private static final Pattern HINT = Pattern.compile("v\\d+([-.+][0-9A-Za-z]+)*");
    private static final String SEPARATORS = ".+-";

    private final String text;
    private final int major;
    private final int minor;
    private final int patch;
    private final List<String> rest;

    private ReleaseVersion(String text, Matcher matcher) {
        this.text = text;
        this.major = Integer.parseInt(matcher.group(1));
        this.minor = Integer.parseInt(matcher.group(2));
        this.patch = Integer.parseInt(matcher.group(3));
        String tail = matcher.group(4);
        this.rest = tail == null
                ? List.of()
                : List.copyOf(Arrays.asList(tail.substring(1).split("[-.+]", -1)));
    }

    /** Reads a full version; an {@code IllegalArgumentException} when it is not one. */
    public static ReleaseVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a full release version such as v1.18.5+kantoku.1");
        }
        return new ReleaseVersion(text, matcher);
    }

    /** From a release name, in which {@code +} is written {@code ---}. */
    public static ReleaseVersion ofReleaseName(String name) {
        return parse(name.replace("---", "+"));
    }

    /** Whether the text has the form of a hint: a version or the beginning of one. */
    public static boolean isHint(String text) {
        return HINT.matcher(text).matches();
    }

    /** Of these versions the newest that the hint stands for. */
    public static Optional<ReleaseVersion> newest(String hint, Collection<ReleaseVersion> among) {
        return among.stream().filter(version -> version.matches(hint)).max(ReleaseVersion::compareTo);
    }

    /**
     * Whether the hint is this version or a beginning of it in whole components: {@code v1.18} and {@code v1.18.1} stand for
     * {@code v1.18.1+kantoku.1}, but {@code v1.18.1} does not for {@code v1.18.10+kantoku.1}.
     */
    public boolean matches(String hint) {
        return isHint(hint)
                && text.startsWith(hint)
                && (text.length() == hint.length() || SEPARATORS.indexOf(text.charAt(hint.length())) >= 0);
    }

    public int major() {
        return major;
    }

    public int minor() {
        return minor;
    }

    public int patch() {
        return patch;
    }

    /** The upstream version alone, for example {@code v1.18.5}. */
    public String kubernetes() {
        return "v" + major + "." + minor + "." + patch;
    }

    /** The version as the name of an object: {@code v1.18.5---kantoku.1}. */
    public String releaseName() {
        return text.replace("+", "---");
    }

    @Override
    public int compareTo(ReleaseVersion other) {
        int order = Integer.compare(major, other.major);
        order = order == 0 ? Integer.compare(minor, other.minor) : order;
        order = order == 0 ? Integer.compare(patch, other.patch) : order;
        if (order != 0) {
            return order;
        }
        order = IntStream.range(0, Math.min(rest.size(), other.rest.size()))
                .map(i -> compareComponents(rest.get(i), other.rest.get(i)))
                .filter(difference -> difference != 0)
                .findFirst()
                .orElse(Integer.compare(rest.size(), other.rest.size()));
        return order == 0 ? text.compareTo(other.text) : order;
    }

    private static int compareComponents(String one, String other) {
        boolean number = isNumber(one);
        if (number != isNumber(other)) {
            return number ? -1 : 1;
        }
        if (!number) {
            return one.compareTo(other);
        }
        String left = one.replaceFirst("^0+(?=.)", "");
        String right = other.replaceFirst("^0+(?=.)", "");
        int order = Integer.compare(left.length(), right.length());
        return order == 0 ? left.compareTo(right) : order;
    }

    private static boolean isNumber(String component) {
        return component.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReleaseVersion that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
