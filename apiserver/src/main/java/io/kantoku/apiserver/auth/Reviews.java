package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers the review kinds of {@code authentication.k8s.io} and {@code authorization.k8s.io}, which are never stored. */
public final class Reviews {
    private final Authorizer authorizer;
    private final RbacAuthorizer rbac;
    private final AuthenticatorChain authenticators;
    private final InstantSource clock;

    public Reviews(Authorizer authorizer, RbacAuthorizer rbac, AuthenticatorChain authenticators, InstantSource clock) {
        this.authorizer = authorizer;
        this.rbac = rbac;
        this.authenticators = authenticators;
        this.clock = clock;
    }

    /**
     * Fills in the status of a review.
     *
     * @param user who asks
     * @param namespace the namespace of the path, {@code ""} when there is none
     * @param review the object posted; returned with its status
     * @throws ApiException 400 when the review lacks what it is about
     */
    public KubeObject answer(ClusterId cluster, UserInfo user, String namespace, KubeObject review) {
        switch (review.kind()) {
            case "SelfSubjectReview" -> {
                review.metadata()
                        .put(
                                "creationTimestamp",
                                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
                userInfo(review.status().putObject("userInfo"), user);
            }
            case "TokenReview" -> tokenReview(cluster, review);
            case "SelfSubjectAccessReview" -> access(cluster, user, review);
            case "SubjectAccessReview" -> access(cluster, subject(review), review);
            case "LocalSubjectAccessReview" -> {
                String about = review.text("spec", "resourceAttributes", "namespace");
                if (!about.equals(namespace)) {
                    throw ApiException.badRequest(
                            "spec.resourceAttributes.namespace must match namespace: " + namespace);
                }
                access(cluster, subject(review), review);
            }
            case "SelfSubjectRulesReview" -> rules(cluster, user, review);
            default -> throw ApiException.badRequest("unknown review kind " + review.kind());
        }
        return review;
    }

    private void tokenReview(ClusterId cluster, KubeObject review) {
        ObjectNode status = review.status();
        String token = review.text("spec", "token");
        review.spec().remove("token");
        try {
            UserInfo user = authenticators.authenticate(cluster, List.of(new Authenticator.Credential.Bearer(token)));
            status.put("authenticated", true);
            userInfo(status.putObject("user"), user);
        } catch (ApiException e) {
            if (e.code() != 401) {
                throw e;
            }
            status.put("authenticated", false).put("error", "the token is not good in this cluster");
        }
    }

    private void access(ClusterId cluster, UserInfo about, KubeObject review) {
        JsonNode spec = review.spec();
        if (spec.path("nonResourceAttributes").isObject()
                == spec.path("resourceAttributes").isObject()) {
            throw ApiException.badRequest(
                    "spec: exactly one of resourceAttributes and nonResourceAttributes must be specified");
        }
        RequestInfo request = spec.path("nonResourceAttributes").isObject()
                ? pathRequest(spec.path("nonResourceAttributes"))
                : resourceRequest(spec.path("resourceAttributes"));
        Authorizer.Decision decision = authorizer.authorize(cluster, about, request);
        ObjectNode status = review.status();
        status.put("allowed", decision instanceof Authorizer.Decision.Allowed);
        if (decision instanceof Authorizer.Decision.Denied) {
            status.put("denied", true);
        }
        if (!decision.reason().isEmpty()) {
            status.put("reason", decision.reason());
        }
    }

    private void rules(ClusterId cluster, UserInfo user, KubeObject review) {
        String namespace = review.text("spec", "namespace");
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("no namespace on request");
        }
        ObjectNode status = review.status();
        ArrayNode resourceRules = status.putArray("resourceRules");
        ArrayNode nonResourceRules = status.putArray("nonResourceRules");
        List<PolicyRule> rules =
                user.inGroup("system:masters") ? PolicyRule.EVERYTHING : rbac.rules(cluster, user, namespace);
        for (PolicyRule rule : rules) {
            ObjectNode node = rule.urls().isEmpty() ? resourceRules.addObject() : nonResourceRules.addObject();
            texts(node, "verbs", rule.verbs());
            if (rule.urls().isEmpty()) {
                texts(node, "apiGroups", rule.groups());
                texts(node, "resources", rule.resources());
                if (!rule.names().isEmpty()) {
                    texts(node, "resourceNames", rule.names());
                }
            } else {
                texts(node, "nonResourceURLs", rule.urls());
            }
        }
        status.put("incomplete", false);
    }

    private static UserInfo subject(KubeObject review) {
        String user = review.text("spec", "user");
        List<String> groups = new ArrayList<>();
        review.at("spec", "groups").forEach(group -> groups.add(group.asText()));
        if (user.isEmpty() && groups.isEmpty()) {
            throw ApiException.badRequest(
                    "spec.user: Invalid value: \"\": at least one of user or group must be specified");
        }
        Map<String, List<String>> extra = new LinkedHashMap<>();
        review.at("spec", "extra").properties().forEach(entry -> {
            List<String> values = new ArrayList<>();
            entry.getValue().forEach(value -> values.add(value.asText()));
            extra.put(entry.getKey(), values);
        });
        return new UserInfo(user, review.text("spec", "uid"), groups, extra);
    }

    private static RequestInfo pathRequest(JsonNode attributes) {
        return new RequestInfo(
                attributes.path("verb").asText(), false, attributes.path("path").asText(), "", "", "", "", "", "");
    }

    private static RequestInfo resourceRequest(JsonNode attributes) {
        return new RequestInfo(
                attributes.path("verb").asText(),
                true,
                "",
                attributes.path("group").asText(),
                attributes.path("version").asText(),
                attributes.path("resource").asText(),
                attributes.path("subresource").asText(),
                attributes.path("namespace").asText(),
                attributes.path("name").asText());
    }

    private static void userInfo(ObjectNode node, UserInfo user) {
        node.put("username", user.name());
        if (!user.uid().isEmpty()) {
            node.put("uid", user.uid());
        }
        texts(node, "groups", user.groups());
        if (!user.extra().isEmpty()) {
            ObjectNode extra = node.putObject("extra");
            user.extra().forEach((key, values) -> texts(extra, key, values));
        }
    }

    private static void texts(ObjectNode node, String name, List<String> values) {
        ArrayNode array = node.putArray(name);
        values.forEach(array::add);
    }
}
