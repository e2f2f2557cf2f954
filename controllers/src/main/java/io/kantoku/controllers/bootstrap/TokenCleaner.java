package io.kantoku.controllers.bootstrap;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Deletes bootstrap tokens when they expire. Requests name Secrets. */
public final class TokenCleaner implements Reconciler {
    private final Clusters clusters;
    private final InstantSource clock;

    public TokenCleaner(Clusters clusters, InstantSource clock) {
        this.clusters = clusters;
        this.clock = clock;
    }

    /** Leads from a token to itself. */
    public static Mapper secrets() {
        return (cluster, secret, previous) -> !Mapper.isDeletion(secret, previous)
                        && BootstrapToken.of(secret).isPresent()
                ? List.of(new Request(cluster, secret.namespacedName()))
                : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject secret = client.find(Resources.SECRETS, request.name()).orElse(null);
        Optional<Instant> end =
                Optional.ofNullable(secret).flatMap(BootstrapToken::of).flatMap(BootstrapToken::expiration);
        if (secret == null || end.isEmpty()) {
            return Result.done();
        }
        Instant now = clock.instant();
        if (end.get().isAfter(now)) {
            return Result.after(Duration.between(now, end.get()));
        }
        try {
            client.delete(
                    Resources.SECRETS,
                    request.name(),
                    DeleteOptions.background().ofUid(secret.uid()));
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
        return Result.done();
    }
}
