package io.kantoku.apimachinery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/** Makes small random JSON trees that often share names, so that comparisons find something. */
public final class RandomJson {
    private static final String[] NAMES = {"a", "b", "c", "x/y", "~t", ""};
    private static final String[] TEXTS = {
        "", "yes", "0644", "null", "- x", "a: b", "line\nline\n", "é\u2028", "#", "1e3", "~", "<<"
    };

    private final Random random;

    public RandomJson(long seed) {
        this.random = new Random(seed);
    }

    public ObjectNode object(int depth, boolean nulls) {
        ObjectNode object = Json.object();
        int members = random.nextInt(4);
        for (int i = 0; i < members; i++) {
            object.set(NAMES[random.nextInt(NAMES.length)], value(depth - 1, nulls));
        }
        return object;
    }

    public JsonNode value(int depth, boolean nulls) {
        int kind = random.nextInt(depth > 0 ? 8 : 6);
        return switch (kind) {
            case 0 -> Json.object().textNode(TEXTS[random.nextInt(TEXTS.length)]);
            case 1 -> Json.object().textNode("v" + random.nextInt(3));
            case 2 -> Json.object().numberNode(random.nextInt(3));
            case 3 -> Json.object().numberNode(random.nextLong());
            case 4 -> nulls ? Json.object().nullNode() : Json.object().booleanNode(true);
            case 5 -> Json.object().booleanNode(random.nextBoolean());
            case 6 -> object(depth, nulls);
            default -> {
                ArrayNode array = Json.object().arrayNode();
                int items = random.nextInt(4);
                for (int i = 0; i < items; i++) {
                    array.add(value(depth - 1, nulls));
                }
                yield array;
            }
        };
    }

    public static ObjectNode yaml(String text) {
        return Yaml.parseObject(text);
    }
}
