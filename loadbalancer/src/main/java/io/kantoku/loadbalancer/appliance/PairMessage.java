package io.kantoku.loadbalancer.appliance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What one of a pair tells the other, several times a second: a line of text, signed, for the workload network is not ours alone.
 *
 * @param role what it is
 * @param preferred whether it takes precedence
 * @param term grows with each change of hands; of two that hold the virtual IPs, the one with the higher is right
 * @param millis when that was, since the epoch
 */
record PairMessage(Role role, boolean preferred, long term, long millis) {
    private static final long LONGEST_WAY_MILLIS = 5_000;

    /** What one of a pair is. */
    enum Role {
        /** It has just come up and listens. */
        STARTING,
        /** It holds the virtual IPs. */
        ACTIVE,
        /** It would take them. */
        STANDBY,
        /** It does not serve and will not take them: it stops, or its HAProxy does not run. */
        OUT
    }

    String print(byte[] key) {
        String text = role + " " + preferred + " " + term + " " + millis;
        return text + " " + signature(key, text);
    }

    /** Reads a line; empty when it is not from the other one, or old. */
    static Optional<PairMessage> parse(String line, byte[] key, long nowMillis) {
        int end = line.lastIndexOf(' ');
        if (end < 0) {
            return Optional.empty();
        }
        String text = line.substring(0, end);
        boolean genuine = MessageDigest.isEqual(
                signature(key, text).getBytes(StandardCharsets.US_ASCII),
                line.substring(end + 1).getBytes(StandardCharsets.US_ASCII));
        String[] words = text.split(" ", -1);
        if (!genuine || words.length != 4) {
            return Optional.empty();
        }
        PairMessage message = new PairMessage(
                Role.valueOf(words[0]),
                Boolean.parseBoolean(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]));
        return Math.abs(nowMillis - message.millis()) > LONGEST_WAY_MILLIS ? Optional.empty() : Optional.of(message);
    }

    private static String signature(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", e);
        }
    }
}
