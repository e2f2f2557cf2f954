package io.kantoku.apimachinery.patch;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Names a place in a JSON document (RFC 6901).
 *
 * @param text as written, {@code /spec/replicas}
 * @param steps the unescaped steps from the root
 */
public record JsonPointer(String text, List<String> steps) {
    public JsonPointer {
        steps = List.copyOf(steps);
    }

    /**
     * Reads a pointer.
     *
     * @throws ApiException 400 when the text is not a pointer or is deeper than any document may be
     */
    public static JsonPointer parse(String text) {
        List<String> steps = new ArrayList<>();
        if (!text.isEmpty()) {
            if (text.charAt(0) != '/') {
                throw ApiException.badRequest(
                        "the path \"" + text + "\" of a JSON patch must be empty or begin with \"/\"");
            }
            for (String step : text.substring(1).split("/", -1)) {
                steps.add(step.replace("~1", "/").replace("~0", "~"));
            }
        }
        if (steps.size() > Json.MAX_DEPTH) {
            throw ApiException.badRequest("a path of the JSON patch has more than " + Json.MAX_DEPTH + " steps");
        }
        return new JsonPointer(text, steps);
    }

    boolean isRoot() {
        return steps.isEmpty();
    }

    String last() {
        return steps.getLast();
    }

    /** Whether {@code other} is below this place. */
    boolean isAbove(JsonPointer other) {
        return other.steps.size() > steps.size()
                && other.steps.subList(0, steps.size()).equals(steps);
    }

    @Override
    public String toString() {
        return text;
    }
}
