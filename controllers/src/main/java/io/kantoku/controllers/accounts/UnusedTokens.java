package io.kantoku.controllers.accounts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Patch;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Removes tokens that were made for service accounts by themselves (up to 1.23) and that nobody has used for a year: first they are marked
 * invalid, and a year later they are deleted (KEP-2799, from 1.29 on). When a token was used last is a label that the API server writes; since
 * when it does so stands in a ConfigMap. Requests name Secrets.
 */
public final class UnusedTokens implements Reconciler {
    static final String LAST_USED = "kubernetes.io/legacy-token-last-used";
    static final String INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since";

    private static final NamespacedName TRACKING =
            new NamespacedName("kube-system", "kube-apiserver-legacy-service-account-token-tracking");
    private static final int FIRST_MINOR = 29;
    private static final int UNUSED_DAYS = 365;

    private final Clusters clusters;
    private final ToIntFunction<ClusterId> minors;
    private final InstantSource clock;

    /** @param minors the minor of each cluster's Kubernetes release */
    public UnusedTokens(Clusters clusters, ToIntFunction<ClusterId> minors, InstantSource clock) {
        this.clusters = clusters;
        this.minors = minors;
        this.clock = clock;
    }

    /** Leads from a token to itself. */
    public Mapper secrets() {
        return (cluster, secret, previous) -> minors.applyAsInt(cluster) >= FIRST_MINOR
                        && secret.text("type").equals(TokenSecretController.TYPE)
                        && !Mapper.isDeletion(secret, previous)
                ? List.of(new Request(cluster, secret.namespacedName()))
                : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject secret = client.find(Resources.SECRETS, request.name()).orElse(null);
        if (secret == null || secret.deleting() || !madeByItself(client, secret) || mounted(client, secret)) {
            return Result.done();
        }
        Optional<LocalDate> tracked =
                client.find(Resources.CONFIG_MAPS, TRACKING).flatMap(map -> date(map.text("data", "since")));
        if (tracked.isEmpty()) {
            return Result.done();
        }
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate used = date(secret.labels().getOrDefault(LAST_USED, ""))
                .filter(last -> last.isAfter(tracked.get()))
                .orElse(tracked.get());
        Optional<LocalDate> invalid = date(secret.labels().getOrDefault(INVALID_SINCE, ""));
        LocalDate due =
                invalid.filter(since -> !since.isBefore(used)).orElse(used).plusDays(UNUSED_DAYS);
        if (!today.isAfter(due)) {
            return Result.after(Duration.between(
                    clock.instant(),
                    due.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant()));
        }
        if (invalid.isPresent()) {
            Clients.delete(client, Resources.SECRETS, secret, DeleteOptions.background());
            return Result.done();
        }
        mark(client, secret, today);
        return Result.done(); // its own change leads here again
    }

    private static void mark(KubeClient client, KubeObject secret, LocalDate today) {
        ObjectNode patch = Json.object();
        patch.putObject("metadata").putObject("labels").put(INVALID_SINCE, today.toString());
        try {
            client.patch(Resources.SECRETS, secret.namespacedName(), new Patch.MergePatch(patch), "");
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /** Whether the account names the token, as it does those that were made with it. */
    private static boolean madeByItself(KubeClient client, KubeObject secret) {
        String account = secret.annotations().getOrDefault(TokenSecretController.ACCOUNT, "");
        return !account.isEmpty()
                && client.find(Resources.SERVICE_ACCOUNTS, new NamespacedName(secret.namespace(), account))
                        .filter(found -> found.at("secrets")
                                .valueStream()
                                .anyMatch(each -> each.path("name").asText().equals(secret.name())))
                        .isPresent();
    }

    private static boolean mounted(KubeClient client, KubeObject secret) {
        return Clients.list(client, Resources.PODS, Query.in(secret.namespace())).stream()
                .flatMap(pod -> pod.at("spec", "volumes").valueStream())
                .anyMatch(volume -> volume.at("/secret/secretName").asText().equals(secret.name()));
    }

    private static Optional<LocalDate> date(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(LocalDate.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
