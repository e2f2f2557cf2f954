package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.AdmissionRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All admission plugins in their order. */
final class AdmissionChain {
    private final List<AdmissionPlugin> plugins;

    AdmissionChain(List<AdmissionPlugin> plugins) {
        this.plugins = List.copyOf(plugins);
    }

    void mutate(AdmissionRequest request) {
        plugins.forEach(plugin -> plugin.mutate(request));
    }

    void complete(AdmissionRequest request) {
        plugins.forEach(plugin -> plugin.complete(request));
    }

    void validate(AdmissionRequest request) {
        plugins.forEach(plugin -> plugin.validate(request));
    }

    static AdmissionRequest request(
            Target target,
            AdmissionRequest.Operation operation,
            @Nullable ObjectNode object,
            @Nullable ObjectNode old,
            WriteOptions options) {
        return new AdmissionRequest(
                target.cluster(),
                target.user(),
                operation,
                target.type(),
                target.version(),
                target.subresource(),
                target.name().namespace(),
                target.name().name(),
                object,
                old,
                options.dryRun(),
                options.warnings());
    }
}
