package io.kantoku.apiserver;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.auth.Authenticator;
import io.kantoku.apiserver.auth.Authorizer;
import io.kantoku.apiserver.auth.ClusterTrust;
import io.kantoku.apiserver.rest.Documents;
import io.kantoku.apiserver.rest.FlowControl;
import io.kantoku.apiserver.rest.NodeProxy;
import io.kantoku.apiserver.rest.ReviewAnswers;
import io.kantoku.apiserver.rest.TokenIssuer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The exchangeable parts of a server. Without any, everybody is anonymous and only {@code system:masters}, who can only come from
 * within the process, may do anything.
 */
public final class ServerParts {
    private List<Authenticator> authenticators = List.of();
    private List<Authorizer> authorizers = List.of();
    private List<AdmissionPlugin> admission = List.of();
    private List<ClusterBootstrap> bootstraps = List.of();
    private ClusterTrust trust = cluster -> Optional.empty();
    private NodeProxy nodes = NodeProxy.NONE;
    private FlowControl flow = FlowControl.NONE;
    private Documents documents = Documents.NONE;
    private TokenIssuer tokens = (cluster, account, request) -> {
        throw ApiException.internal("this server issues no tokens");
    };
    private ReviewAnswers reviews = (cluster, user, namespace, question) -> {
        throw ApiException.internal("this server answers no reviews");
    };

    /** In the order in which they are asked. */
    public ServerParts authenticators(List<Authenticator> value) {
        authenticators = List.copyOf(value);
        return this;
    }

    /** In the order in which they are asked. */
    public ServerParts authorizers(List<Authorizer> value) {
        authorizers = List.copyOf(value);
        return this;
    }

    /** In the order in which they are called. */
    public ServerParts admission(List<AdmissionPlugin> value) {
        admission = List.copyOf(value);
        return this;
    }

    /** Leaves out the plugins of these names; plugins without a name stay. */
    public ServerParts withoutAdmission(Set<String> names) {
        return admission(admission.stream()
                .filter(plugin -> plugin.name().isEmpty() || !names.contains(plugin.name()))
                .toList());
    }

    /** In the order in which they run, after the namespaces and the Service {@code kubernetes} have been made. */
    public ServerParts bootstraps(List<ClusterBootstrap> value) {
        bootstraps = List.copyOf(value);
        return this;
    }

    /** Adds one that runs after the others. */
    public ServerParts bootstrap(ClusterBootstrap value) {
        List<ClusterBootstrap> all = new ArrayList<>(bootstraps);
        all.add(value);
        return bootstraps(all);
    }

    public ServerParts nodes(NodeProxy value) {
        nodes = value;
        return this;
    }

    public ServerParts flow(FlowControl value) {
        flow = value;
        return this;
    }

    public ServerParts documents(Documents value) {
        documents = value;
        return this;
    }

    public ServerParts tokens(TokenIssuer value) {
        tokens = value;
        return this;
    }

    public ServerParts reviews(ReviewAnswers value) {
        reviews = value;
        return this;
    }

    /** The keys of each cluster, of which servers behind this one are told. */
    public ServerParts trust(ClusterTrust value) {
        trust = value;
        return this;
    }

    ClusterTrust trust() {
        return trust;
    }

    List<Authenticator> authenticators() {
        return authenticators;
    }

    List<Authorizer> authorizers() {
        return authorizers;
    }

    List<AdmissionPlugin> admission() {
        return admission;
    }

    List<ClusterBootstrap> bootstraps() {
        return bootstraps;
    }

    NodeProxy nodes() {
        return nodes;
    }

    FlowControl flow() {
        return flow;
    }

    Documents documents() {
        return documents;
    }

    TokenIssuer tokens() {
        return tokens;
    }

    ReviewAnswers reviews() {
        return reviews;
    }
}
