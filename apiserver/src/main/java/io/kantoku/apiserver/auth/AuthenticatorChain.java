package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks authenticators about each credential in turn; the first that knows the user decides. A request is anonymous only when it
 * carries no credential at all: one that nobody knows, or that is not good any more, is refused.
 */
public final class AuthenticatorChain {
    private final List<Authenticator> authenticators;

    public AuthenticatorChain(List<Authenticator> authenticators) {
        this.authenticators = List.copyOf(authenticators);
    }

    /**
     * Finds the user of a request. Every user that is found is in {@code system:authenticated}.
     *
     * @throws ApiException 401 when credentials are presented and none is good
     */
    public UserInfo authenticate(ClusterId cluster, List<Authenticator.Credential> credentials) {
        for (Authenticator.Credential credential : credentials) {
            for (Authenticator authenticator : authenticators) {
                Optional<UserInfo> user = ask(authenticator, cluster, credential);
                if (user.isPresent()) {
                    return authenticated(user.get());
                }
            }
        }
        if (!credentials.isEmpty()) {
            throw unauthorized();
        }
        return UserInfo.ANONYMOUS;
    }

    /** A refusal is no answer: another credential of the same request may be good. */
    private static Optional<UserInfo> ask(
            Authenticator authenticator, ClusterId cluster, Authenticator.Credential credential) {
        try {
            return authenticator.authenticate(cluster, credential);
        } catch (ApiException e) {
            if (e.code() == 401) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The 401 that clients know. */
    public static ApiException unauthorized() {
        return new ApiException(Status.failure(401, "Unauthorized", "Unauthorized"));
    }

    private static UserInfo authenticated(UserInfo user) {
        if (user.inGroup("system:authenticated")) {
            return user;
        }
        List<String> groups = new ArrayList<>(user.groups());
        groups.add("system:authenticated");
        return new UserInfo(user.name(), user.uid(), groups, user.extra());
    }
}
