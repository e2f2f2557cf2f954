package io.kantoku.controllers.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.Kinds;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Gives each service account a Secret with a token, in clusters of releases that did so: up to 1.23. {@link TokenSecretController} fills it.
 * Requests name service accounts.
 */
public final class FormerTokens implements Reconciler {
    private static final int LAST_MINOR = 23;
    private static final String INFIX = "-token-";

    private final Clusters clusters;
    private final ToIntFunction<ClusterId> minors;

    /** @param minors the minor of each cluster's Kubernetes release */
    public FormerTokens(Clusters clusters, ToIntFunction<ClusterId> minors) {
        this.clusters = clusters;
        this.minors = minors;
    }

    /** Leads from an account of such a cluster to itself. */
    public Mapper accounts() {
        return (cluster, account, previous) ->
                minors.applyAsInt(cluster) <= LAST_MINOR && !Mapper.isDeletion(account, previous)
                        ? List.of(new Request(cluster, account.namespacedName()))
                        : List.of();
    }

    /** Leads from a token that somebody has deleted to its account. */
    public Mapper secrets() {
        return (cluster, secret, previous) -> minors.applyAsInt(cluster) <= LAST_MINOR
                        && secret.text("type").equals(TokenSecretController.TYPE)
                        && Mapper.isDeletion(secret, previous)
                ? List.of(new Request(
                        cluster,
                        new NamespacedName(
                                secret.namespace(),
                                secret.annotations().getOrDefault(TokenSecretController.ACCOUNT, "?"))))
                : List.of();
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject account =
                client.find(Resources.SERVICE_ACCOUNTS, request.name()).orElse(null);
        if (account == null || account.deleting() || hasToken(client, account)) {
            return Result.done();
        }
        try {
            KubeObject secret = client.create(Resources.SECRETS, secret(account));
            KubeObject next = account.copy();
            ArrayNode references = next.json().withArrayProperty("secrets");
            references.removeIf(reference -> isGone(client, account, reference));
            references.addObject().put("name", secret.name());
            try {
                client.update(Resources.SERVICE_ACCOUNTS, next);
            } catch (ApiException e) {
                Clients.delete(client, Resources.SECRETS, secret, DeleteOptions.background()); // nobody would find it
                throw e;
            }
        } catch (ApiException e) {
            if (!Clients.isNamespaceTerminating(e)) {
                throw e;
            }
        }
        return Result.done();
    }

    private static boolean hasToken(KubeClient client, KubeObject account) {
        for (JsonNode reference : account.at("secrets")) {
            NamespacedName name = new NamespacedName(
                    account.namespace(), reference.path("name").asText());
            boolean token = client.find(Resources.SECRETS, name)
                    .filter(secret -> secret.text("type").equals(TokenSecretController.TYPE))
                    .isPresent();
            if (token) {
                return true;
            }
        }
        return false;
    }

    /** Whether that names a token which was given here, and which somebody has deleted. */
    private static boolean isGone(KubeClient client, KubeObject account, JsonNode reference) {
        String name = reference.path("name").asText();
        return name.startsWith(account.name() + INFIX)
                && client.find(Resources.SECRETS, new NamespacedName(account.namespace(), name))
                        .isEmpty();
    }

    private static KubeObject secret(KubeObject account) {
        KubeObject secret = KubeObject.create(Kinds.SECRET, account.namespace(), "");
        secret.metadata().remove("name");
        secret.metadata().put("generateName", account.name() + INFIX);
        secret.annotate(TokenSecretController.ACCOUNT, account.name());
        secret.annotate(TokenSecretController.ACCOUNT_UID, account.uid());
        secret.json().put("type", TokenSecretController.TYPE);
        return secret;
    }
}
