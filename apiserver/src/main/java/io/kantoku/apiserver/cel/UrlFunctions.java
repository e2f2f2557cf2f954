package io.kantoku.apiserver.cel;

import static io.kantoku.apiserver.cel.Kinds.LOCATION;
import static io.kantoku.apiserver.cel.Kinds.STRINGS;
import static io.kantoku.apiserver.cel.Kinds.TEXT;
import static io.kantoku.apiserver.cel.Kinds.URL;

import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import java.util.List;
import java.util.function.Function;

/** {@code url, isURL} and the parts of URLs (Kubernetes' CEL URL library). */
@SuppressWarnings("Immutable") // what the functions close over does not change
final class UrlFunctions {
    private UrlFunctions() {}

    static void addTo(Functions functions) {
        functions
                .global(
                        "url",
                        "string_to_url",
                        URL,
                        List.of(TEXT),
                        args -> Url.parse((String) args[0])
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "URL parse error during conversion from string: invalid URI for request: \""
                                                + args[0] + "\"")))
                .global(
                        "isURL",
                        "is_url_string",
                        SimpleType.BOOL,
                        List.of(TEXT),
                        args -> Url.parse((String) args[0]).isPresent())
                .member(
                        "getQuery",
                        "url_get_query",
                        MapType.create(SimpleType.STRING, STRINGS),
                        List.of(LOCATION),
                        args -> ((Url) args[0]).parameters());
        part(functions, "getScheme", Url::scheme);
        part(functions, "getHost", Url::host);
        part(functions, "getHostname", Url::hostname);
        part(functions, "getPort", Url::port);
        part(functions, "getEscapedPath", Url::path);
    }

    private static void part(Functions functions, String name, Function<Url, String> part) {
        functions.member(name, "url_" + name, SimpleType.STRING, List.of(LOCATION), args -> part.apply((Url) args[0]));
    }
}
