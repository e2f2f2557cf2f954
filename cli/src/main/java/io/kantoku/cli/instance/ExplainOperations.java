package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.client.Clusters;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.rest.Call;
import io.kantoku.supervisor.rest.Operations;
import io.kantoku.supervisor.rest.Routes;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.tkg.explain.Explanation;
import io.kantoku.tkg.explain.Link;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code /api/kantoku/explain}: why a guest cluster is not there yet. Served here and not by the Supervisor's API, so that it
 * answers when the load balancer in front of that does not.
 */
final class ExplainOperations implements Operations {
    private final Clusters clusters;
    private final Namespaces namespaces;
    private final InstantSource clock;

    ExplainOperations(Clusters clusters, Namespaces namespaces, InstantSource clock) {
        this.clusters = clusters;
        this.namespaces = namespaces;
        this.clock = clock;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", "/api/kantoku/explain/tkc/{namespace}/{name}", this::explain);
    }

    private Optional<JsonNode> explain(Call call) {
        if (!clusters.ids().contains(ClusterId.SUPERVISOR)) {
            throw VapiException.notFound("Supervisor", "; run: kantoku enable");
        }
        boolean theirs = namespaces.visibleTo(call.session().user()).stream()
                .anyMatch(spec -> spec.name().equals(call.path("namespace")));
        if (!theirs) {
            throw VapiException.notFound("TanzuKubernetesCluster", call.path("namespace") + "/" + call.path("name"));
        }
        try {
            Explanation explanation =
                    Explanation.of(clusters.cluster(ClusterId.SUPERVISOR), call.path("namespace"), call.path("name"));
            ObjectNode json = Json.object().put("text", explanation.text(clock.instant()));
            explanation.blocker().ifPresent(link -> link(json.putObject("blocker"), link));
            link(json.putObject("chain"), explanation.root());
            return Optional.of(json);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
            throw VapiException.notFound("TanzuKubernetesCluster", call.path("namespace") + "/" + call.path("name"));
        }
    }

    private static void link(ObjectNode json, Link link) {
        json.put("kind", link.kind())
                .put("name", link.name())
                .put("state", link.state().name())
                .put("reason", link.reason())
                .put("message", link.message())
                .put("blocking", link.blocking())
                .put("to_do", link.todo());
        link.since().ifPresent(since -> json.put("since", since.toString()));
        ArrayNode parts = json.putArray("parts");
        link.parts().forEach(part -> link(parts.addObject(), part));
    }
}
