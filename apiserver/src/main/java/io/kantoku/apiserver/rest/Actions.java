package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.admission.AdmissionRequest.Operation;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.registry.Failures;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.Target;
import io.kantoku.apiserver.registry.WriteOptions;
import java.time.InstantSource;
import java.util.Set;

/** What can be posted but is not stored: questions, bindings, evictions and token requests. */
public final class Actions {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource BINDINGS = new GroupResource("", "bindings");
    private static final GroupResource SERVICE_ACCOUNTS = new GroupResource("", "serviceaccounts");

    private final Registry registry;
    private final ResourceTypes types;
    private final TokenIssuer tokens;
    private final ReviewAnswers reviews;
    private final Set<GroupResource> questions;
    private final PodActions pods;

    /** @param questions the resources that {@code reviews} answers */
    public Actions(
            Registry registry,
            ResourceTypes types,
            TokenIssuer tokens,
            ReviewAnswers reviews,
            Set<GroupResource> questions,
            InstantSource clock) {
        this.registry = registry;
        this.types = types;
        this.tokens = tokens;
        this.reviews = reviews;
        this.questions = Set.copyOf(questions);
        this.pods = new PodActions(registry, types, clock);
    }

    /** Whether what is created in a collection is answered rather than stored. */
    public boolean answers(ResourceType type) {
        return questions.contains(type.name()) || type.name().equals(BINDINGS);
    }

    /** Answers what is posted to such a collection. */
    public ObjectNode answer(Target target, ObjectNode body, UserInfo user, WriteOptions options) {
        if (target.type().name().equals(BINDINGS)) {
            ResourceType podType = types.find(target.cluster(), PODS).orElseThrow(ResourceTypes::notServed);
            registry.admit(target, Operation.CREATE, body, options);
            String pod = body.path("metadata").path("name").asText();
            return pods.bind(
                    new Target(
                            target.cluster(),
                            target.user(),
                            podType,
                            podType.storageVersion(),
                            "binding",
                            new NamespacedName(target.name().namespace(), pod)),
                    body,
                    options);
        }
        body.put(
                        "apiVersion",
                        target.type().kindIn(target.version()).groupVersion().toString())
                .put("kind", target.type().kind());
        KubeObject answer = reviews.answer(target.cluster(), user, target.name().namespace(), KubeObject.of(body));
        return answer.json();
    }

    /**
     * Posts to a subresource, if admission allows it.
     *
     * @throws ApiException 405 when nothing can be posted there
     */
    public ObjectNode post(Target target, ObjectNode body, WriteOptions options) {
        GroupResource resource = target.type().name();
        registry.admit(target, Operation.CREATE, body, options);
        if (resource.equals(PODS) && target.subresource().equals("binding")) {
            return pods.bind(target, body, options);
        }
        if (resource.equals(PODS) && target.subresource().equals("eviction")) {
            return pods.evict(target, body, options);
        }
        if (resource.equals(SERVICE_ACCOUNTS) && target.subresource().equals("token")) {
            KubeObject account = KubeObject.of(
                    registry.get(target.cluster(), resource, target.name()).tree());
            return tokens.issue(target.cluster(), account, KubeObject.of(body)).json();
        }
        throw Failures.methodNotAllowed();
    }

    /** The Status of an action that has nothing else to say. */
    static ObjectNode success() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", "Success").put("code", 201);
    }

    static String text(JsonNode node, String... path) {
        JsonNode at = node;
        for (String step : path) {
            at = at.path(step);
        }
        return at.asText("");
    }
}
