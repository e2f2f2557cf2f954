package io.kantoku.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator's say in writes of one resource: what a mutating and validating webhook is to an API server that the operator
 * does not share a process with. Runs on the writing request's thread; status writes are not shown.
 */
public interface ObjectAdmission {
    GroupResource resource();

    /** Fills in defaults; {@code old} is null on create. */
    default void mutate(Review review) {}

    /**
     * Refuses what is wrong, by an exception that names the fields.
     *
     * @throws ApiException to refuse the write
     */
    default void validate(Review review) {}

    /**
     * One write.
     *
     * @param object the new tree, null on delete
     * @param old the present tree, null on create
     * @param warnings sentences for the client can be added
     */
    record Review(
            ClusterId cluster,
            String user,
            String namespace,
            @Nullable ObjectNode object,
            @Nullable ObjectNode old,
            List<String> warnings) {}
}
