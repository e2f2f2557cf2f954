package io.kantoku.tkg.cluster;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import java.time.InstantSource;
import java.util.Optional;

/** Says of each TanzuKubernetesRelease whether clusters can be made of it. */
public final class ReleaseController {
    private final Caches caches;
    private final InstantSource clock;

    public ReleaseController(Caches caches, InstantSource clock) {
        this.caches = caches;
        this.clock = clock;
    }

    public Controller controller() {
        return Controller.named("tanzukubernetesrelease")
                .kind("TanzuKubernetesRelease")
                .concurrency(1)
                .reconciler(this::reconcile)
                .watches(caches.releases.resource(), caches.releases, Mapper.self())
                .build();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> release = caches.releases.find(request.name());
        if (release.isPresent() && !release.get().deleting()) {
            KubeObject changed = release.get().copy();
            boolean image = !changed.text("spec", "nodeImageRef", "name").isEmpty();
            Conditions.set(
                    changed,
                    image
                            ? Condition.isTrue("Compatible", "", "")
                            : Condition.isFalse("Compatible", "NoNodeImage", "the release names no node image"),
                    clock.instant());
            caches.releases.updateStatus(changed);
        }
        return Result.done();
    }
}
