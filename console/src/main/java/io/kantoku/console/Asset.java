package io.kantoku.console;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One file of the built console. Its bytes are shared and never changed. */
final class Asset {
    private final String type;
    private final String digest;
    private final boolean immutable;
    private final byte[] bytes;
    private final byte @Nullable [] compressed;

    /**
     * Of bytes that nobody changes.
     *
     * @param digest of its bytes; its entity tag
     * @param immutable whether the name changes with the bytes, so that browsers need never ask again
     * @param compressed as gzip (RFC 1952); null for what is compressed already
     */
    Asset(String type, String digest, boolean immutable, byte[] bytes, byte @Nullable [] compressed) {
        this.type = type;
        this.digest = digest;
        this.immutable = immutable;
        this.bytes = bytes;
        this.compressed = compressed;
    }

    String type() {
        return type;
    }

    boolean immutable() {
        return immutable;
    }

    byte[] bytes() {
        return bytes;
    }

    Optional<byte[]> gzip() {
        return Optional.ofNullable(compressed);
    }

    String etag(boolean gzip) {
        return "\"" + digest + (gzip ? "-gzip" : "") + "\"";
    }
}
