package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * What came of a step.
 *
 * @param failure why it does not hold, with the output of the command that showed it; empty when it holds
 */
public record StepResult(Step step, Duration took, Optional<String> failure) {
    public boolean holds() {
        return failure.isEmpty();
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("name", step.name())
                .put("shows", step.shows())
                .put("holds", holds())
                .put("seconds", took.toMillis() / 1000.0);
        failure.ifPresent(reason -> json.put("failure", reason));
        return json;
    }
}
