package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.ServedTypes;
import io.kantoku.transport.Exchange;
import java.io.IOException;
import java.util.List;

/** {@code /api} and {@code /apis}: what is served, group by group or all at once ("aggregated", KEP-3352). */
final class DiscoveryEndpoint {
    private final Answers answers;

    DiscoveryEndpoint(Answers answers) {
        this.answers = answers;
    }

    void serve(ServedTypes types, List<String> segments, Exchange exchange) throws IOException {
        DiscoveryDocuments documents = types.derived(DiscoveryDocuments.class, () -> new DiscoveryDocuments(types));
        boolean core = segments.getFirst().equals("api");
        switch (segments.size()) {
            case 1 -> root(documents, core, exchange);
            case 2 -> {
                if (core) {
                    resources(types, documents, new GroupVersion("", segments.get(1)), exchange);
                } else if (types.versions(segments.get(1)).isEmpty()
                        || segments.get(1).isEmpty()) {
                    throw ResourceTypes.notServed();
                } else {
                    legacy(exchange, documents.group(segments.get(1)));
                }
            }
            case 3 -> {
                if (core) {
                    throw ResourceTypes.notServed();
                }
                resources(types, documents, new GroupVersion(segments.get(1), segments.get(2)), exchange);
            }
            default -> throw ResourceTypes.notServed();
        }
    }

    private void root(DiscoveryDocuments documents, boolean core, Exchange exchange) throws IOException {
        exchange.addResponseHeader("Vary", "Accept");
        for (Negotiation.Alternative alternative : Negotiation.alternatives(exchange)) {
            if (!alternative.json()) {
                continue;
            }
            String version = alternative.parameter("v");
            if (alternative.as().equals("APIGroupDiscoveryList")
                    && alternative.parameter("g").equals("apidiscovery.k8s.io")
                    && (version.equals("v2") || version.equals("v2beta1"))) {
                documents.aggregated(core, version).send(exchange);
                return;
            }
            if (alternative.as().isEmpty()) {
                break;
            }
        }
        legacy(exchange, core ? documents.coreVersions(exchange.local()) : documents.groups());
    }

    private void resources(ServedTypes types, DiscoveryDocuments documents, GroupVersion version, Exchange exchange)
            throws IOException {
        if (types.in(version).isEmpty()) {
            throw ResourceTypes.notServed();
        }
        legacy(exchange, documents.resources(version));
    }

    private void legacy(Exchange exchange, ObjectNode document) throws IOException {
        answers.tree(exchange, 200, document, Negotiation.wanted(exchange));
    }
}
