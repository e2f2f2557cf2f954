package io.kantoku.tkg.capi;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Upstream's schema of kubeadm configuration ({@code kubeadm-schema.yaml}), and what of a document does not fit it. */
final class KubeadmSchema {
    private static final String KUBEADM = "kubeadm.k8s.io/";

    private final JsonNode schema;

    private KubeadmSchema(JsonNode schema) {
        this.schema = schema;
    }

    static KubeadmSchema load() throws IOException {
        try (InputStream in = KubeadmSchema.class.getResourceAsStream("kubeadm-schema.yaml")) {
            return new KubeadmSchema(Yaml.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    /**
     * What is wrong with a document for the kubeadm of a minor.
     *
     * @return a line for each fault, with its path
     */
    List<String> faults(JsonNode document, int minor) {
        List<String> faults = new ArrayList<>();
        String version = document.path("apiVersion").asText();
        String kind = document.path("kind").asText();
        JsonNode types = schema.path("others").path(version);
        if (version.startsWith(KUBEADM)) {
            JsonNode known = schema.path("versions").path(version.substring(KUBEADM.length()));
            JsonNode range = known.path("read by");
            if (minor < range.path(0).asInt(100) || minor > range.path(1).asInt(0)) {
                faults.add("kubeadm 1." + minor + " does not read " + version);
            }
            types = known.path("types");
        }
        if (types.path(kind).isMissingNode()) {
            faults.add("there is no kind " + kind + " in " + version);
            return faults;
        }
        object(kind, document, kind, types, faults);
        return faults;
    }

    private static void object(String path, JsonNode node, String type, JsonNode types, List<String> faults) {
        JsonNode fields = types.has(type) ? types.path(type) : types.path("<<").path(type);
        if (fields.isMissingNode()) {
            throw new AssertionError("the schema has no type " + type);
        }
        node.fieldNames().forEachRemaining(name -> {
            boolean header = path.equals(type) && (name.equals("kind") || name.equals("apiVersion"));
            if (!header && !fields.has(name)) {
                faults.add(path + "." + name + " is unknown");
            }
        });
        fields.properties().forEach(field -> {
            String expected = field.getValue().asText();
            boolean required = expected.endsWith("!");
            JsonNode value = node.path(field.getKey());
            if (!value.isMissingNode()) {
                value(path + "." + field.getKey(), value, expected.replace("!", ""), types, faults);
            } else if (required) {
                faults.add(path + "." + field.getKey() + " is missing");
            }
        });
    }

    private static void value(String path, JsonNode value, String expected, JsonNode types, List<String> faults) {
        String inner = expected.substring(1, expected.length() - 1);
        if (expected.startsWith("[")) {
            require(value.isArray(), path, "a list", faults);
            for (int i = 0; i < value.size(); i++) {
                value(path + "[" + i + "]", value.get(i), inner, types, faults);
            }
        } else if (expected.startsWith("{")) {
            require(value.isObject(), path, "a map", faults);
            value.properties()
                    .forEach(item -> value(path + "." + item.getKey(), item.getValue(), inner, types, faults));
        } else {
            switch (expected) {
                case "text" -> require(value.isTextual(), path, "text", faults);
                case "number" -> require(value.isIntegralNumber(), path, "a number", faults);
                case "truth" -> require(value.isBoolean(), path, "true or false", faults);
                case "any" -> {}
                default -> {
                    require(value.isObject(), path, "an object", faults);
                    object(path, value, expected, types, faults);
                }
            }
        }
    }

    private static void require(boolean fits, String path, String what, List<String> faults) {
        if (!fits) {
            faults.add(path + " must be " + what);
        }
    }
}
