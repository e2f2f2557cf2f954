package io.kantoku.apimachinery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A conjunction of comparisons of fields with texts: {@code metadata.name=x,status.phase!=Running}.
 *
 * @param terms the comparisons, all of which must hold; none selects everything
 */
public record FieldSelector(List<Term> terms) {
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    /**
     * One comparison.
     *
     * @param field the field's path, for example {@code spec.nodeName}
     * @param equal whether the field must be equal to the value or different from it
     * @param value the text, unescaped
     */
    public record Term(String field, boolean equal, String value) {}

    public FieldSelector {
        terms = List.copyOf(terms);
    }

    public static FieldSelector equal(String field, String value) {
        return new FieldSelector(List.of(new Term(field, true, value)));
    }

    /**
     * Reads the query-string form. In values {@code \}, {@code ,} and {@code =} are escaped with a backslash.
     *
     * @throws IllegalArgumentException in upstream's words when the text is not a field selector
     */
    public static FieldSelector parse(String text) {
        List<Term> terms = new ArrayList<>();
        for (String part : split(text)) {
            if (!part.isEmpty()) {
                terms.add(term(part, text));
            }
        }
        return new FieldSelector(terms);
    }

    public boolean isEverything() {
        return terms.isEmpty();
    }

    /** Whether the object whose fields {@code valueOf} gives (absent ones as {@code ""}) is selected. */
    public boolean matches(UnaryOperator<String> valueOf) {
        return terms.stream().allMatch(term -> valueOf.apply(term.field()).equals(term.value()) == term.equal());
    }

    /** The value that {@code field} must have, if the selector demands one. */
    public Optional<String> requires(String field) {
        return terms.stream()
                .filter(term -> term.equal() && term.field().equals(field))
                .map(Term::value)
                .findFirst();
    }

    @Override
    public String toString() {
        return terms.stream()
                .map(term -> term.field() + (term.equal() ? "=" : "!=") + escape(term.value()))
                .collect(Collectors.joining(","));
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == ',') {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Term term(String part, String whole) {
        for (int i = 0; i < part.length(); i++) {
            String rest = part.substring(i, Math.min(i + 2, part.length()));
            if (rest.equals("!=")) {
                return new Term(part.substring(0, i), false, unescape(part.substring(i + 2)));
            }
            if (rest.equals("==")) {
                return new Term(part.substring(0, i), true, unescape(part.substring(i + 2)));
            }
            if (rest.startsWith("=")) {
                return new Term(part.substring(0, i), true, unescape(part.substring(i + 1)));
            }
        }
        throw new IllegalArgumentException("invalid selector: '" + whole + "'; can't understand '" + part + "'");
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    }

    private static String unescape(String value) {
        StringBuilder plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                i++;
                String escaped = i < value.length() ? value.substring(i, i + 1) : "";
                if (escaped.isEmpty() || !"\\,=".contains(escaped)) {
                    throw new IllegalArgumentException("invalid field selector: invalid escape sequence: \\" + escaped);
                }
                plain.append(escaped);
            } else if (c == ',' || c == '=') {
                throw new IllegalArgumentException("invalid field selector: unescaped character in value: " + c);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
