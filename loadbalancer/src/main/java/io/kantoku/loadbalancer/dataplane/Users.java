package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.DataPlaneException.Code;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Section;
import io.kantoku.loadbalancer.model.Words;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Basic authentication against the configuration's userlist.
 *
 * <p>A password hash takes milliseconds by design, and clients send their password with each request: what was right once is
 * remembered as a keyed digest, in memory only.
 */
final class Users {
    static final String USERLIST = "controller";

    private static final int REMEMBERED = 64;

    private final Supplier<HaproxyConfig> config;
    private final byte[] key = new byte[32];
    private final Map<String, byte[]> proven = new ConcurrentHashMap<>();

    Users(Supplier<HaproxyConfig> config) {
        this.config = config;
        new SecureRandom().nextBytes(key);
    }

    /** @throws DataPlaneException UNAUTHORIZED */
    void authenticate(Optional<String> authorization) {
        String header = authorization.orElseThrow(
                () -> refused("credentials are missing: send user and password with basic authentication"));
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            throw refused("only basic authentication is supported");
        }
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(header.substring(6).trim()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("the credentials are not base64");
        }
        int colon = pair.indexOf(':');
        if (colon < 0 || !matches(pair.substring(0, colon), pair.substring(colon + 1))) {
            throw refused("user or password is wrong");
        }
    }

    private static DataPlaneException refused(String message) {
        return new DataPlaneException(Code.UNAUTHORIZED, message);
    }

    private boolean matches(String user, String password) {
        Optional<Section> userlist = config.get().section("userlist", USERLIST);
        if (userlist.isEmpty()) {
            return false;
        }
        for (Words line : userlist.get().lines("user", user)) {
            String hash = line.after("password");
            if (hash.isEmpty()) {
                byte[] plain = line.after("insecure-password").getBytes(StandardCharsets.UTF_8);
                return plain.length > 0 && MessageDigest.isEqual(plain, password.getBytes(StandardCharsets.UTF_8));
            }
            byte[] proof = proof(hash, password);
            byte[] known = proven.get(hash);
            if (known != null && MessageDigest.isEqual(known, proof)) {
                return true;
            }
            boolean right = Sha512Crypt.verify(password, hash);
            if (right) {
                if (proven.size() >= REMEMBERED) {
                    proven.clear();
                }
                proven.put(hash, proof);
            }
            return right;
        }
        return false;
    }

    private byte[] proof(String hash, String password) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(key);
            digest.update(hash.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return digest.digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
