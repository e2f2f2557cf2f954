package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.registry.ResourceTypes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A request's path, read once and for all: what is authorized is what is served.
 *
 * @param segments the decoded path
 * @param info what the request asks for
 * @param remainder what follows the subresource, as it was sent, for proxies; {@code ""} or {@code /…}
 */
record ApiPath(List<String> segments, RequestInfo info, String remainder) {
    private static final Set<String> NAMESPACE_PARTS = Set.of("status", "finalize");

    /**
     * Reads a path.
     *
     * @param watching whether the query asks for a watch
     * @param single the name that the query's field selector demands, {@code ""} when none
     * @throws ApiException 400 when a segment could be mistaken for something else, 404 when the path is too long
     */
    static ApiPath parse(String method, String rawPath, boolean watching, String single) {
        List<String> segments = decode(rawPath);
        String first = segments.isEmpty() ? "" : segments.getFirst();
        boolean core = first.equals("api") && segments.size() > 2;
        boolean grouped = first.equals("apis") && segments.size() > 3;
        if (!core && !grouped) {
            RequestInfo info = new RequestInfo(
                    method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT),
                    false,
                    rawPath,
                    "",
                    "",
                    "",
                    "",
                    "",
                    "");
            return new ApiPath(segments, info, "");
        }
        int base = core ? 2 : 3;
        String group = core ? "" : segments.get(1);
        return resource(method, rawPath, segments, base, group, watching, single);
    }

    private static ApiPath resource(
            String method,
            String rawPath,
            List<String> segments,
            int base,
            String group,
            boolean watching,
            String single) {
        String version = segments.get(base - 1);
        int at = base;
        boolean oldWatch = segments.get(at).equals("watch") && segments.size() > at + 1;
        if (oldWatch) {
            at++;
        }
        String namespace = "";
        if (segments.get(at).equals("namespaces") && segments.size() > at + 1) {
            namespace = segments.get(at + 1);
            if (segments.size() > at + 2 && !NAMESPACE_PARTS.contains(segments.get(at + 2))) {
                at += 2;
            }
        }
        String resource = segments.get(at);
        String name = segments.size() > at + 1 ? segments.get(at + 1) : "";
        String subresource = segments.size() > at + 2 ? segments.get(at + 2) : "";
        boolean further = segments.size() > at + 3;
        if (further && !subresource.equals("proxy")) {
            throw ResourceTypes.notServed();
        }
        boolean watch = watching || oldWatch;
        String about = name.isEmpty() && (method.equals("GET") || method.equals("HEAD")) ? single : name;
        RequestInfo info = new RequestInfo(
                verb(method, name, watch), true, rawPath, group, version, resource, subresource, namespace, about);
        return new ApiPath(segments, info, remainder(rawPath, at + 3));
    }

    private static String verb(String method, String name, boolean watch) {
        return switch (method) {
            case "GET", "HEAD" -> name.isEmpty() ? (watch ? "watch" : "list") : watch ? "watch" : "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }

    /** The raw path from a segment on. */
    private static String remainder(String rawPath, int segment) {
        int position = 0;
        for (int i = 0; i <= segment && position >= 0; i++) {
            position = rawPath.indexOf('/', position + (i == 0 ? 0 : 1));
        }
        return position < 0 ? "" : rawPath.substring(position);
    }

    private static List<String> decode(String rawPath) {
        List<String> segments = new ArrayList<>();
        boolean proxied = false;
        for (String raw : rawPath.split("/", -1)) {
            if (raw.isEmpty()) {
                continue;
            }
            if (proxied) {
                segments.add(raw);
                continue;
            }
            String segment = segment(raw)
                    .orElseThrow(() -> ApiException.badRequest(
                            "the path contains \"" + raw + "\", which cannot be the name of anything"));
            segments.add(segment);
            proxied = segment.equals("proxy") && segments.size() > 4;
        }
        return segments;
    }

    private static Optional<String> segment(String raw) {
        try {
            String segment = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
            boolean plain = segment.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' ' || c == 0x7f);
            return plain && !segment.equals(".") && !segment.equals("..") ? Optional.of(segment) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
