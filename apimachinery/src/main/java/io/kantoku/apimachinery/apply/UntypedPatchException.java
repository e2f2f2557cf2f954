package io.kantoku.apimachinery.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Status;
import java.util.List;

/** An applied configuration that is not of its kind's type: an unknown field, or items of a list that cannot be told apart. */
final class UntypedPatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UntypedPatchException(String message) {
        super(message);
    }

    /** What the client is told: upstream answers 500 without a reason, and clients know the words. */
    static ApiException refusal(ObjectNode applied, List<String> problems) {
        String version = applied.path("apiVersion").asText();
        String what = problems.size() == 1 ? problems.getFirst() : "errors:\n  " + String.join("\n  ", problems);
        return new ApiException(Status.failure(
                500,
                "",
                "failed to create typed patch object ("
                        + applied.path("metadata").path("namespace").asText() + "/"
                        + applied.path("metadata").path("name").asText() + "; "
                        + (version.contains("/") ? version : "/" + version) + ", Kind="
                        + applied.path("kind").asText() + "): " + what));
    }
}
