package io.kantoku.apiserver.dynamic;

import io.kantoku.apiserver.cel.CelBudget;
import io.kantoku.apiserver.cel.CelCompileException;
import io.kantoku.apiserver.cel.CelFailure;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code variables} of a policy: each is evaluated when an expression first asks for it. Used by one thread. */
final class LazyVariables extends AbstractMap<String, Object> {
    private final Map<String, String> texts;
    private final Expressions expressions;
    private final Map<String, Object> scope;
    private final CelBudget budget;
    private final Map<String, Object> known = new HashMap<>();

    /** @param scope what the expressions may speak of; gets these variables, too */
    LazyVariables(Map<String, String> texts, Expressions expressions, Map<String, Object> scope, CelBudget budget) {
        this.texts = texts;
        this.expressions = expressions;
        this.scope = scope;
        this.budget = budget;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key instanceof String name && texts.containsKey(name);
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        if (!(key instanceof String name) || !texts.containsKey(name)) {
            return null;
        }
        Object value = known.get(name);
        if (value == null) {
            value = evaluate(name);
            known.put(name, value);
        }
        return value;
    }

    private Object evaluate(String name) {
        String text = texts.getOrDefault(name, "");
        try {
            return expressions.compile(text, Expressions.Result.VALUE).evaluate(scope, budget);
        } catch (CelCompileException | CelFailure e) {
            throw new IllegalArgumentException(
                    "composited variable \"" + name + "\" fails to evaluate: " + e.getMessage());
        }
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        texts.keySet().forEach(this::get);
        return known.entrySet();
    }
}
