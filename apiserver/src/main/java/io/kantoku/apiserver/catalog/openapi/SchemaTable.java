package io.kantoku.apiserver.catalog.openapi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * The structs of the built-in kinds and the types of their fields, without the texts. Immutable.
 *
 * <p>The resource is two JSON objects, each a gzip member of its own, so that the types can be read without the texts. In the
 * first a struct, by its name, has {@code g} kinds as {@code group/version/Kind} and {@code p} the types of its fields, with a
 * {@code !} after those that Go's encoder writes even when nothing was set. In the second it has {@code d} description, {@code g} kinds, {@code u} map type, {@code p} fields; a field has {@code t} type,
 * {@code d} description, {@code r} required, {@code w} always written, {@code l} list type, {@code k} list map keys, {@code m} patch merge key, {@code s}
 * patch strategy, {@code u} map type, {@code e} values.
 */
final class SchemaTable {
    private static final String RESOURCE = "schemas.json.gz";

    private final Map<String, Struct> structs = new HashMap<>();
    private final Map<GroupVersionKind, Struct> kinds = new HashMap<>();

    /**
     * A type with fields.
     *
     * @param written those of the fields that every object of the type has, set or not, in the order of their names
     */
    record Struct(String name, Map<String, SchemaType> fields, Map<String, SchemaType> written) {
        Struct(String name) {
            this(name, new HashMap<>(), new TreeMap<>());
        }

        String simpleName() {
            return name.substring(name.lastIndexOf('.') + 1);
        }
    }

    private SchemaTable(InputStream resource) throws IOException {
        Map<String, SchemaType> types = new HashMap<>();
        try (JsonParser json = Json.mapper().getFactory().createParser(resource)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                readStruct(json, json.currentName(), types);
            }
        }
    }

    static SchemaTable load() {
        try (InputStream resource = new GZIPInputStream(new ByteArrayInputStream(packed()))) {
            return new SchemaTable(resource);
        } catch (IOException e) {
            throw new UncheckedIOException("the schemas of the built-in kinds could not be read", e);
        }
    }

    /** The second object, with the texts. */
    static ObjectNode loadTexts() {
        try (InputStream resource = new GZIPInputStream(new ByteArrayInputStream(packed()));
                JsonParser json = Json.mapper().getFactory().createParser(resource)) {
            json.nextToken();
            json.skipChildren();
            json.nextToken();
            return Json.mapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("the schemas of the built-in kinds could not be read", e);
        }
    }

    /** Changes when the resource does. */
    static String digest() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(packed());
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    Optional<Struct> of(GroupVersionKind kind) {
        return Optional.ofNullable(kinds.get(kind));
    }

    Struct named(String name) {
        return Objects.requireNonNull(structs.get(name), name);
    }

    Map<String, Struct> structs() {
        return structs;
    }

    Map<GroupVersionKind, Struct> kinds() {
        return kinds;
    }

    private static byte[] packed() {
        try (InputStream in = Objects.requireNonNull(SchemaTable.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the schemas of the built-in kinds could not be read", e);
        }
    }

    private void readStruct(JsonParser json, String name, Map<String, SchemaType> types) throws IOException {
        Struct struct = new Struct(name);
        structs.put(name, struct);
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String member = json.currentName();
            json.nextToken();
            switch (member) {
                case "g" -> {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        kinds.put(kind(json.getText()), struct);
                    }
                }
                case "p" -> readFields(json, struct, types);
                default -> json.skipChildren();
            }
        }
    }

    private static void readFields(JsonParser json, Struct struct, Map<String, SchemaType> types) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            String text = json.getText();
            boolean written = text.endsWith("!");
            SchemaType type =
                    types.computeIfAbsent(written ? text.substring(0, text.length() - 1) : text, SchemaType::parse);
            struct.fields.put(field, type);
            if (written) {
                struct.written.put(field, type);
            }
        }
    }

    static GroupVersionKind kind(String text) {
        String[] parts = text.split("/", -1);
        return new GroupVersionKind(parts[0], parts[1], parts[2]);
    }
}
