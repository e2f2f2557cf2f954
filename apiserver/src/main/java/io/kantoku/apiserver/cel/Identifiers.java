package io.kantoku.apiserver.cel;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** How names of properties become identifiers of CEL (Kubernetes' escaping rules). */
final class Identifiers {
    private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private Identifiers() {}

    /** The property of an identifier. */
    static String unescape(String identifier) {
        if (identifier.length() > 4 && identifier.startsWith("__") && identifier.endsWith("__")) {
            String word = identifier.substring(2, identifier.length() - 2);
            if (RESERVED.contains(word)) {
                return word;
            }
        }
        return identifier
                .replace("__dot__", ".")
                .replace("__dash__", "-")
                .replace("__slash__", "/")
                .replace("__underscores__", "__");
    }

    /** The identifier of a property; empty when CEL cannot speak of it. */
    static Optional<String> escape(String property) {
        if (RESERVED.contains(property)) {
            return Optional.of("__" + property + "__");
        }
        String escaped = property.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__");
        return IDENTIFIER.matcher(escaped).matches() ? Optional.of(escaped) : Optional.empty();
    }
}
