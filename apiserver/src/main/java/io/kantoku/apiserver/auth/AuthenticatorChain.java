package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks authenticators in turn; a bearer token that none of them knows is refused, a request without one is anonymous. */
public final class AuthenticatorChain {
    private final List<Authenticator> authenticators;

    public AuthenticatorChain(List<Authenticator> authenticators) {
        this.authenticators = List.copyOf(authenticators);
    }

    /**
     * Finds the user of a request. Every user that is found is in {@code system:authenticated}.
     *
     * @throws ApiException 401 when a token is presented that is not good
     */
    public UserInfo authenticate(ClusterId cluster, List<Authenticator.Credential> credentials) {
        for (Authenticator.Credential credential : credentials) {
            for (Authenticator authenticator : authenticators) {
                Optional<UserInfo> user = authenticator.authenticate(cluster, credential);
                if (user.isPresent()) {
                    return authenticated(user.get());
                }
            }
            if (credential instanceof Authenticator.Credential.Bearer) {
                throw unauthorized();
            }
        }
        return UserInfo.ANONYMOUS;
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
