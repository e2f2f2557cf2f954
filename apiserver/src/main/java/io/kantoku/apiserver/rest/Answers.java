package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.protobuf.ProtobufBody;
import io.kantoku.apiserver.registry.ListResult;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.StoredObject;
import io.kantoku.transport.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Sends objects, lists and other trees in the form that was negotiated. */
final class Answers {
    /** Smaller answers cost more to compress than to send. */
    private static final int WORTH_COMPRESSING = 128 * 1024;

    /** As Go indents: nothing before a colon, one item of a list per line. */
    private static final PrettyPrinter PRETTY = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));

    private static final int WORTH_STREAMING = 64 * 1024;

    private final ObjectForms forms;

    Answers(ObjectForms forms) {
        this.forms = forms;
    }

    ObjectForms forms() {
        return forms;
    }

    void object(Exchange exchange, int status, ResourceType type, String version, StoredObject object, Wanted wanted)
            throws IOException {
        if (ObjectForms.asStored(type, version, wanted)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(object.length() + 1);
            object.writeTo(bytes);
            bytes.write('\n');
            send(exchange, status, wanted.syntax().mediaType(), bytes.toByteArray());
        } else {
            tree(exchange, status, forms.one(type, version, object, wanted), wanted);
        }
    }

    void tree(Exchange exchange, int status, JsonNode tree, Wanted wanted) throws IOException {
        send(exchange, status, wanted.syntax().mediaType(), bytes(tree, wanted));
    }

    static byte[] bytes(JsonNode tree, Wanted wanted) {
        if (wanted.syntax() == Wanted.Syntax.YAML) {
            return Yaml.write(tree).getBytes(StandardCharsets.UTF_8);
        }
        if (wanted.syntax() == Wanted.Syntax.PROTOBUF) {
            return ProtobufBody.write(tree);
        }
        if (!wanted.pretty()) {
            byte[] json = Json.bytes(tree);
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        }
        try {
            return (Json.mapper().writer(PRETTY).writeValueAsString(tree) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree could not be written", e);
        }
    }

    void list(Exchange exchange, ResourceType type, String version, ListResult result, Wanted wanted)
            throws IOException {
        if (!ObjectForms.asStored(type, version, wanted)) {
            ObjectNode list = forms.many(type, version, result.objects(), wanted);
            list.withObjectProperty("metadata").setAll(listMetadata(result));
            tree(exchange, 200, list, wanted);
            return;
        }
        long size = result.objects().stream().mapToLong(StoredObject::length).sum();
        if (size < WORTH_STREAMING) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size + 512);
            writeList(bytes, type, version, result);
            exchange.respond(200, "application/json", bytes.toByteArray());
            return;
        }
        boolean compress = size > WORTH_COMPRESSING && acceptsGzip(exchange);
        if (compress) {
            exchange.responseHeader("Content-Encoding", "gzip");
        }
        try (OutputStream raw = exchange.stream(200, "application/json");
                OutputStream out = compress ? fast(raw) : new java.io.BufferedOutputStream(raw, 32 * 1024)) {
            writeList(out, type, version, result);
        }
    }

    /** Writes stored bytes between brackets; nothing is parsed. */
    private static void writeList(OutputStream out, ResourceType type, String version, ListResult result)
            throws IOException {
        ObjectNode head = Json.object();
        head.put("kind", type.listKind())
                .put("apiVersion", type.kindIn(version).groupVersion().toString());
        head.set("metadata", listMetadata(result));
        byte[] opening = Json.bytes(head);
        out.write(opening, 0, opening.length - 1);
        out.write(",\"items\":[".getBytes(StandardCharsets.US_ASCII));
        boolean first = true;
        for (StoredObject object : result.objects()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            object.writeTo(out);
        }
        out.write("]}\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static ObjectNode listMetadata(ListResult result) {
        ObjectNode metadata = Json.object();
        metadata.put("resourceVersion", Long.toString(result.revision()));
        if (!result.continueToken().isEmpty()) {
            metadata.put("continue", result.continueToken());
            if (result.remaining() > 0) {
                metadata.put("remainingItemCount", result.remaining());
            }
        }
        return metadata;
    }

    /** Sends complete bytes, compressed when that is worth it. */
    static void send(Exchange exchange, int status, String mediaType, byte[] bytes) throws IOException {
        if (bytes.length <= WORTH_COMPRESSING || !acceptsGzip(exchange)) {
            exchange.respond(status, mediaType, bytes);
            return;
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 4);
        try (OutputStream out = fast(compressed)) {
            out.write(bytes);
        }
        exchange.responseHeader("Content-Encoding", "gzip");
        exchange.respond(status, mediaType, compressed.toByteArray());
    }

    private static boolean acceptsGzip(Exchange exchange) {
        return exchange.headers("Accept-Encoding").stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("gzip"));
    }

    private static OutputStream fast(OutputStream out) throws IOException {
        return new GZIPOutputStream(out, 32 * 1024) {
            {
                def.setLevel(1);
            }
        };
    }
}
