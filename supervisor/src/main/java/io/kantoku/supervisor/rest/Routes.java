package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.supervisor.vapi.VapiException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maps methods and paths such as {@code /api/vcenter/namespaces/instances/{namespace}} to operations. A variable is one segment of
 * the path; {@code {path*}} at the end is all that is left, not decoded.
 */
public final class Routes {
    /** Carries out one operation. */
    @FunctionalInterface
    public interface Operation {
        /** The body of the answer; empty answers 204. */
        Optional<JsonNode> call(Call call) throws IOException;
    }

    /** Carries out one operation and answers by itself, for what is not a JSON document. */
    @FunctionalInterface
    public interface DirectOperation {
        void call(Call call) throws IOException;
    }

    /** What a route leads to. */
    sealed interface Handling {
        record Answering(Operation operation) implements Handling {}

        record Direct(DirectOperation operation) implements Handling {}
    }

    /** A route that was found. */
    record Match(Handling handling, Map<String, String> variables) {}

    /** @param action what {@code ?action=} has to be; {@code *} for anything */
    private record Route(
            String method, String action, String template, Pattern path, List<String> names, Handling handling) {
        boolean takes(String wantedMethod, String wantedAction) {
            return (method.equals(wantedMethod) || method.equals(ANY))
                    && (action.equals(wantedAction) || action.equals(ANY));
        }
    }

    /** Any method of a direct operation. */
    public static final String ANY = "*";

    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)(\\*?)}");

    private final List<Route> routes = new ArrayList<>();

    public Routes add(String method, String path, Operation operation) {
        return add(method, path, "", operation);
    }

    /** A route that also needs {@code ?action=} (or {@code ?~action=}) to have a value. */
    public Routes add(String method, String path, String action, Operation operation) {
        return add(method, path, action, new Handling.Answering(operation));
    }

    /** A route whose operation answers by itself, whatever {@code ?action=} is. */
    public Routes direct(String method, String path, DirectOperation operation) {
        return add(method, path, ANY, new Handling.Direct(operation));
    }

    private Routes add(String method, String path, String action, Handling handling) {
        List<String> names = new ArrayList<>();
        Matcher matcher = VARIABLE.matcher(path);
        StringBuilder pattern = new StringBuilder();
        while (matcher.find()) {
            names.add(matcher.group(1) + matcher.group(2));
            matcher.appendReplacement(pattern, matcher.group(2).isEmpty() ? "([^/]+)" : "(.*)");
        }
        matcher.appendTail(pattern);
        routes.add(new Route(method, action, path, Pattern.compile(pattern.toString()), names, handling));
        routes.sort(Comparator.comparingInt(route -> route.names().size())); // a word goes before a variable
        return this;
    }

    Optional<Match> find(String method, String path, String action) {
        for (Route route : routes) {
            if (!route.takes(method, action)) {
                continue;
            }
            Matcher matcher = route.path().matcher(path);
            if (matcher.matches()) {
                Map<String, String> variables = new HashMap<>();
                for (int i = 0; i < route.names().size(); i++) {
                    String name = route.names().get(i);
                    String text = matcher.group(i + 1);
                    if (name.endsWith("*")) {
                        variables.put(name.substring(0, name.length() - 1), text);
                    } else {
                        variables.put(name, decoded(text));
                    }
                }
                return Optional.of(new Match(route.handling(), variables));
            }
        }
        return Optional.empty();
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw VapiException.invalid("the path has a malformed escape: " + segment);
        }
    }

    /** All routes, as {@code METHOD path} or {@code METHOD path?action=…}. */
    Set<String> all() {
        Set<String> all = new TreeSet<>();
        routes.forEach(route -> all.add(route.method() + " " + route.template()
                + (route.action().isEmpty() || route.action().equals(ANY) ? "" : "?action=" + route.action())));
        return all;
    }

    /** The methods that the path knows, for answering 405. */
    Set<String> methods(String path) {
        Set<String> methods = new TreeSet<>();
        routes.stream()
                .filter(route -> route.path().matcher(path).matches())
                .forEach(route -> methods.add(route.method()));
        return methods;
    }
}
