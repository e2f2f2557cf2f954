package io.kantoku.apiserver.rest;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.apiserver.auth.UserInfo;
import java.util.Optional;

/** Decides when a request may begin, so that no tenant takes all of the server. */
@FunctionalInterface
public interface FlowControl {
    /** Lets every request begin at once. */
    FlowControl NONE = (cluster, user, request) -> () -> {};

    /**
     * Waits for a place.
     *
     * @throws io.kantoku.apimachinery.ApiException 429 when there will be none soon
     */
    Place enter(ClusterId cluster, UserInfo user, RequestInfo request);

    /** What a request is counted among, where the cluster has objects that say so. */
    default Optional<Flow> classify(ClusterId cluster, UserInfo user, RequestInfo request) {
        return Optional.empty();
    }

    /**
     * The uids of the FlowSchema that a request matches, and of its PriorityLevelConfiguration.
     */
    record Flow(String schemaUid, String levelUid) {}

    /** The right to work on a request; given back when it is answered, and by a watch once it has begun. Giving it back twice is harmless. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }
}
