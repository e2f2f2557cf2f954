package io.kantoku.controllers.bootstrap;

import io.kantoku.apimachinery.KubeObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Secret of type {@code bootstrap.kubernetes.io/token}.
 *
 * @param expiration absent when the token never expires
 * @param signs whether {@code cluster-info} is signed with it
 */
record BootstrapToken(String id, String secret, Optional<Instant> expiration, boolean signs) {
    static final String NAMESPACE = "kube-system";
    private static final String TYPE = "bootstrap.kubernetes.io/token";
    private static final String PREFIX = "bootstrap-token-";

    /** Reads a Secret; empty when it is no token, or one that cannot be read. */
    static Optional<BootstrapToken> of(KubeObject secret) {
        if (!secret.namespace().equals(NAMESPACE) || !secret.text("type").equals(TYPE)) {
            return Optional.empty();
        }
        String id = field(secret, "token-id");
        String key = field(secret, "token-secret");
        if (id.isEmpty() || key.isEmpty() || !secret.name().equals(PREFIX + id)) {
            return Optional.empty();
        }
        return Optional.of(new BootstrapToken(
                id,
                key,
                time(field(secret, "expiration")),
                field(secret, "usage-bootstrap-signing").equals("true")));
    }

    boolean expired(Instant now) {
        return expiration.filter(end -> !end.isAfter(now)).isPresent();
    }

    private static String field(KubeObject secret, String name) {
        return new String(Base64.getMimeDecoder().decode(secret.at("data", name).asText("")), StandardCharsets.UTF_8);
    }

    /** A time that cannot be read has passed, as upstream takes it. */
    private static Optional<Instant> time(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.of(Instant.EPOCH);
        }
    }

    @Override
    public String toString() {
        return "BootstrapToken[" + id + "]";
    }
}
