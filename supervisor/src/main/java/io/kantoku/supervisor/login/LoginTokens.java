package io.kantoku.supervisor.login;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.DocumentStore;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.Pem;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues the tokens of {@code kubectl vsphere login}: JSON Web Tokens that are good for ten hours in the logical clusters that
 * they name. The key is kept, so that tokens survive a restart.
 */
public final class LoginTokens {
    /** The {@code iss} of every token. */
    public static final String ISSUER = "https://vcenter.lab/wcp";

    /** How long a token is good. */
    public static final Duration LIFETIME = Duration.ofHours(10);

    private static final String KEY = "sso/login-key";
    private static final String PREFIX = "sso:";

    private final ECPrivateKey privateKey;
    private final ECPublicKey publicKey;
    private final InstantSource clock;

    private LoginTokens(ECPrivateKey privateKey, ECPublicKey publicKey, InstantSource clock) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.clock = clock;
    }

    /** With the key that is kept in the documents; it is made when there is none. */
    public static LoginTokens open(DocumentStore documents, InstantSource clock) {
        if (documents.get(KEY).isEmpty()) {
            KeyPair pair = Keys.generate();
            documents.put(
                    KEY,
                    Json.object()
                            .put("private_key", Pem.encode(pair.getPrivate()))
                            .put("public_key", Pem.encode(pair.getPublic())));
        }
        var kept = documents.get(KEY).orElseThrow();
        return new LoginTokens(
                (ECPrivateKey) Pem.privateKey(kept.path("private_key").asText()),
                (ECPublicKey) Pem.publicKeys(kept.path("public_key").asText()).getFirst(),
                clock);
    }

    /** What verifies the tokens. */
    public List<ECPublicKey> verificationKeys() {
        return List.of(publicKey);
    }

    /**
     * A token for a user.
     *
     * @param login the name as it was typed: user names in clusters keep its case
     * @param audience the logical clusters in which the token is good
     */
    public String issue(Principal user, String login, List<ClusterId> audience) {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(nameInClusters(user, login))
                .audience(audience.stream().map(ClusterId::value).toList())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .jwtID(UUID.randomUUID().toString())
                .claim("groups", groupsInClusters(user))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).build(), claims);
        try {
            token.sign(new ECDSASigner(privateKey));
        } catch (JOSEException e) {
            throw new IllegalStateException("a login token could not be signed", e);
        }
        return token.serialize();
    }

    /**
     * What a user is called in clusters.
     *
     * @param login the name as it was typed, whose case is kept
     */
    public static String nameInClusters(Principal user, String login) {
        return PREFIX + typedName(login) + "@" + user.domain();
    }

    /** What the groups of a user are called in clusters. */
    public static List<String> groupsInClusters(Principal user) {
        return user.groups().stream()
                .map(group -> PREFIX + group + "@" + groupDomain(group, user))
                .toList();
    }

    /** Whom a token is for. */
    public record Bearer(String name, String domain) {
        static Bearer of(String fullName) {
            String[] parts = Principal.split(fullName, "");
            return new Bearer(parts[0], parts[1]);
        }
    }

    /**
     * The user whom a token of this issuer is for; empty when the token is not good for the
     * Supervisor now.
     */
    public Optional<Bearer> verify(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            Date end = claims.getExpirationTime();
            boolean good = JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())
                    && jwt.verify(new ECDSAVerifier(publicKey))
                    && ISSUER.equals(claims.getIssuer())
                    && claims.getAudience().contains(ClusterId.SUPERVISOR.value())
                    && end != null
                    && clock.instant().isBefore(end.toInstant());
            return good ? Optional.of(Bearer.of(claims.getSubject().substring(PREFIX.length()))) : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty(); // not a token of ours
        }
    }

    /** Administrators of vCenter are one group, from whichever directory they come. */
    private static String groupDomain(String group, Principal user) {
        return group.equals(Principal.ADMINISTRATORS) ? Users.DOMAIN : user.domain();
    }

    /** The name as it was typed, without its domain. */
    private static String typedName(String login) {
        int at = login.lastIndexOf('@');
        return at > 0 ? login.substring(0, at) : login.substring(login.indexOf('\\') + 1);
    }
}
