package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apiserver.auth.Authorizer;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.cel.AuthorizerFunctions;
import io.kantoku.apiserver.cel.CelCompileException;
import io.kantoku.apiserver.cel.CelEnvironment;
import io.kantoku.apiserver.cel.CelExpression;
import io.kantoku.apiserver.cel.CelValues;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The expressions of webhooks and policies: compiled once for all clusters that use the same text, and the variables that they speak
 * of. Safe for use by many threads.
 */
final class Expressions {
    private static final int KEPT = 4096;
    private static final List<String> VARIABLES = List.of(
            "object",
            "oldObject",
            "request",
            "authorizer",
            "authorizer.requestResource",
            "params",
            "namespaceObject",
            "variables");

    private final Authorizer authorizer;
    private final Map<Key, Compiled> compiled = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Compiled> eldest) {
            return size() > KEPT;
        }
    };

    /** What an expression must come to. */
    enum Result {
        CONDITION,
        TEXT,
        VALUE,
        MUTATION
    }

    private record Key(String text, Result result) {}

    /** Either an expression, or why it is none. */
    private sealed interface Compiled {
        record Good(CelExpression expression) implements Compiled {}

        record Bad(CelCompileException reason) implements Compiled {}
    }

    /** The environment of all expressions, made with the first. */
    private static final class Environment {
        private static final CelEnvironment ADMISSION = CelEnvironment.dynamic(VARIABLES);
    }

    Expressions(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** The environment in which policies are checked when they are written. */
    static CelEnvironment environment() {
        return Environment.ADMISSION;
    }

    CelExpression compile(String text, Result result) throws CelCompileException {
        Compiled known;
        synchronized (compiled) {
            known = compiled.computeIfAbsent(new Key(text, result), Expressions::make);
        }
        return switch (known) {
            case Compiled.Good(var expression) -> expression;
            case Compiled.Bad(var reason) -> throw reason;
        };
    }

    private static Compiled make(Key key) {
        try {
            return new Compiled.Good(compileNow(key.text(), key.result()));
        } catch (CelCompileException e) {
            return new Compiled.Bad(e);
        }
    }

    static CelExpression compileNow(String text, Result result) throws CelCompileException {
        return switch (result) {
            case CONDITION -> environment().condition(text);
            case TEXT -> environment().text(text);
            case VALUE -> environment().value(text);
            case MUTATION -> environment().mutation(text);
        };
    }

    /** What every expression about a request may speak of. */
    Map<String, Object> variables(ShownRequest shown) {
        UserInfo user = shown.request().user();
        JsonNode request = shown.json(false);
        Map<String, Object> variables = new HashMap<>();
        variables.put("object", CelValues.of(shown.object()));
        variables.put("oldObject", CelValues.of(shown.oldObject()));
        variables.put("request", CelValues.of(request));
        AuthorizerFunctions.Asking asking =
                new AuthorizerFunctions.Asking(shown.request().cluster(), user, authorizer);
        variables.put("authorizer", asking);
        variables.put(
                "authorizer.requestResource",
                new AuthorizerFunctions.ResourceCheck(
                        asking,
                        shown.request().type().name().group(),
                        shown.request().type().name().resource(),
                        shown.request().subresource(),
                        shown.request().namespace(),
                        shown.request().name(),
                        "",
                        ""));
        return variables;
    }
}
