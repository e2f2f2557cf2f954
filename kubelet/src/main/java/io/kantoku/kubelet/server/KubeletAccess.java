package io.kantoku.kubelet.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.KubeClient;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.pki.CertificateVerifier;
import io.kantoku.transport.pki.Subject;
import io.kantoku.transport.pki.Usage;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may call a kubelet: a certificate of the cluster's authority or a token that the cluster's API server knows names the caller
 * (TokenReview), and the API server says what they may (SubjectAccessReview). Answers are kept as long as upstream keeps them. Used by any
 * thread.
 */
public final class KubeletAccess {
    private static final GroupVersionResource TOKEN_REVIEWS =
            GroupVersion.parse("authentication.k8s.io/v1").resource("tokenreviews");
    private static final GroupVersionResource ACCESS_REVIEWS =
            GroupVersion.parse("authorization.k8s.io/v1").resource("subjectaccessreviews");
    private static final Duration KNOWN = Duration.ofMinutes(2);
    private static final Duration ALLOWED = Duration.ofMinutes(5);
    private static final Duration REFUSED = Duration.ofSeconds(30);
    private static final int REMEMBERED = 1_000;
    private static final String BEARER = "Bearer ";

    private final String node;
    private final List<X509Certificate> authorities;
    private final KubeClient api;
    private final InstantSource clock;
    private final Map<Object, Answer<?>> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Answer<?>> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Answer<T>(T value, Instant until) {}

    private record Question(Caller caller, Caller.Right right) {}

    /**
     * Access to one node's kubelet.
     *
     * @param node the node's name
     * @param authorities whose client certificates name callers
     * @param api the cluster as this node sees it; it may create reviews
     */
    public KubeletAccess(String node, List<X509Certificate> authorities, KubeClient api, InstantSource clock) {
        this.node = node;
        this.authorities = List.copyOf(authorities);
        this.api = api;
        this.clock = clock;
    }

    /**
     * Lets a call go on.
     *
     * @throws StreamRefusal 401 when nobody is named, 403 when they may not, 503 when the API server does not answer
     */
    void require(Exchange exchange) {
        Caller caller = caller(exchange).orElseThrow(() -> new StreamRefusal(401, "Unauthorized"));
        Caller.Right right = Caller.Right.of(exchange);
        boolean allowed = allows(caller, right)
                || (right.alsoByProxy() && allows(caller, new Caller.Right(right.verb(), "proxy")));
        if (!allowed) {
            throw new StreamRefusal(
                    403,
                    "Forbidden (user=" + caller.name() + ", verb=" + right.verb() + ", resource=nodes, subresource(s)=["
                            + right.subresource() + "])");
        }
    }

    private Optional<Caller> caller(Exchange exchange) {
        List<X509Certificate> chain = exchange.peerCertificates();
        if (!chain.isEmpty()
                && CertificateVerifier.verify(chain, authorities, Usage.CLIENT, clock.instant())
                        .trusted()) {
            Subject subject = Subject.of(chain.getFirst());
            if (!subject.commonName().isEmpty()) {
                List<String> groups = new ArrayList<>(subject.organizations());
                groups.add("system:authenticated");
                return Optional.of(new Caller(subject.commonName(), "", groups));
            }
        }
        return exchange.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip())
                .filter(token -> !token.isEmpty())
                .flatMap(this::review);
    }

    private Optional<Caller> review(String token) {
        Optional<Optional<Caller>> known = remembered(token);
        if (known.isPresent()) {
            return known.get();
        }
        KubeObject review =
                KubeObject.create(new GroupVersionKind("authentication.k8s.io", "v1", "TokenReview"), "", "");
        review.spec().put("token", token);
        JsonNode status = ask(TOKEN_REVIEWS, review);
        Optional<Caller> caller = Optional.empty();
        if (status.path("authenticated").asBoolean(false)) {
            JsonNode user = status.path("user");
            List<String> groups = new ArrayList<>();
            user.path("groups").forEach(group -> groups.add(group.asText()));
            caller = Optional.of(
                    new Caller(user.path("username").asText(), user.path("uid").asText(""), groups));
        }
        remember(token, caller, KNOWN);
        return caller;
    }

    private boolean allows(Caller caller, Caller.Right right) {
        Question question = new Question(caller, right);
        Optional<Boolean> known = remembered(question);
        if (known.isPresent()) {
            return known.get();
        }
        KubeObject review =
                KubeObject.create(new GroupVersionKind("authorization.k8s.io", "v1", "SubjectAccessReview"), "", "");
        ObjectNode spec = review.spec();
        spec.put("user", caller.name());
        if (!caller.uid().isEmpty()) {
            spec.put("uid", caller.uid());
        }
        ArrayNode groups = spec.putArray("groups");
        caller.groups().forEach(groups::add);
        spec.putObject("resourceAttributes")
                .put("verb", right.verb())
                .put("version", "v1")
                .put("resource", "nodes")
                .put("subresource", right.subresource())
                .put("name", node);
        boolean allowed = ask(ACCESS_REVIEWS, review).path("allowed").asBoolean(false);
        remember(question, allowed, allowed ? ALLOWED : REFUSED);
        return allowed;
    }

    private JsonNode ask(GroupVersionResource resource, KubeObject review) {
        try {
            return api.create(resource, review).at("status");
        } catch (ApiException e) {
            throw new StreamRefusal(503, "the API server cannot say who may do this: " + e.getMessage());
        }
    }

    @SuppressWarnings("unchecked") // what is kept under a key has the type that was kept under it
    private <T> Optional<T> remembered(Object key) {
        synchronized (answers) {
            Answer<?> answer = answers.get(key);
            return answer != null && clock.instant().isBefore(answer.until())
                    ? Optional.of((T) answer.value())
                    : Optional.empty();
        }
    }

    private <T> void remember(Object key, T value, Duration duration) {
        synchronized (answers) {
            answers.remove(key);
            answers.put(key, new Answer<>(value, clock.instant().plus(duration)));
        }
    }
}
