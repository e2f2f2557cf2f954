package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Status;
import io.kantoku.apiserver.aggregation.AnsweredApi;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.util.Optional;

/**
 * Carries {@code log}, {@code exec}, {@code attach}, {@code portforward} and {@code proxy} to where they are answered: a kubelet, a
 * pod or a Service.
 */
@FunctionalInterface
public interface NodeProxy {
    /** Answers every such request with 501 and the reason. */
    NodeProxy NONE = (cluster, user, request, remainder, exchange) -> {
        throw new ApiException(Status.failure(
                501,
                "NotImplemented",
                "the subresource \"" + request.subresource() + "\" of " + request.resource()
                        + " is not available: this API server has no way to the nodes"));
    };

    /**
     * Answers an authorized and admitted request.
     *
     * @param remainder the path after the subresource, as it was sent
     * @throws ApiException as long as nothing has been answered
     */
    void serve(ClusterId cluster, UserInfo user, RequestInfo request, String remainder, Exchange exchange)
            throws IOException;

    /** What nodes and pods use, as an API, where nodes know it. */
    default Optional<AnsweredApi> usage() {
        return Optional.empty();
    }
}
