package io.kantoku.apiserver.admission;

import io.kantoku.apimachinery.ApiException;

/** Looks at an authorized write before it is stored. Plugins run in a fixed order, first all {@link #mutate}, then all {@link #validate}. */
public interface AdmissionPlugin {
    /** Upstream's name of the plugin, by which it can be left out; {@code ""} for what always runs. */
    default String name() {
        return "";
    }

    /**
     * May change {@link AdmissionRequest#object()}.
     *
     * @throws ApiException to refuse the request
     */
    default void mutate(AdmissionRequest request) {}

    /** Sets what the server alone decides, after all changes and before validation; must not refuse. */
    default void complete(AdmissionRequest request) {}

    /**
     * Must change nothing.
     *
     * @throws ApiException to refuse the request
     */
    default void validate(AdmissionRequest request) {}
}
