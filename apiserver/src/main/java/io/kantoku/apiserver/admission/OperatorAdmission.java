package io.kantoku.apiserver.admission;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.client.ObjectAdmission;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Gives operators in the same process their say in writes of their resources, in one logical cluster. */
public final class OperatorAdmission implements AdmissionPlugin {
    private final ClusterId cluster;
    private final Supplier<List<ObjectAdmission>> operators;

    /** The operators are asked for anew at every write: they start after the server. */
    public OperatorAdmission(ClusterId cluster, Supplier<List<ObjectAdmission>> operators) {
        this.cluster = cluster;
        this.operators = operators;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.operation() != AdmissionRequest.Operation.DELETE) {
            ask(request, ObjectAdmission::mutate);
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        ask(request, ObjectAdmission::validate);
    }

    private void ask(AdmissionRequest request, BiConsumer<ObjectAdmission, ObjectAdmission.Review> question) {
        if (!request.cluster().equals(cluster) || !request.subresource().isEmpty()) {
            return;
        }
        for (ObjectAdmission operator : operators.get()) {
            if (operator.resource().equals(request.type().name())) {
                question.accept(
                        operator,
                        new ObjectAdmission.Review(
                                cluster,
                                request.user().name(),
                                request.namespace(),
                                request.object(),
                                request.old(),
                                request.warnings()));
            }
        }
    }
}
