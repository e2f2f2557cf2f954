package io.kantoku.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of interfaces and bridges: at most 15 characters, so a letter for the kind and a digest of what it belongs to. */
public final class ShortName {
    private static final int DIGITS = 12;

    private ShortName() {}

    /**
     * A name.
     *
     * @param kind one or a few letters
     * @param parts what it belongs to
     */
    public static String of(String kind, String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return kind + HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS - kind.length() + 1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
