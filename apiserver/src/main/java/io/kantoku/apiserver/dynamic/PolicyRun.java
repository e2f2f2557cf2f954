package io.kantoku.apiserver.dynamic;

import io.kantoku.apiserver.cel.CelBudget;
import io.kantoku.apiserver.cel.CelValues;
import java.util.HashMap;
import java.util.Map;

/**
 * One evaluation of a policy: its variables, and what it may still cost.
 *
 * @param variables what expressions may speak of
 */
record PolicyRun(Policy policy, ShownRequest shown, Map<String, Object> variables, CelBudget budget) {
    /** @param base the variables of the request */
    static PolicyRun of(
            Policy policy,
            ShownRequest shown,
            Map<String, Object> base,
            Object parameters,
            NamespaceLabels namespaces,
            Expressions expressions) {
        CelBudget budget = new CelBudget(CelBudget.PER_REQUEST);
        Map<String, Object> variables = new HashMap<>(base);
        variables.put("params", parameters);
        boolean namespaced = shown.request().type().namespaced();
        variables.put(
                "namespaceObject",
                CelValues.of(
                        namespaced
                                ? namespaces.namespace().json()
                                : com.fasterxml.jackson.databind.node.NullNode.getInstance()));
        variables.put("variables", new LazyVariables(policy.variables(), expressions, variables, budget));
        return new PolicyRun(policy, shown, variables, budget);
    }
}
