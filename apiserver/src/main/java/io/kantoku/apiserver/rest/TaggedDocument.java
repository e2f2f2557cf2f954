package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;

/** Bytes that change rarely, with an entity tag by which clients find out that they have them already (RFC 9110, 304). */
final class TaggedDocument {
    private final String mediaType;
    private final byte[] bytes;
    private final String hash;

    TaggedDocument(String mediaType, byte[] bytes) {
        this.mediaType = mediaType;
        this.bytes = bytes;
        this.hash = hash(bytes);
    }

    /** Another document, which this one becomes by a change. */
    TaggedDocument changed(Consumer<ObjectNode> change) {
        ObjectNode json = Json.parseObject(bytes);
        change.accept(json);
        return new TaggedDocument(mediaType, Json.bytes(json));
    }

    void send(Exchange exchange) throws IOException {
        String tag = "\"" + hash + "\"";
        exchange.responseHeader("Etag", tag);
        if (isKnown(exchange, tag)) {
            exchange.respond(304, "", new byte[0]);
        } else {
            Answers.send(exchange, 200, mediaType, bytes);
        }
    }

    /** Whether the client has the content with this tag. */
    static boolean isKnown(Exchange exchange, String tag) {
        return exchange.headers("If-None-Match").stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(value -> value.strip().replace("W/", ""))
                .anyMatch(value -> value.equals(tag) || value.equals("*"));
    }

    /** Upper-case hexadecimal digits that tell contents apart. */
    static String hash(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-512").digest(bytes))
                    .toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-512 is part of every JDK", e);
        }
    }
}
