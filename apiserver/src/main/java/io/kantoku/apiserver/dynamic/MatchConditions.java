package io.kantoku.apiserver.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apiserver.cel.CelBudget;
import io.kantoku.apiserver.cel.CelCompileException;
import io.kantoku.apiserver.cel.CelFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Conditions in CEL that all must hold (admissionregistration {@code MatchCondition}).
 *
 * @param conditions name and expression
 */
record MatchConditions(List<Condition> conditions) {
    record Condition(String name, String expression) {}

    /** What came of them: a condition that is false decides, whatever is wrong with the others. */
    sealed interface Outcome {
        record Match() implements Outcome {}

        record NoMatch() implements Outcome {}

        record Failed(String why) implements Outcome {}
    }

    static MatchConditions parse(JsonNode list) {
        List<Condition> conditions = new ArrayList<>();
        for (JsonNode condition : list) {
            conditions.add(new Condition(
                    condition.path("name").asText(),
                    condition.path("expression").asText()));
        }
        return new MatchConditions(conditions);
    }

    Outcome evaluate(Expressions expressions, Map<String, ?> variables) {
        CelBudget budget = new CelBudget(CelBudget.MATCH_CONDITIONS);
        List<String> errors = new ArrayList<>();
        for (Condition condition : conditions) {
            try {
                if (!expressions
                        .compile(condition.expression(), Expressions.Result.CONDITION)
                        .holds(variables, budget)) {
                    return new Outcome.NoMatch();
                }
            } catch (CelCompileException e) {
                errors.add("failed to compile: " + e.getMessage());
            } catch (CelFailure e) {
                errors.add("expression '" + condition.expression() + "' resulted in error: " + e.getMessage());
            }
        }
        return errors.isEmpty() ? new Outcome.Match() : new Outcome.Failed(String.join(", ", errors));
    }
}
