package io.kantoku.apiserver.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.List;
import java.util.Map;

/** Reads claims without trusting their types. */
final class Claims {
    private Claims() {}

    /** The strings of a list claim; empty when the claim is absent or no list. */
    static List<String> texts(JWTClaimsSet claims, String name) {
        return claims.getClaim(name) instanceof List<?> list
                ? list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList()
                : List.of();
    }

    /** The string at a path of nested objects; {@code ""} when any part is absent. */
    static String text(JWTClaimsSet claims, String... path) {
        Object value = claims.getClaims();
        for (String member : path) {
            value = value instanceof Map<?, ?> map ? map.get(member) : null;
        }
        return value instanceof String text ? text : "";
    }
}
