package io.kantoku.apiserver.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.audit.AuditTrail;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.client.Clusters;
import io.kantoku.client.Patch;
import io.kantoku.client.Resources;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the use of tokens that are kept in Secrets of the type {@code kubernetes.io/service-account-token} (KEP-2799): a label of the Secret
 * says on which day it was used last, and one that is marked invalid is not taken.
 */
public final class SecretTokens {
    private static final Logger LOG = LoggerFactory.getLogger(SecretTokens.class);
    private static final String TYPE = "kubernetes.io/service-account-token";
    private static final String LAST_USED = "kubernetes.io/legacy-token-last-used";
    private static final String INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since";
    private static final GroupResource SECRETS = new GroupResource("", "secrets");

    private final ObjectReader objects;
    private final Supplier<Clusters> writers;
    private final InstantSource clock;

    /** @param writers all clusters with the rights of the server itself; asked for when something is to be written */
    public SecretTokens(ObjectReader objects, Supplier<Clusters> writers, InstantSource clock) {
        this.objects = objects;
        this.writers = writers;
        this.clock = clock;
    }

    /**
     * A good token of a Secret has come with a request.
     *
     * @throws ApiException 401 when the Secret has been marked invalid
     */
    void used(ClusterId cluster, NamespacedName name) {
        KubeObject secret = objects.find(cluster, SECRETS, name).orElse(null);
        if (secret == null || !secret.text("type").equals(TYPE)) {
            return;
        }
        if (secret.labels().containsKey(INVALID_SINCE)) {
            AuditTrail.annotate("authentication.k8s.io/legacy-token-invalidated", name.name() + "/" + name.namespace());
            throw AuthenticatorChain.unauthorized();
        }
        AuditTrail.annotate("authentication.k8s.io/legacy-token-manual-secret", name.name() + "/" + name.namespace());
        String today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
        if (!today.equals(secret.labels().get(LAST_USED))) {
            Thread.ofVirtual().name("token-use").start(() -> write(cluster, name, today));
        }
    }

    private void write(ClusterId cluster, NamespacedName name, String today) {
        ObjectNode patch = Json.object();
        patch.putObject("metadata").putObject("labels").put(LAST_USED, today);
        try {
            writers.get().cluster(cluster).patch(Resources.SECRETS, name, new Patch.MergePatch(patch), "");
        } catch (ApiException e) {
            LOG.atDebug()
                    .setMessage("the use of a token could not be noted")
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("secret", name)
                    .setCause(e)
                    .log();
        }
    }
}
