package io.kantoku.tkg.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The custom resource definitions of a Supervisor. */
public final class Definitions {
    private Definitions() {}

    /** All of them; each call reads them anew. */
    public static List<KubeObject> read() {
        List<KubeObject> definitions = new ArrayList<>();
        for (String file : Kinds.DEFINITION_FILES) {
            String path = "/io/kantoku/tkg/crds/" + file + ".yaml";
            try (InputStream in = Definitions.class.getResourceAsStream(path)) {
                if (in == null) {
                    throw new IllegalStateException(path + " is missing from the jar");
                }
                for (JsonNode document : Yaml.parseAll(new String(in.readAllBytes(), StandardCharsets.UTF_8))) {
                    definitions.add(KubeObject.of((ObjectNode) document));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return definitions;
    }
}
