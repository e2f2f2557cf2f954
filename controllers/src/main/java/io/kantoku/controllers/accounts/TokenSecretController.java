package io.kantoku.controllers.accounts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.ClusterCertificates;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Fills Secrets of the type {@code kubernetes.io/service-account-token} with a token of the account that they name, and removes them with
 * it. The token is bound to the Secret: it ends with it. It lives a year and is renewed a month before its end.
 */
public final class TokenSecretController implements Reconciler {
    static final String TYPE = "kubernetes.io/service-account-token";
    static final String ACCOUNT = "kubernetes.io/service-account.name";
    static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";
    private static final String EXPIRY = "kantoku.io/token-expiration";
    private static final GroupVersionKind REQUEST = new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest");
    private static final Duration LIFE = Duration.ofDays(365);
    private static final Duration BEFORE_END = Duration.ofDays(30);

    private final Clusters clusters;
    private final ClusterCertificates certificates;
    private final InstantSource clock;

    public TokenSecretController(Clusters clusters, ClusterCertificates certificates, InstantSource clock) {
        this.clusters = clusters;
        this.certificates = certificates;
        this.clock = clock;
    }

    /** Secrets of the type. */
    public static Mapper secrets() {
        return (cluster, secret, previous) -> isToken(secret) && !Mapper.isDeletion(secret, previous)
                ? List.of(new Request(cluster, secret.namespacedName()))
                : List.of();
    }

    /** Leads from an account that has come or gone to the Secrets that name it. */
    public Mapper accounts() {
        return (cluster, account, previous) ->
                previous == null || Mapper.isDeletion(account, previous) ? secretsOf(cluster, account) : List.of();
    }

    private List<Request> secretsOf(ClusterId cluster, KubeObject account) {
        Query all = Query.in(account.namespace()).where("type=" + TYPE);
        return Clients.list(clusters.cluster(cluster), Resources.SECRETS, all).stream()
                .filter(secret -> secret.annotations().getOrDefault(ACCOUNT, "").equals(account.name()))
                .map(secret -> new Request(cluster, secret.namespacedName()))
                .toList();
    }

    private static boolean isToken(KubeObject secret) {
        return secret.text("type").equals(TYPE);
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject secret = client.find(Resources.SECRETS, request.name()).orElse(null);
        if (secret == null || secret.deleting() || !isToken(secret)) {
            return Result.done();
        }
        String name = secret.annotations().getOrDefault(ACCOUNT, "");
        String uid = secret.annotations().getOrDefault(ACCOUNT_UID, "");
        Optional<KubeObject> account = name.isEmpty()
                ? Optional.empty()
                : client.find(Resources.SERVICE_ACCOUNTS, new NamespacedName(secret.namespace(), name))
                        .filter(found -> uid.isEmpty() || found.uid().equals(uid));
        if (account.isEmpty()) {
            if (!uid.isEmpty()) { // its account has been there and is gone
                Clients.delete(client, Resources.SECRETS, secret, DeleteOptions.background());
            }
            return Result.done();
        }
        Instant now = clock.instant();
        Instant end =
                Timestamps.parse(secret.annotations().getOrDefault(EXPIRY, "")).orElse(now);
        boolean complete = !secret.text("data", "token").isEmpty()
                && !secret.text("data", "ca.crt").isEmpty();
        if (complete && now.isBefore(end.minus(BEFORE_END))) {
            return Result.after(Duration.between(now, end.minus(BEFORE_END)));
        }
        fill(client, secret, account.get());
        return Result.after(LIFE.minus(BEFORE_END));
    }

    private void fill(KubeClient client, KubeObject secret, KubeObject account) {
        KubeObject request = KubeObject.create(REQUEST, account.namespace(), account.name());
        request.spec().put("expirationSeconds", LIFE.toSeconds());
        request.spec()
                .putObject("boundObjectRef")
                .put("apiVersion", "v1")
                .put("kind", "Secret")
                .put("name", secret.name())
                .put("uid", secret.uid());
        try {
            KubeObject issued = client.post(Resources.SERVICE_ACCOUNTS, account.namespacedName(), "token", request);
            KubeObject next = secret.copy();
            next.annotate(ACCOUNT_UID, account.uid());
            next.annotate(EXPIRY, issued.text("status", "expirationTimestamp"));
            ObjectNode data = next.json().withObjectProperty("data");
            data.put("token", base64(issued.text("status", "token")));
            data.put("namespace", base64(secret.namespace()));
            data.put("ca.crt", base64(certificates.caPem(client.cluster())));
            client.update(Resources.SECRETS, next);
        } catch (ApiException e) {
            if (!e.isNotFound()) { // otherwise one of both has just gone
                throw e;
            }
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
