package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Kinds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The history of a DaemonSet's or StatefulSet's template as ControllerRevisions, which {@code kubectl rollout} reads.
 *
 * @param all oldest first
 * @param latest that of the present template
 */
record Revisions(List<KubeObject> all, KubeObject latest) {
    /** What pods carry: of a DaemonSet the hash of their revision, of a StatefulSet its name. */
    static final String HASH = "controller-revision-hash";

    private static final String REVISION_HASH = "controller.kubernetes.io/hash";

    /** Reads the history and adds the present template to it if it is new. */
    static Revisions of(KubeClient client, KubeObject owner, LabelSelector selector) {
        List<KubeObject> all = new ArrayList<>(Claims.claim(client, Resources.CONTROLLER_REVISIONS, owner, selector));
        all.sort(Comparator.comparingLong(Revisions::number).thenComparing(KubeObject::name));
        long next = all.isEmpty() ? 1 : number(all.getLast()) + 1;
        JsonNode template = owner.at("spec", "template");
        Optional<KubeObject> same = all.stream()
                .filter(revision -> Templates.equal(template(revision), template))
                .findFirst();
        if (same.isEmpty()) {
            KubeObject created = create(client, owner, next);
            all.add(created);
            return new Revisions(all, created);
        }
        KubeObject latest = same.get();
        if (number(latest) != next - 1) {
            // A former template is current again: it becomes the newest revision, as after an undo.
            latest.json().put("revision", next);
            latest = client.update(Resources.CONTROLLER_REVISIONS, latest);
            all.remove(same.get());
            all.add(latest);
        }
        return new Revisions(all, latest);
    }

    /** The template that a revision holds. */
    static JsonNode template(KubeObject revision) {
        JsonNode template = revision.at("data", "spec", "template");
        if (!template.has("$patch")) {
            return template;
        }
        ObjectNode copy = template.deepCopy();
        copy.remove("$patch");
        return copy;
    }

    static String hash(KubeObject revision) {
        return revision.labels().getOrDefault(HASH, "");
    }

    Optional<KubeObject> named(String name) {
        return all.stream().filter(revision -> revision.name().equals(name)).findFirst();
    }

    /** Deletes the oldest revisions beyond the limit whose hash or name is not in use. */
    void truncate(KubeClient client, int limit, Set<String> inUse) {
        List<KubeObject> idle = all.stream()
                .filter(revision -> !revision.name().equals(latest.name())
                        && !inUse.contains(hash(revision))
                        && !inUse.contains(revision.name()))
                .toList();
        for (KubeObject revision : idle.subList(0, Math.max(0, idle.size() - limit))) {
            Clients.delete(client, Resources.CONTROLLER_REVISIONS, revision, DeleteOptions.background());
        }
    }

    private static long number(KubeObject revision) {
        return revision.at("revision").asLong();
    }

    private static KubeObject create(KubeClient client, KubeObject owner, long number) {
        JsonNode template = owner.at("spec", "template");
        int collisions = owner.at("status", "collisionCount").asInt();
        for (int attempt = collisions; ; attempt++) {
            String hash = Templates.hash(template, attempt);
            KubeObject revision =
                    KubeObject.create(Kinds.CONTROLLER_REVISION, owner.namespace(), owner.name() + "-" + hash);
            template.path("metadata")
                    .path("labels")
                    .properties()
                    .forEach(label ->
                            revision.label(label.getKey(), label.getValue().asText()));
            revision.label(owner.kind().equals("StatefulSet") ? REVISION_HASH : HASH, hash)
                    .ownedBy(owner);
            ObjectNode data = (ObjectNode) template.deepCopy();
            data.put("$patch", "replace");
            ObjectNode spec = Json.object();
            spec.putObject("spec").set("template", data);
            revision.json().set("data", spec);
            revision.json().put("revision", number);
            try {
                return client.create(Resources.CONTROLLER_REVISIONS, revision);
            } catch (ApiException e) {
                if (!e.isAlreadyExists() || attempt - collisions == 10) {
                    throw e;
                }
            }
        }
    }
}
