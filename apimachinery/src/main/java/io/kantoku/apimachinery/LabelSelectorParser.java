package io.kantoku.apimachinery;

import io.kantoku.apimachinery.LabelSelector.Operator;
import io.kantoku.apimachinery.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads the query-string form of a label selector.
 *
 * <p>Recursive descent over tokens, with the messages of k8s.io/apimachinery/pkg/labels. {@code in} and {@code notin} are operators only
 * where an operator may stand, elsewhere they are identifiers.
 */
final class LabelSelectorParser {
    private static final String SPECIAL = "=!(),><";

    private enum Kind {
        ERROR,
        END,
        CLOSE,
        COMMA,
        NOT,
        DOUBLE_EQUALS,
        EQUALS,
        GREATER,
        IDENTIFIER,
        IN,
        LESS,
        NOT_EQUALS,
        NOT_IN,
        OPEN
    }

    private record Token(Kind kind, String text) {
        /** The kind where an operator cannot stand. */
        Kind asValue() {
            return kind == Kind.IN || kind == Kind.NOT_IN ? Kind.IDENTIFIER : kind;
        }
    }

    private final String text;
    private final List<Token> tokens;
    private int at;

    LabelSelectorParser(String text) {
        this.text = text;
        this.tokens = scan();
    }

    List<Requirement> parse() {
        List<Requirement> requirements = new ArrayList<>();
        while (true) {
            Token first = peek();
            switch (first.asValue()) {
                case IDENTIFIER, NOT -> requirements.add(requirement());
                case END -> {
                    return requirements;
                }
                default -> throw unexpected(first, ", expected: !, identifier, or 'end of string'");
            }
            Token separator = next();
            if (separator.kind() == Kind.END) {
                return requirements;
            }
            if (separator.kind() != Kind.COMMA) {
                throw unexpected(separator, ", expected: ',' or 'end of string'");
            }
            Kind following = peek().asValue();
            if (following != Kind.IDENTIFIER && following != Kind.NOT) {
                throw unexpected(peek(), ", expected: identifier after ','");
            }
        }
    }

    private Requirement requirement() {
        try {
            return requirementUnwrapped();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("unable to parse requirement: " + e.getMessage(), e);
        }
    }

    private Requirement requirementUnwrapped() {
        boolean negated = peek().kind() == Kind.NOT;
        if (negated) {
            at++;
        }
        Token key = next();
        if (key.asValue() != Kind.IDENTIFIER) {
            throw unexpected(key, ", expected: identifier");
        }
        LabelSelector.check(FieldPath.ROOT, key.text(), Names.qualifiedName(key.text()));
        if (negated) {
            return new Requirement(key.text(), Operator.DOES_NOT_EXIST, new TreeSet<>());
        }
        if (peek().kind() == Kind.END || peek().kind() == Kind.COMMA) {
            return new Requirement(key.text(), Operator.EXISTS, new TreeSet<>());
        }
        Operator operator = operator();
        boolean set = operator == Operator.IN || operator == Operator.NOT_IN;
        return new Requirement(key.text(), operator, set ? values() : exactValue());
    }

    private Operator operator() {
        Token token = next();
        return switch (token.kind()) {
            case IN -> Operator.IN;
            case EQUALS -> Operator.EQUALS;
            case DOUBLE_EQUALS -> Operator.DOUBLE_EQUALS;
            case GREATER -> Operator.GREATER_THAN;
            case LESS -> Operator.LESS_THAN;
            case NOT_IN -> Operator.NOT_IN;
            case NOT_EQUALS -> Operator.NOT_EQUALS;
            case ERROR, END, CLOSE, COMMA, NOT, IDENTIFIER, OPEN ->
                throw unexpected(token, ", expected: in, notin, =, ==, !=, gt, lt");
        };
    }

    private SortedSet<String> values() {
        Token open = next();
        if (open.kind() != Kind.OPEN) {
            throw unexpected(open, " expected: '('");
        }
        Kind first = peek().asValue();
        if (first == Kind.CLOSE) {
            at++;
            return new TreeSet<>();
        }
        if (first != Kind.IDENTIFIER && first != Kind.COMMA) {
            throw unexpected(peek(), ", expected: ',', ')' or identifier");
        }
        SortedSet<String> values = identifiers();
        Token close = next();
        if (close.kind() != Kind.CLOSE) {
            throw unexpected(close, ", expected: ')'");
        }
        return values;
    }

    /** Identifiers between commas; nothing between two commas, or between one and a parenthesis, is the empty value. */
    private SortedSet<String> identifiers() {
        SortedSet<String> values = new TreeSet<>();
        while (true) {
            Token token = next();
            switch (token.asValue()) {
                case IDENTIFIER -> {
                    values.add(token.text());
                    if (peek().kind() == Kind.CLOSE) {
                        return values;
                    }
                    if (peek().kind() != Kind.COMMA) {
                        throw unexpected(peek(), ", expected: ',' or ')'");
                    }
                }
                case COMMA -> {
                    if (values.isEmpty()) {
                        values.add("");
                    }
                    if (peek().kind() == Kind.CLOSE) {
                        values.add("");
                        return values;
                    }
                    if (peek().kind() == Kind.COMMA) {
                        at++;
                        values.add("");
                    }
                }
                default -> throw unexpected(token, ", expected: ',', or identifier");
            }
        }
    }

    private SortedSet<String> exactValue() {
        SortedSet<String> values = new TreeSet<>();
        Kind following = peek().kind();
        if (following == Kind.END || following == Kind.COMMA) {
            values.add("");
            return values;
        }
        Token value = next();
        if (value.asValue() != Kind.IDENTIFIER) {
            throw unexpected(value, ", expected: identifier");
        }
        values.add(value.text());
        return values;
    }

    private Token peek() {
        return tokens.get(at);
    }

    /** The current token; the end is never passed. */
    private Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    private static IllegalArgumentException unexpected(Token token, String expected) {
        return new IllegalArgumentException("found '" + token.text() + "'" + expected);
    }

    private List<Token> scan() {
        List<Token> scanned = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int start = i;
            if (isSpace(c)) {
                i++;
            } else if (SPECIAL.indexOf(c) >= 0) {
                boolean pair = i + 1 < text.length() && text.charAt(i + 1) == '=' && (c == '=' || c == '!');
                i += pair ? 2 : 1;
                String symbol = text.substring(start, i);
                scanned.add(new Token(symbol(symbol), symbol));
            } else {
                while (i < text.length() && !isSpace(text.charAt(i)) && SPECIAL.indexOf(text.charAt(i)) < 0) {
                    i++;
                }
                String word = text.substring(start, i);
                Kind kind = word.equals("in") ? Kind.IN : word.equals("notin") ? Kind.NOT_IN : Kind.IDENTIFIER;
                scanned.add(new Token(kind, word));
            }
        }
        scanned.add(new Token(Kind.END, ""));
        return scanned;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static Kind symbol(String symbol) {
        return switch (symbol) {
            case "=" -> Kind.EQUALS;
            case "==" -> Kind.DOUBLE_EQUALS;
            case "!=" -> Kind.NOT_EQUALS;
            case "!" -> Kind.NOT;
            case "(" -> Kind.OPEN;
            case ")" -> Kind.CLOSE;
            case "," -> Kind.COMMA;
            case ">" -> Kind.GREATER;
            case "<" -> Kind.LESS;
            default -> Kind.ERROR;
        };
    }
}
