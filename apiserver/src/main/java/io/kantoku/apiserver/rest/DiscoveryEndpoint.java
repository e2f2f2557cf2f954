package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.aggregation.RemoteDiscovery;
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

    void serve(ServedTypes types, RemoteDiscovery remote, List<String> segments, Exchange exchange) throws IOException {
        DiscoveryDocuments documents = types.derived(DiscoveryDocuments.class, () -> new DiscoveryDocuments(types));
        boolean core = segments.getFirst().equals("api");
        switch (segments.size()) {
            case 1 -> root(documents, remote, core, exchange);
            case 2 -> {
                if (core) {
                    resources(types, documents, new GroupVersion("", segments.get(1)), exchange);
                } else {
                    legacy(exchange, group(types, documents, remote, segments.get(1)));
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

    private static ObjectNode group(
            ServedTypes types, DiscoveryDocuments documents, RemoteDiscovery remote, String name) {
        boolean local = !name.isEmpty() && !types.versions(name).isEmpty();
        if (!local && !remote.has(name)) {
            throw ResourceTypes.notServed();
        }
        ObjectNode group = local
                ? documents.group(name)
                : Json.object().put("kind", "APIGroup").put("apiVersion", "v1").put("name", name);
        remote.addTo(group, name);
        return group;
    }

    private static TaggedDocument aggregated(
            DiscoveryDocuments documents, RemoteDiscovery remote, boolean core, String version) {
        TaggedDocument own = documents.aggregated(core, version);
        return core || remote.isEmpty() ? own : own.changed(remote::addToAggregated);
    }

    private void root(DiscoveryDocuments documents, RemoteDiscovery remote, boolean core, Exchange exchange)
            throws IOException {
        exchange.addResponseHeader("Vary", "Accept");
        for (Negotiation.Alternative alternative : Negotiation.alternatives(exchange)) {
            if (!alternative.json()) {
                continue;
            }
            String version = alternative.parameter("v");
            if (alternative.as().equals("APIGroupDiscoveryList")
                    && alternative.parameter("g").equals("apidiscovery.k8s.io")
                    && (version.equals("v2") || version.equals("v2beta1"))) {
                aggregated(documents, remote, core, version).send(exchange);
                return;
            }
            if (alternative.as().isEmpty()) {
                break;
            }
        }
        if (core) {
            legacy(exchange, documents.coreVersions(exchange.local()));
            return;
        }
        ObjectNode groups = documents.groups();
        remote.addTo(groups);
        legacy(exchange, groups);
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
