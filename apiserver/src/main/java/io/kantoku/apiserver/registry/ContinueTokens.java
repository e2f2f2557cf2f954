package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The {@code continue} tokens of chunked lists: where a list stopped and at which revision, signed so that a client can only
 * repeat what it was given, for the cluster and collection it was given it for.
 */
public final class ContinueTokens {
    private static final int SIGNATURE_LENGTH = 16;

    /** Of a list that goes on although the state that it began with is no longer kept. */
    static final long ANY_REVISION = -1;

    private static final String FOREIGN = "it is not one that this server gave out for this list";

    private final SecretKeySpec key;

    /** @param secret at least 16 random bytes, the same on all servers of one store */
    public ContinueTokens(byte[] secret) {
        this.key = new SecretKeySpec(secret, "HmacSHA256");
    }

    /**
     * Where a list goes on.
     *
     * @param after the position of the last object returned
     * @param revision the state that the list shows; {@link #ANY_REVISION} when it need not be consistent
     */
    record Place(String after, long revision) {}

    String issue(ClusterId cluster, String collection, Place place) {
        ObjectNode json = Json.object();
        json.put("after", place.after()).put("rv", place.revision());
        byte[] content = Json.bytes(json);
        byte[] signature = sign(cluster, collection, content);
        byte[] token = Arrays.copyOf(signature, SIGNATURE_LENGTH + content.length);
        System.arraycopy(content, 0, token, SIGNATURE_LENGTH, content.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** @throws io.kantoku.apimachinery.ApiException 400 when the token is not one of ours for this collection */
    Place read(ClusterId cluster, String collection, String token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw Failures.continueInvalid("illegal base64 data at input byte " + firstIllegal(token));
        }
        if (bytes.length <= SIGNATURE_LENGTH) {
            throw Failures.continueInvalid(FOREIGN);
        }
        byte[] content = Arrays.copyOfRange(bytes, SIGNATURE_LENGTH, bytes.length);
        byte[] expected = Arrays.copyOf(sign(cluster, collection, content), SIGNATURE_LENGTH);
        if (!MessageDigest.isEqual(expected, Arrays.copyOf(bytes, SIGNATURE_LENGTH))) {
            throw Failures.continueInvalid(FOREIGN);
        }
        ObjectNode json = Json.parseObject(content);
        return new Place(json.path("after").asText(), json.path("rv").asLong());
    }

    /** Where Go's decoder would stop: at a character that is none of its own, or at the end that lacks one. */
    private static int firstIllegal(String token) {
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            boolean legal = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!legal && c != '-' && c != '_') {
                return i;
            }
        }
        return token.length() - token.length() % 4;
    }

    private byte[] sign(ClusterId cluster, String collection, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((cluster + "\n" + collection + "\n").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }
}
