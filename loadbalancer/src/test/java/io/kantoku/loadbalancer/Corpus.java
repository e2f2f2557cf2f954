package io.kantoku.loadbalancer;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.loadbalancer.model.ApiJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests with what they are to be answered, read from one of the files beside, and sent to any Data Plane API. */
public final class Corpus {
    private static final Pattern KEPT = Pattern.compile("\\$(\\w+)");
    private static final Pattern TYPE = Pattern.compile("(text/plain) (.*)");

    /** What an API has answered. */
    public record Answer(int status, Map<String, String> headers, String body) {
        public Answer {
            headers = Map.copyOf(headers);
        }

        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }
    }

    /** Sends one request. */
    @FunctionalInterface
    public interface Api {
        Answer send(String method, String target, String contentType, String body) throws IOException;
    }

    private final Api api;
    private final Map<String, String> kept = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    private Corpus(Api api) {
        this.api = api;
    }

    /** Sends all requests of a file, and tells which were answered otherwise than the file says. */
    public static List<String> faults(String file, Api api) throws IOException {
        Corpus corpus = new Corpus(api);
        try (InputStream in = Corpus.class.getResourceAsStream("corpus/" + file + ".txt")) {
            String base = "";
            String request = "";
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith("base ")) {
                    base = line.substring("base ".length());
                } else if (line.startsWith("-> ")) {
                    corpus.exchange(base, request, line.substring("-> ".length()));
                } else if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("= ")) {
                    request = line;
                }
            }
        }
        return corpus.faults;
    }

    private void exchange(String base, String request, String expected) throws IOException {
        String[] words = request.split(" ", 3);
        String target = base + (words[1].equals("/") ? "" : filled(words[1]));
        if (target.contains("version=V")) {
            target = target.replace("version=V", "version=" + version());
        }
        String body = words.length < 3 ? "" : words[2];
        Matcher typed = TYPE.matcher(body);
        Answer answer = typed.matches()
                ? api.send(words[0], target, typed.group(1), typed.group(2))
                : api.send(words[0], target, "application/json", body);
        String where =
                words[0] + " " + target + " " + body + " gave " + answer.status() + " " + answer.body() + ", not ";
        for (String wanted : expected.split(" ")) {
            if (!check(answer, wanted)) {
                faults.add(where + wanted);
            }
        }
    }

    private String version() throws IOException {
        return api.send("GET", "/v2/services/haproxy/configuration/version", "application/json", "")
                .body()
                .strip();
    }

    private String filled(String text) {
        return KEPT.matcher(text).replaceAll(found -> kept.getOrDefault(found.group(1), "nothing-kept"));
    }

    private boolean check(Answer answer, String wanted) {
        if (wanted.matches("\\d+")) {
            return answer.status() == Integer.parseInt(wanted);
        }
        if (wanted.startsWith("keep:")) {
            String[] parts = wanted.substring("keep:".length()).split("=", 2);
            find(answer, parts[1]).ifPresent(value -> kept.put(parts[0], value));
            return kept.containsKey(parts[0]);
        }
        if (wanted.endsWith("!")) {
            return find(answer, wanted.substring(0, wanted.length() - 1)).isEmpty();
        }
        String[] parts = wanted.split("=", 2);
        Optional<String> found = find(answer, parts[0]);
        return found.isPresent() && (parts[1].equals("*") || found.get().equals(filled(parts[1])));
    }

    private static Optional<String> find(Answer answer, String where) {
        if (where.startsWith("header:")) {
            return answer.header(where.substring("header:".length()));
        }
        if (answer.body().isBlank()) {
            return Optional.empty();
        }
        JsonNode body = ApiJson.parse(answer.body().getBytes(StandardCharsets.UTF_8));
        JsonNode found = where.equals("/") ? body : body.at(where);
        return found.isMissingNode()
                ? Optional.empty()
                : Optional.of(found.isValueNode() ? found.asText() : found.toString());
    }
}
