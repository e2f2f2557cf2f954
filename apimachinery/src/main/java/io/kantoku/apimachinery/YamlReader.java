package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds JSON trees from YAML events; one instance reads one text on one thread.
 *
 * <p>Working on events rather than on the parser's node graph keeps the recursion here, where it has a limit, and makes each alias a
 * copy that is counted.
 */
final class YamlReader {
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setCodePointLimit(16 << 20)
            .setParseComments(false)
            .build();
    private static final String MERGE = "<<";

    private final Iterator<Event> events;
    private final Map<Anchor, JsonNode> anchors = new HashMap<>();
    private int aliasBudget = Yaml.ALIAS_BUDGET;

    YamlReader(String text) {
        this.events = new Parse(SETTINGS).parseString(text).iterator();
    }

    List<JsonNode> documents() {
        List<JsonNode> documents = new ArrayList<>();
        try {
            while (events.hasNext()) {
                Event event = events.next();
                switch (event.getEventId()) {
                    case DocumentStart -> anchors.clear();
                    case Alias, Scalar, SequenceStart, MappingStart -> {
                        JsonNode document = node(event, 0);
                        if (!document.isNull()) {
                            documents.add(document);
                        }
                    }
                    case Comment, DocumentEnd, MappingEnd, SequenceEnd, StreamEnd, StreamStart -> {}
                }
            }
        } catch (MarkedYamlEngineException e) {
            throw refused(e.getProblem(), e.getProblemMark());
        } catch (YamlEngineException e) {
            throw refused(String.valueOf(e.getMessage()), Optional.empty());
        }
        return documents;
    }

    private JsonNode node(Event event, int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw refused("it is nested more than " + Json.MAX_DEPTH + " deep", event.getStartMark());
        }
        JsonNode node = switch (event) {
            case AliasEvent alias -> copyOf(alias, depth);
            case ScalarEvent scalar -> scalar(scalar);
            case SequenceStartEvent _ -> sequence(depth);
            case MappingStartEvent _ -> mapping(depth);
            default -> throw refused("it breaks off", event.getStartMark());
        };
        if (!(event instanceof AliasEvent) && event instanceof NodeEvent anchored) {
            anchored.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        }
        return node;
    }

    private JsonNode sequence(int depth) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            array.add(node(event, depth + 1));
        }
        return array;
    }

    /** In the words of upstream's strict decoder; a YAML document with the same key twice is never read. */
    private static ApiException doubled(String key, Event event) {
        int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        return ApiException.badRequest(
                "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:" + "\n  line "
                        + line + ": key " + TextNode.valueOf(key) + " already set in map");
    }

    private JsonNode mapping(int depth) {
        ObjectNode object = Json.object();
        ObjectNode merged = Json.object();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            boolean merge = event instanceof ScalarEvent scalar
                    && scalar.isPlain()
                    && scalar.getValue().equals(MERGE);
            String key = key(event, depth);
            JsonNode value = node(events.next(), depth + 1);
            if (merge) {
                merge(merged, value, event);
            } else if (object.has(key)) {
                throw doubled(key, event);
            } else {
                object.set(key, value);
            }
        }
        merged.properties().forEach(entry -> {
            if (!object.has(entry.getKey())) {
                object.set(entry.getKey(), entry.getValue());
            }
        });
        return object;
    }

    private String key(Event event, int depth) {
        JsonNode key = node(event, depth + 1);
        if (key.isContainerNode() || key.isNull()) {
            throw refused("a map key must be a string", event.getStartMark());
        }
        return key.asText();
    }

    private void merge(ObjectNode into, JsonNode value, Event event) {
        List<JsonNode> sources = new ArrayList<>();
        if (value instanceof ArrayNode array) {
            array.forEach(sources::add);
        } else {
            sources.add(value);
        }
        for (JsonNode source : sources) {
            if (!source.isObject()) {
                throw refused("map merge requires map or sequence of maps as the value", event.getStartMark());
            }
            source.properties().forEach(entry -> into.putIfAbsent(entry.getKey(), entry.getValue()));
        }
    }

    private JsonNode scalar(ScalarEvent event) {
        String tag = event.getTag().orElse("");
        String value = event.getValue();
        try {
            return switch (tag) {
                case "" -> event.isPlain() ? YamlScalars.resolve(value) : TextNode.valueOf(value);
                case "tag:yaml.org,2002:str", "!" -> TextNode.valueOf(value);
                case "tag:yaml.org,2002:binary" -> TextNode.valueOf(value.replaceAll("\\s", ""));
                default -> YamlScalars.resolve(value);
            };
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()), event.getStartMark());
        }
    }

    private JsonNode copyOf(AliasEvent alias, int depth) {
        JsonNode target = anchors.get(alias.getAlias());
        if (target == null) {
            throw refused("unknown anchor '" + alias.getAlias().getValue() + "' referenced", alias.getStartMark());
        }
        count(target, depth, alias);
        return target.deepCopy();
    }

    private void count(JsonNode node, int depth, AliasEvent alias) {
        if (--aliasBudget < 0 || depth > Json.MAX_DEPTH) {
            throw refused("document contains excessive aliasing", alias.getStartMark());
        }
        if (node.isContainerNode()) {
            node.forEach(child -> count(child, depth + 1, alias));
        }
    }

    private static ApiException refused(String problem, Optional<Mark> mark) {
        String position = mark.map(m -> " (line " + (m.getLine() + 1) + ", column " + (m.getColumn() + 1) + ")")
                .orElse("");
        return ApiException.badRequest("the body is not valid YAML: " + problem + position);
    }
}
