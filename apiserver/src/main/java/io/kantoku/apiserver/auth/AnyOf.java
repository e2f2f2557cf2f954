package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ClusterId;
import java.util.ArrayList;
import java.util.List;

/** Asks authorizers in turn; the first that allows or denies decides, and nobody allowing means no. */
public final class AnyOf implements Authorizer {
    private final List<Authorizer> authorizers;

    public AnyOf(List<Authorizer> authorizers) {
        this.authorizers = List.copyOf(authorizers);
    }

    @Override
    public Decision authorize(ClusterId cluster, UserInfo user, RequestInfo request) {
        if (user.inGroup("system:masters")) {
            return new Decision.Allowed("");
        }
        List<String> reasons = new ArrayList<>();
        for (Authorizer authorizer : authorizers) {
            switch (authorizer.authorize(cluster, user, request)) {
                case Decision.Allowed allowed -> {
                    return allowed;
                }
                case Decision.Denied denied -> {
                    return denied;
                }
                case Decision.NoOpinion(String reason) -> {
                    if (!reason.isEmpty()) {
                        reasons.add(reason);
                    }
                }
            }
        }
        return new Decision.NoOpinion(String.join("; ", reasons));
    }
}
