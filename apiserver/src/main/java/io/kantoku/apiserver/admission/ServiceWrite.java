package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.NamespacedName;
import java.util.List;

/**
 * A Service on its way to the store.
 *
 * @param owner its name, not final while it is to be generated
 * @param spec the new spec, to be changed
 * @param before the present spec, missing on create
 * @param dryRun whether nothing will be stored
 */
record ServiceWrite(NamespacedName owner, ObjectNode spec, JsonNode before, boolean dryRun) {
    private static final GroupKind SERVICE = new GroupKind("", "Service");

    static ServiceWrite of(AdmissionRequest request, ObjectNode service) {
        return new ServiceWrite(
                new NamespacedName(request.namespace(), request.name()),
                service.withObjectProperty("spec"),
                request.old() == null
                        ? MissingNode.getInstance()
                        : request.old().path("spec"),
                request.dryRun());
    }

    String type() {
        return spec.path("type").asText("ClusterIP");
    }

    /** Holds a number for this Service unless nothing will be stored. */
    void hold(NumberPool pool, long number) {
        if (!dryRun) {
            pool.hold(number, owner);
        }
    }

    ApiException invalid(String field, JsonNode value, String why) {
        return ApiException.invalid(
                SERVICE, owner.name(), List.of(new FieldError(FieldError.Kind.INVALID, field, value, why)));
    }
}
