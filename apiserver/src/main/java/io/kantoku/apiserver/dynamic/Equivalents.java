package io.kantoku.apiserver.dynamic;

import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.registry.ResourceTypes;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Finds the form in which rules are about a request: the one that was sent or, where they ask for equivalents, that of another kind under which
 * the same objects are seen, so that nobody gets around a rule by the old name of a resource.
 */
final class Equivalents {
    private final ResourceTypes types;

    Equivalents(ResourceTypes types) {
        this.types = types;
    }

    /** The request as it is to be shown, empty when the rules are not about it. */
    Optional<ShownRequest> shown(
            RequestMatch match, AdmissionRequest request, Supplier<Map<String, String>> namespaceLabels) {
        Stream<AdmissionRequest> others = match.equivalent()
                ? types.of(request.cluster()).sharing(request.type()).stream().map(request::as)
                : Stream.of();
        return Stream.concat(Stream.of(request), others)
                .flatMap(form ->
                        match.version(form, namespaceLabels).map(version -> new ShownRequest(form, version)).stream())
                .findFirst();
    }
}
