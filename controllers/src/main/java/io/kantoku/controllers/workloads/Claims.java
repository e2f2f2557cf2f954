package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.OwnerReference;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which objects belong to a controller object: its own that match its selector, and matching ones that nobody
 * controls, which it adopts. Its own that no longer match are released.
 */
final class Claims {
    private Claims() {}

    /** What to do with a candidate. */
    enum Claim {
        KEEP,
        ADOPT,
        RELEASE,
        IGNORE
    }

    static Claim decide(KubeObject owner, LabelSelector selector, KubeObject candidate) {
        Optional<OwnerReference> controller = candidate.controller();
        boolean matches = selector.matches(candidate.labels());
        if (controller.isPresent()) {
            if (!controller.get().uid().equals(owner.uid())) {
                return Claim.IGNORE;
            }
            return matches ? Claim.KEEP : owner.deleting() ? Claim.IGNORE : Claim.RELEASE;
        }
        return matches && !owner.deleting() && !candidate.deleting() ? Claim.ADOPT : Claim.IGNORE;
    }

    /** The objects that belong to the owner, after adopting and releasing. */
    static List<KubeObject> claim(
            KubeClient client, GroupVersionResource resource, KubeObject owner, LabelSelector selector) {
        List<KubeObject> own = new ArrayList<>();
        for (KubeObject candidate :
                client.list(resource, query(owner, selector)).items()) {
            settle(client, resource, owner, selector, candidate).ifPresent(own::add);
        }
        return own;
    }

    /** Carries out the decision on one candidate; present when it belongs to the owner. */
    static Optional<KubeObject> settle(
            KubeClient client,
            GroupVersionResource resource,
            KubeObject owner,
            LabelSelector selector,
            KubeObject candidate) {
        return switch (decide(owner, selector, candidate)) {
            case KEEP -> Optional.of(candidate);
            case IGNORE -> Optional.empty();
            case ADOPT -> write(client, resource, candidate.copy().ownedBy(owner));
            case RELEASE -> {
                KubeObject released = candidate.copy();
                ArrayNode owners = released.metadata().withArrayProperty("ownerReferences");
                for (int i = owners.size() - 1; i >= 0; i--) {
                    if (owners.get(i).path("uid").asText().equals(owner.uid())) {
                        owners.remove(i);
                    }
                }
                if (owners.isEmpty()) {
                    released.metadata().remove("ownerReferences");
                }
                write(client, resource, released);
                yield Optional.empty();
            }
        };
    }

    private static Query query(KubeObject owner, LabelSelector selector) {
        return Query.in(owner.namespace()).labelled(selector.toString());
    }

    private static Optional<KubeObject> write(KubeClient client, GroupVersionResource resource, KubeObject object) {
        try {
            return Optional.of(client.update(resource, object));
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
