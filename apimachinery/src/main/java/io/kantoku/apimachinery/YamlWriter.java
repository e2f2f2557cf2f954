package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/** Writes JSON trees as block-style YAML; texts are quoted wherever a reader of YAML 1.1 or 1.2 would take them for something else. */
final class YamlWriter {
    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSplitLines(false)
            .setWidth(Integer.MAX_VALUE)
            .build();
    private static final ImplicitTuple IMPLICIT = new ImplicitTuple(true, true);

    private final List<Event> events = new ArrayList<>();

    private YamlWriter() {}

    static String write(List<? extends JsonNode> documents) {
        YamlWriter writer = new YamlWriter();
        writer.events.add(new StreamStartEvent());
        for (int i = 0; i < documents.size(); i++) {
            writer.events.add(new DocumentStartEvent(i > 0, Optional.empty(), Map.of()));
            writer.node(documents.get(i));
            writer.events.add(new DocumentEndEvent(false));
        }
        writer.events.add(new StreamEndEvent());
        return new Present(SETTINGS).emitToString(writer.events.iterator());
    }

    private void node(JsonNode node) {
        switch (node) {
            case ObjectNode object -> object(object);
            case ArrayNode array -> array(array);
            default -> {
                if (node.isTextual()) {
                    text(node.textValue());
                } else {
                    scalar(node.isMissingNode() ? "null" : node.asText(), ScalarStyle.PLAIN);
                }
            }
        }
    }

    private void object(ObjectNode object) {
        FlowStyle style = object.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
        events.add(new MappingStartEvent(Optional.empty(), Optional.empty(), true, style));
        object.properties().forEach(entry -> {
            text(entry.getKey());
            node(entry.getValue());
        });
        events.add(new MappingEndEvent());
    }

    private void array(ArrayNode array) {
        FlowStyle style = array.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
        events.add(new SequenceStartEvent(Optional.empty(), Optional.empty(), true, style));
        array.forEach(this::node);
        events.add(new SequenceEndEvent());
    }

    private void text(String text) {
        if (text.indexOf('\n') >= 0) {
            scalar(text, ScalarStyle.LITERAL);
        } else {
            scalar(text, YamlScalars.isPlainText(text) ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED);
        }
    }

    private void scalar(String text, ScalarStyle style) {
        events.add(new ScalarEvent(Optional.empty(), Optional.empty(), IMPLICIT, text, style));
    }
}
