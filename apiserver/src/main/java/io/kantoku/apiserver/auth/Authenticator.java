package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Finds out who presents a credential to a logical cluster. Credentials of one cluster mean nothing to another. */
public interface Authenticator {
    /**
     * Empty when this authenticator has nothing to say about the credential.
     *
     * @throws ApiException 401 when the credential is of its kind and is not good
     */
    Optional<UserInfo> authenticate(ClusterId cluster, Credential credential);

    /** What a request carries. */
    sealed interface Credential {
        /** A bearer token; never printed. */
        record Bearer(String token) implements Credential {
            @Override
            public String toString() {
                return "Bearer[redacted]";
            }
        }

        /** A client certificate whose key the client has proved to hold, leaf first. */
        record Certificate(List<X509Certificate> chain) implements Credential {}
    }
}
