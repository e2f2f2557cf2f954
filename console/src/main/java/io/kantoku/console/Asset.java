package io.kantoku.console;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One file of the built console.
 *
 * @param digest of its bytes; its entity tag
 * @param immutable whether the name changes with the bytes, so that browsers need never ask again
 */
record Asset(String type, String digest, boolean immutable, byte[] bytes, byte @Nullable [] compressed) {
    /** The bytes as gzip (RFC 1952); empty for what is compressed already. */
    Optional<byte[]> gzip() {
        return Optional.ofNullable(compressed);
    }

    String etag(boolean gzip) {
        return "\"" + digest + (gzip ? "-gzip" : "") + "\"";
    }
}
