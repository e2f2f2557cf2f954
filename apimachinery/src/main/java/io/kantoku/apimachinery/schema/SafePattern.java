package io.kantoku.apimachinery.schema;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression with the syntax of Go's {@code regexp} and a bound on the time of a match.
 *
 * <p>The Java engine does the matching, so three things are done around it. The expression is translated: what Go reads otherwise
 * ({@code $}, {@code (?P<…>}, {@code [[:alpha:]]}, {@code [} and {@code &&} in classes) is rewritten, and what Go does not have (look-around,
 * back-references, possessive quantifiers) is refused. The text is read through a sequence that counts, so that an expression that
 * backtracks without end is stopped. And recursion that outgrows the stack counts as stopped too.
 */
final class SafePattern {
    private static final int LONGEST = 10_000;
    private static final Map<String, String> CLASSES = Map.ofEntries(
            Map.entry("alnum", "\\p{Alnum}"),
            Map.entry("alpha", "\\p{Alpha}"),
            Map.entry("ascii", "\\p{ASCII}"),
            Map.entry("blank", "\\p{Blank}"),
            Map.entry("cntrl", "\\p{Cntrl}"),
            Map.entry("digit", "\\p{Digit}"),
            Map.entry("graph", "\\p{Graph}"),
            Map.entry("lower", "\\p{Lower}"),
            Map.entry("print", "\\p{Print}"),
            Map.entry("punct", "\\p{Punct}"),
            Map.entry("space", "\\p{Space}"),
            Map.entry("upper", "\\p{Upper}"),
            Map.entry("word", "\\w"),
            Map.entry("xdigit", "\\p{XDigit}"));

    /** A match was stopped. */
    static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exhausted() {
            super("the budget is used up", null, false, false);
        }
    }

    /** Steps that may still be spent on one object, shared by all of its checks. */
    static final class Budget {
        private long left;

        Budget(long steps) {
            this.left = steps;
        }

        void spend(long steps) {
            left -= steps;
            if (left < 0) {
                throw new Exhausted();
            }
        }
    }

    private final String text;
    private final Pattern pattern;

    private SafePattern(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException saying what is wrong with the expression */
    static SafePattern compile(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("the expression is longer than " + LONGEST + " characters");
        }
        try {
            return new SafePattern(text, Pattern.compile(new Translation(text).translate(), Pattern.UNIX_LINES));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("error parsing regexp: " + e.getDescription(), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("error parsing regexp: expression nests too deeply", e);
        }
    }

    /**
     * Whether the expression matches anywhere in the text.
     *
     * @throws Exhausted when that takes more than is left of the budget
     */
    boolean matches(String value, Budget budget) {
        try {
            return pattern.matcher(new Counted(value, budget)).find();
        } catch (StackOverflowError e) {
            throw new Exhausted();
        }
    }

    @Override
    public String toString() {
        return text;
    }

    private record Counted(CharSequence text, Budget budget) implements CharSequence {
        @Override
        public char charAt(int index) {
            budget.spend(1);
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), budget);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    /** One pass over an expression. */
    private static final class Translation {
        private final String in;
        private final StringBuilder out = new StringBuilder();
        private int at;
        private boolean quantified;

        Translation(String in) {
            this.in = in;
        }

        String translate() {
            boolean multiline = in.contains("(?m") || in.contains("(?im") || in.contains("(?sm");
            while (at < in.length()) {
                char c = in.charAt(at);
                boolean quantifier = false;
                switch (c) {
                    case '\\' -> escape(false);
                    case '[' -> characterClass();
                    case '(' -> group();
                    case '$' -> {
                        out.append(multiline ? "$" : "\\z");
                        at++;
                    }
                    case '*', '+', '?' -> {
                        boolean lazy = c == '?' && quantified && in.charAt(at - 1) != '?';
                        if (quantified && !lazy) {
                            throw refused("invalid nested repetition operator");
                        }
                        quantifier = true;
                        out.append(c);
                        at++;
                    }
                    case '}' -> {
                        quantifier = isRepeatEnd();
                        out.append(quantifier ? "}" : "\\}");
                        at++;
                    }
                    case '{' -> {
                        if (quantified && isRepeatStart()) {
                            throw refused("invalid nested repetition operator");
                        }
                        out.append(isRepeatStart() ? "{" : "\\{");
                        at++;
                    }
                    default -> {
                        out.append(c);
                        at++;
                    }
                }
                quantified = quantifier;
            }
            return out.toString();
        }

        private boolean isRepeatStart() {
            int i = at + 1;
            int digits = 0;
            while (i < in.length() && Character.isDigit(in.charAt(i))) {
                i++;
                digits++;
            }
            if (i < in.length() && in.charAt(i) == ',') {
                i++;
                while (i < in.length() && Character.isDigit(in.charAt(i))) {
                    i++;
                }
            }
            return digits > 0 && i < in.length() && in.charAt(i) == '}';
        }

        private boolean isRepeatEnd() {
            int open = in.lastIndexOf('{', at);
            int here = at;
            at = Math.max(open, 0);
            boolean repeat = open >= 0 && isRepeatStart() && in.indexOf('}', open) == here;
            at = here;
            return repeat;
        }

        private void group() {
            if (in.startsWith("(?P<", at) || (in.startsWith("(?<", at) && !isLookBehind())) {
                int end = in.indexOf('>', at);
                if (end < 0) {
                    throw refused("invalid named capture");
                }
                out.append("(?:");
                at = end + 1;
                return;
            }
            if (in.startsWith("(?", at) && at + 2 < in.length() && "=!<>".indexOf(in.charAt(at + 2)) >= 0) {
                throw refused("invalid or unsupported Perl syntax: `" + in.substring(at, at + 3) + "`");
            }
            if (in.startsWith("(?", at)) {
                out.append("(?");
                at += 2;
                while (at < in.length() && "imsU-:)".indexOf(in.charAt(at)) >= 0) {
                    char flag = in.charAt(at++);
                    if (flag == 'U') {
                        throw refused("the flag U is not supported here");
                    }
                    out.append(flag);
                    if (flag == ':' || flag == ')') {
                        return;
                    }
                }
                throw refused("invalid or unsupported Perl syntax");
            }
            out.append('(');
            at++;
        }

        private boolean isLookBehind() {
            return in.startsWith("(?<=", at) || in.startsWith("(?<!", at);
        }

        private void characterClass() {
            out.append('[');
            at++;
            if (at < in.length() && in.charAt(at) == '^') {
                out.append('^');
                at++;
            }
            boolean first = true;
            while (at < in.length() && (first || in.charAt(at) != ']')) {
                char c = in.charAt(at);
                if (in.startsWith("[:", at) && in.indexOf(":]", at) > 0) {
                    namedClass();
                } else if (c == '\\') {
                    escape(true);
                } else {
                    out.append("[]&~#".indexOf(c) >= 0 || c == '^' ? "\\" : "").append(c);
                    at++;
                }
                first = false;
            }
            if (at >= in.length()) {
                throw refused("missing closing ]");
            }
            out.append(']');
            at++;
        }

        private void namedClass() {
            int end = in.indexOf(":]", at);
            String name = in.substring(at + 2, end);
            boolean negated = name.startsWith("^");
            String translated = CLASSES.get(negated ? name.substring(1) : name);
            if (translated == null) {
                throw refused("invalid character class range: `[:" + name + ":]`");
            }
            out.append(negated ? "[^" + translated + "]" : translated);
            at = end + 2;
        }

        private void escape(boolean inClass) {
            if (at + 1 >= in.length()) {
                throw refused("trailing backslash at end of expression");
            }
            char c = in.charAt(at + 1);
            boolean letter = Character.isLetterOrDigit(c);
            if (letter && "dDwWsSbBAzpPxntrfavQE01234567".indexOf(c) < 0) {
                throw refused("invalid escape sequence: `\\" + c + "`");
            }
            if (c == 'Q') {
                quoted();
                return;
            }
            if (c >= '1' && c <= '9') {
                throw refused("invalid escape sequence: `\\" + c + "`");
            }
            switch (c) {
                case 's' -> out.append(inClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]");
                case 'v' -> out.append("\\x0B");
                default -> out.append('\\').append(c);
            }
            at += 2;
        }

        private void quoted() {
            int end = in.indexOf("\\E", at);
            String literal = in.substring(at + 2, end < 0 ? in.length() : end);
            out.append(Pattern.quote(literal));
            at = end < 0 ? in.length() : end + 2;
        }

        private static IllegalArgumentException refused(String why) {
            return new IllegalArgumentException("error parsing regexp: " + why);
        }
    }
}
