package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether a client takes what a route answers with: the header {@code Accept}, RFC 9110, section 12.5.1. */
final class MediaTypes {
    private static final String FILE = "application/octet-stream";

    private MediaTypes() {}

    /** @throws DataPlaneException 406 */
    static void check(Optional<String> accept, Route route) {
        List<String> offered = offered(route);
        if (accept.isPresent()
                && !accept.get().isBlank()
                && offered.stream().noneMatch(type -> takes(accept.get(), type))) {
            throw new DataPlaneException(
                    Code.OUTDATED,
                    "unsupported media type requested, only [" + String.join(" ", offered) + "] are available");
        }
    }

    private static List<String> offered(Route route) {
        if (route.template().endsWith("/raw")) {
            return List.of(Call.JSON, Call.TEXT);
        }
        return route.template().contains("/storage/") && route.template().endsWith("}")
                ? List.of(FILE, Call.JSON)
                : List.of(Call.JSON);
    }

    private static boolean takes(String accept, String type) {
        String anyOfKind = type.substring(0, type.indexOf('/')) + "/*";
        return Arrays.stream(accept.split(",", -1))
                .map(range -> range.strip().toLowerCase(Locale.ROOT))
                .filter(range -> !range.matches(".*;\\s*q=0(\\.0*)?"))
                .map(range -> range.replaceFirst("\\s*;.*", ""))
                .anyMatch(range -> range.equals("*/*") || range.equals(anyOfKind) || range.equals(type));
    }
}
