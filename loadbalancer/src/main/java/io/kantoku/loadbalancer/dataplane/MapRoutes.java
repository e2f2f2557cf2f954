package io.kantoku.loadbalancer.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.loadbalancer.model.ApiJson;
import io.kantoku.loadbalancer.model.DataPlaneException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The routes of the maps that the running engine has; the engine's own are not shown. */
final class MapRoutes {
    private static final Pattern LISTED = Pattern.compile("(-?\\d+) \\((.*?)\\)(.*)");
    private static final Pattern WORD = Pattern.compile("[^\\s;\\\\<]+");

    private final Realisation engine;

    private final Path managed;

    private MapRoutes(Realisation engine, Path managed) {
        this.engine = engine;
        this.managed = managed;
    }

    /** @param nested whether entries are below their map in the path, as in version 3 */
    static List<Route> of(Configuration configuration, Realisation engine, boolean nested) {
        MapRoutes r = new MapRoutes(engine, StorageRoutes.directory(configuration, StorageKind.MAPS));
        String maps = "/services/haproxy/runtime/maps";
        String entries = nested ? maps + "/{parent}/entries" : "/services/haproxy/runtime/maps_entries";
        Function<Call, String> mapOf = nested ? call -> call.path("parent") : call -> call.required("map");
        return List.of(
                new Route("GET", maps, "The maps", call -> Answer.ok(r.maps(call.flag("include_unmanaged")))),
                new Route("GET", maps + "/{name}", "One map", call -> Answer.ok(r.map(call.path("name")))),
                new Route("DELETE", maps + "/{name}", "Remove all entries of a map", call -> {
                    r.command("clear map " + r.file(call.path("name")));
                    return new Answer(204, null, Optional.empty());
                }),
                new Route("GET", entries, "The entries of a map", call -> Answer.ok(r.entries(mapOf.apply(call)))),
                new Route("POST", entries, "Add an entry", call -> {
                    JsonNode body = call.json();
                    String map = mapOf.apply(call);
                    String key = word("key", body.path("key").asText());
                    if (r.entry(map, key).isPresent()) {
                        throw DataPlaneException.exists("entry " + key + " of map " + map);
                    }
                    r.command("add map " + r.file(map) + " " + key + " "
                            + word("value", body.path("value").asText()));
                    return new Answer(201, r.required(map, key), Optional.empty());
                }),
                new Route(
                        "GET",
                        entries + "/{id}",
                        "One entry",
                        call -> Answer.ok(r.required(mapOf.apply(call), call.path("id")))),
                new Route("PUT", entries + "/{id}", "Replace the value of an entry", call -> {
                    String map = mapOf.apply(call);
                    String key = call.path("id");
                    r.required(map, key);
                    String value = word("value", call.json().path("value").asText());
                    r.command("set map " + r.file(map) + " " + word("id", key) + " " + value);
                    return Answer.ok(r.required(map, key));
                }),
                new Route("DELETE", entries + "/{id}", "Remove an entry", call -> {
                    String map = mapOf.apply(call);
                    r.required(map, call.path("id"));
                    r.command("del map " + r.file(map) + " " + word("id", call.path("id")));
                    return new Answer(204, null, Optional.empty());
                }));
    }

    private static String word(String member, String text) {
        if (text.isEmpty()) {
            throw DataPlaneException.required(member);
        }
        if (!WORD.matcher(text).matches()) {
            throw DataPlaneException.pattern(member, WORD.pattern());
        }
        return text;
    }

    /** The maps whose files are stored here, or all that the engine has a file for. */
    private List<ObjectNode> maps(boolean all) {
        return maps().stream().filter(map -> all || map.has("storage_name")).toList();
    }

    private List<ObjectNode> maps() {
        List<ObjectNode> maps = new ArrayList<>();
        for (String line : engine.runtime("show map").lines().toList()) {
            Matcher matcher = LISTED.matcher(line);
            if (matcher.matches()
                    && !engine.view().hiddenFiles().contains(matcher.group(2))
                    && matcher.group(2).indexOf('/') >= 0) {
                ObjectNode map = ApiJson.object()
                        .put("description", matcher.group(3).strip())
                        .put("file", matcher.group(2))
                        .put("id", matcher.group(1));
                Path file = Path.of(matcher.group(2));
                if (managed.equals(file.getParent())) {
                    map.put("storage_name", String.valueOf(file.getFileName()));
                }
                maps.add(map);
            }
        }
        return maps;
    }

    private ObjectNode map(String name) {
        return maps().stream()
                .filter(map -> isCalled(map.path("file").asText(), name))
                .findFirst()
                .orElseThrow(() -> DataPlaneException.notFound("map " + name));
    }

    /** A map is called by its file, with or without its directory and ending. */
    private static boolean isCalled(String file, String name) {
        String last = file.substring(file.lastIndexOf('/') + 1);
        return file.equals(name) || last.equals(name) || last.equals(name + ".map");
    }

    private String file(String name) {
        return map(name).path("file").asText();
    }

    private List<ObjectNode> entries(String map) {
        List<ObjectNode> entries = new ArrayList<>();
        for (String line : engine.runtime("show map " + file(map)).lines().toList()) {
            String[] words = line.split(" ", 3);
            if (words.length == 3) {
                entries.add(ApiJson.object()
                        .put("id", words[0])
                        .put("key", words[1])
                        .put("value", words[2]));
            }
        }
        return entries;
    }

    private Optional<ObjectNode> entry(String map, String key) {
        return entries(map).stream()
                .filter(entry -> entry.path("key").asText().equals(key)
                        || entry.path("id").asText().equals(key))
                .findFirst();
    }

    private ObjectNode required(String map, String key) {
        return entry(map, key).orElseThrow(() -> DataPlaneException.notFound("entry " + key + " of map " + map));
    }

    /** Commands that worked answer with nothing. */
    private void command(String command) {
        String said = engine.runtime(command).strip();
        if (!said.isEmpty()) {
            throw DataPlaneException.badRequest("the engine refuses \"" + command + "\": " + said);
        }
    }
}
