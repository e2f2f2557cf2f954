package io.kantoku.kubelet.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectList;
import io.kantoku.client.Patch;
import io.kantoku.client.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An API that answers reviews and nothing else: the token {@code good} is alice's, and {@code system:masters} may everything. */
final class FakeReviews implements KubeClient {
    final List<String> asked = new ArrayList<>();
    private final Set<String> allowed = new HashSet<>();
    private final ClusterId cluster;

    FakeReviews(ClusterId cluster) {
        this.cluster = cluster;
    }

    void allow(String user, String verb, String subresource) {
        allowed.add(user + " " + verb + " " + subresource);
    }

    @Override
    public KubeObject create(GroupVersionResource resource, KubeObject object) {
        KubeObject answer = object.copy();
        if (object.kind().equals("TokenReview")) {
            boolean good = object.text("spec", "token").equals("good");
            answer.status().put("authenticated", good);
            if (good) {
                answer.status().putObject("user").put("username", "alice").putArray("groups");
            }
            return answer;
        }
        JsonNode attributes = object.at("spec", "resourceAttributes");
        String question =
                object.text("spec", "user") + " " + attributes.path("verb").asText() + " "
                        + attributes.path("subresource").asText();
        asked.add(question + " " + attributes.path("name").asText());
        boolean master = object.at("spec", "groups").toString().contains("system:masters");
        answer.status().put("allowed", master || allowed.contains(question));
        return answer;
    }

    @Override
    public ClusterId cluster() {
        return cluster;
    }

    @Override
    public Optional<KubeObject> find(GroupVersionResource resource, NamespacedName name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KubeObject get(GroupVersionResource resource, NamespacedName name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ObjectList list(GroupVersionResource resource, Query query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KubeObject update(GroupVersionResource resource, KubeObject object) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KubeObject updateStatus(GroupVersionResource resource, KubeObject object) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KubeObject patch(GroupVersionResource resource, NamespacedName name, Patch patch, String subresource) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KubeObject post(GroupVersionResource resource, NamespacedName name, String subresource, KubeObject body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(GroupVersionResource resource, NamespacedName name, DeleteOptions options) {
        throw new UnsupportedOperationException();
    }
}
