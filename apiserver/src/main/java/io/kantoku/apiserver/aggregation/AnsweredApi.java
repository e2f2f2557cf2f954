package io.kantoku.apiserver.aggregation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apiserver.auth.RequestInfo;

/** A group version of which nothing is stored, and which this server answers as a server behind it would. It can only be read. */
public interface AnsweredApi {
    GroupVersion version();

    /** Whether a cluster has it now. */
    boolean offered(ClusterId cluster);

    /** The {@code APIResourceList}. */
    ObjectNode resources();

    /**
     * The answer to a {@code get} or {@code list}.
     *
     * @param labelSelector of the query, {@code ""} for everything
     * @throws ApiException 404 when there is no such thing
     */
    ObjectNode answer(ClusterId cluster, RequestInfo request, String labelSelector);
}
