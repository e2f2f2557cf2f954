package io.kantoku.apiserver.auth;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.audit.AuditTrail;

/** Turns an authorizer's answer into leave to go on, or the refusal that clients know. */
public final class AccessControl {
    private final Authorizer authorizer;

    public AccessControl(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    public boolean allows(ClusterId cluster, UserInfo user, RequestInfo request) {
        return authorizer.authorize(cluster, user, request) instanceof Authorizer.Decision.Allowed;
    }

    /**
     * Lets a request go on.
     *
     * @throws ApiException 403 when the user may not
     */
    public void require(ClusterId cluster, UserInfo user, RequestInfo request) {
        Authorizer.Decision decision = authorizer.authorize(cluster, user, request);
        if (!(decision instanceof Authorizer.Decision.Allowed)) {
            throw refusal(user, request, decision.reason());
        }
    }

    /**
     * Lets a request go on, and says in its audit why or why not.
     *
     * @throws ApiException 403 when the user may not
     */
    public void admit(ClusterId cluster, UserInfo user, RequestInfo request) {
        Authorizer.Decision decision = authorizer.authorize(cluster, user, request);
        boolean allowed = decision instanceof Authorizer.Decision.Allowed;
        AuditTrail.annotate("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
        AuditTrail.annotate("authorization.k8s.io/reason", decision.reason());
        if (!allowed) {
            throw refusal(user, request, decision.reason());
        }
    }

    private static ApiException refusal(UserInfo user, RequestInfo request, String reason) {
        String who = "User \"" + user.name() + "\" cannot " + request.verb();
        String because = reason.isEmpty() ? "" : ": " + reason;
        if (!request.resourceRequest()) {
            return new ApiException(Status.failure(
                    403, "Forbidden", "forbidden: " + who + " path \"" + request.path() + "\"" + because));
        }
        String resource = request.resource() + (request.subresource().isEmpty() ? "" : "/" + request.subresource());
        String where = request.namespace().isEmpty()
                ? " at the cluster scope"
                : " in the namespace \"" + request.namespace() + "\"";
        return ApiException.forbidden(
                request.groupResource(),
                request.name(),
                who + " resource \"" + resource + "\" in API group \"" + request.group() + "\"" + where + because);
    }
}
