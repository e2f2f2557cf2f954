package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ClusterId;

/** Decides whether a user may do something. */
public interface Authorizer {
    Decision authorize(ClusterId cluster, UserInfo user, RequestInfo request);

    /** The answer; {@code reason} is for people and may be empty. */
    sealed interface Decision {
        String reason();

        record Allowed(String reason) implements Decision {}

        /** Final: later authorizers are not asked. */
        record Denied(String reason) implements Decision {}

        record NoOpinion(String reason) implements Decision {}
    }
}
