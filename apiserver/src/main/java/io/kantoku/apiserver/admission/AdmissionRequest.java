package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write on its way to the store.
 *
 * @param operation what is done
 * @param version the version in which the client speaks
 * @param subresource {@code ""} for the object itself
 * @param name {@code ""} on a create with {@code generateName} that is not resolved yet
 * @param object the new tree, null on delete
 * @param old the present tree, null on create
 * @param dryRun whether nothing will be stored
 * @param warnings plugins may add sentences for the client
 */
public record AdmissionRequest(
        ClusterId cluster,
        UserInfo user,
        Operation operation,
        ResourceType type,
        String version,
        String subresource,
        String namespace,
        String name,
        @Nullable ObjectNode object,
        @Nullable ObjectNode old,
        boolean dryRun,
        List<String> warnings) {
    /** What messages call the object: its name, the beginning of a name to be generated, or {@code Unknown}, as upstream does. */
    public String shownName() {
        if (!name.isEmpty()) {
            return name;
        }
        String base = object == null
                ? ""
                : object.path("metadata").path("generateName").asText();
        return base.isEmpty() ? "Unknown" : base;
    }

    /** The same request with another list of warnings. */
    public AdmissionRequest withWarnings(List<String> others) {
        return new AdmissionRequest(
                cluster, user, operation, type, version, subresource, namespace, name, object, old, dryRun, others);
    }

    /** The same request as one about another kind under which the same objects are seen. */
    public AdmissionRequest as(ResourceType other) {
        return new AdmissionRequest(
                cluster,
                user,
                operation,
                other,
                other.versions().getFirst(),
                subresource,
                namespace,
                name,
                object,
                old,
                dryRun,
                warnings);
    }

    /** Whether a new object is written, and not a subresource of one that exists. */
    boolean creates() {
        return operation == Operation.CREATE && subresource.isEmpty();
    }

    /** The kinds of write. */
    public enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }
}
