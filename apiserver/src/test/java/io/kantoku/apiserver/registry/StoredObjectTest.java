package io.kantoku.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.NamespacedName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Objects as bytes read as the trees that they were made of, with their version in the right place. */
class StoredObjectTest {
    private static final StorageKey KEY =
            new StorageKey(new ClusterId("c"), new GroupResource("", "things"), new NamespacedName("ns", "thing"));

    @Test
    void whatIsWrittenReadsAsTheTreeWithItsVersion() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            ObjectNode tree = object(random);
            long revision = 1 + random.nextLong(Long.MAX_VALUE - 1);
            StoredObject object = StoredObject.of(KEY, ObjectBytes.encode(tree), revision);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            object.writeTo(out);

            ObjectNode expected = tree.deepCopy();
            expected.withObjectProperty("metadata").put("resourceVersion", Long.toString(revision));
            assertThat(Json.parseObject(out.toByteArray())).as("seed %d", seed).isEqualTo(expected);
            assertThat(object.tree()).as("seed %d", seed).isEqualTo(expected);
            assertThat(object.length()).isEqualTo(out.size());
            assertThat(object.uid()).isEqualTo(tree.path("metadata").path("uid").asText());
            assertThat(object.deleting()).isEqualTo(tree.path("metadata").has("deletionTimestamp"));
            tree.path("metadata")
                    .path("labels")
                    .properties()
                    .forEach(label -> assertThat(object.labels())
                            .containsEntry(label.getKey(), label.getValue().asText()));
        }
    }

    @Test
    void findsSelectableFieldsHoweverDeep() {
        ObjectNode tree = object(new Random(1));
        tree.putObject("spec")
                .put("nodeName", "n1")
                .put("count", 3)
                .put("on", true)
                .putObject("deep")
                .put("er", "x");
        tree.putArray("list").addObject().put("nodeName", "wrong");
        StoredObject object = StoredObject.of(KEY, ObjectBytes.encode(tree), 7);
        Set<String> paths =
                Set.of("spec.nodeName", "spec.count", "spec.on", "spec.deep.er", "spec.unschedulable", "no");

        assertThat(Map.of(
                        "name", object.field("metadata.name", paths),
                        "node", object.field("spec.nodeName", paths),
                        "count", object.field("spec.count", paths),
                        "on", object.field("spec.on", paths),
                        "deep", object.field("spec.deep.er", paths),
                        "absent", object.field("no", paths),
                        "default", object.field("spec.unschedulable", paths)))
                .isEqualTo(Map.of(
                        "name", "thing", "node", "n1", "count", "3", "on", "true", "deep", "x", "absent", "", "default",
                        "false"));
    }

    @Test
    void keysAreReadAsTheyWereWritten() {
        assertThat(StorageKey.parse(KEY.toString())).contains(KEY);
        StorageKey global = new StorageKey(
                new ClusterId("c"), new GroupResource("a.b", "nodes"), NamespacedName.clusterScoped("x:y"));
        assertThat(StorageKey.parse(global.toString())).contains(global);
        assertThat(StorageKey.parse("/_system/clusters/c/x/y/z")).isEmpty();
        assertThat(StorageKey.parse("/c/core/things/ns")).isEmpty();
    }

    private static ObjectNode object(Random random) {
        ObjectNode tree = Json.object();
        ObjectNode metadata = Json.object();
        if (random.nextBoolean()) {
            metadata.putObject("labels").put(text(random), text(random)).put("uid", text(random));
        }
        if (random.nextBoolean()) {
            metadata.put("deletionTimestamp", "2026-01-01T00:00:00Z");
        }
        metadata.put("creationTimestamp", "2026-01-01T00:00:00Z");
        metadata.putObject("annotations").put(text(random), "{\"metadata\":{\"uid\":\"" + text(random) + "\"}}");
        metadata.put("uid", text(random));
        metadata.put("namespace", "ns").put("name", "thing");
        tree.putObject("spec").put(text(random), text(random));
        tree.set("metadata", metadata);
        tree.put("kind", "Thing").put("apiVersion", "v1");
        return tree;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(random.nextInt(10) == 0 ? 0x1F600 + random.nextInt(60) : ' ' + random.nextInt(400));
        }
        return text.toString();
    }
}
