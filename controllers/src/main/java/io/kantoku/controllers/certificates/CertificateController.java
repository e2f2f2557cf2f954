package io.kantoku.controllers.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Clusters;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Patch;
import io.kantoku.client.Reconciler;
import io.kantoku.client.Request;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.client.Timestamps;
import io.kantoku.controllers.Clients;
import io.kantoku.controllers.ClusterAuthorities;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.CertificateSigningRequest;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Approves the client certificates of nodes, signs what is approved, and removes requests when their time is over. */
public final class CertificateController implements Reconciler {
    private static final GroupVersionResource REVIEWS =
            GroupVersion.parse("authorization.k8s.io/v1").resource("subjectaccessreviews");
    private static final GroupVersionKind REVIEW =
            new GroupVersionKind("authorization.k8s.io", "v1", "SubjectAccessReview");
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration SHORTEST = Duration.ofMinutes(10);
    private static final Duration DECIDED = Duration.ofHours(1);
    private static final Duration UNDECIDED = Duration.ofHours(24);

    private final Clusters clusters;
    private final ClusterAuthorities authorities;
    private final InstantSource clock;

    public CertificateController(Clusters clusters, ClusterAuthorities authorities, InstantSource clock) {
        this.clusters = clusters;
        this.authorities = authorities;
        this.clock = clock;
    }

    @Override
    public Result reconcile(Request request) {
        KubeClient client = clusters.cluster(request.cluster());
        KubeObject csr = client.find(Resources.CERTIFICATE_SIGNING_REQUESTS, request.name())
                .orElse(null);
        if (csr == null || csr.deleting()) {
            return Result.done();
        }
        boolean approved = Conditions.isTrue(csr, "Approved");
        boolean refused = Conditions.isTrue(csr, "Denied") || Conditions.isTrue(csr, "Failed");
        Duration left = left(csr, approved || refused);
        if (!left.isPositive()) {
            Clients.delete(client, Resources.CERTIFICATE_SIGNING_REQUESTS, csr, DeleteOptions.background());
            return Result.done();
        }
        String signer = csr.text("spec", "signerName");
        if (SignerRules.isBuiltIn(signer)
                && !refused
                && csr.text("status", "certificate").isEmpty()) {
            if (approved) {
                authorities.authority(request.cluster()).ifPresent(authority -> sign(client, csr, signer, authority));
            } else if (signer.equals(SignerRules.NODE_CLIENT)) {
                approve(client, csr);
            }
        }
        return Result.after(left);
    }

    /** Time until the request is removed: an hour after a decision, a day without one. */
    private Duration left(KubeObject csr, boolean decided) {
        Instant since =
                Timestamps.parse(csr.text("metadata", "creationTimestamp")).orElse(clock.instant());
        for (JsonNode condition : csr.at("status", "conditions")) {
            String time = condition
                    .path("lastUpdateTime")
                    .asText(condition.path("lastTransitionTime").asText(""));
            since = Timestamps.parse(time).filter(since::isBefore).orElse(since);
        }
        return Duration.between(clock.instant(), since.plus(decided ? DECIDED : UNDECIDED));
    }

    /** A node's own renewal, or the first certificate of one that bootstraps, if the requester has the right to it. */
    private void approve(KubeClient client, KubeObject csr) {
        Optional<CertificateSigningRequest> request = parse(csr);
        if (request.isEmpty()
                || SignerRules.fault(SignerRules.NODE_CLIENT, request.get(), usages(csr))
                        .isPresent()) {
            return;
        }
        boolean own =
                csr.text("spec", "username").equals(request.get().subject().commonName());
        for (String right : own ? List.of("selfnodeclient", "nodeclient") : List.of("nodeclient")) {
            if (mayCreate(client, csr, right)) {
                ObjectNode patch = Json.object();
                patch.putObject("status")
                        .putArray("conditions")
                        .addObject()
                        .put("type", "Approved")
                        .put("status", "True")
                        .put("reason", "AutoApproved")
                        .put(
                                "message",
                                right.equals("selfnodeclient")
                                        ? "Auto approving self kubelet client certificate after SubjectAccessReview."
                                        : "Auto approving kubelet client certificate after SubjectAccessReview.")
                        .put("lastUpdateTime", Timestamps.seconds(clock.instant()));
                client.patch(
                        Resources.CERTIFICATE_SIGNING_REQUESTS, csr.namespacedName(), Patch.merge(patch), "approval");
                return;
            }
        }
    }

    private static boolean mayCreate(KubeClient client, KubeObject csr, String subresource) {
        KubeObject review = KubeObject.create(REVIEW, "", "");
        ObjectNode spec = review.spec();
        spec.put("user", csr.text("spec", "username")).put("uid", csr.text("spec", "uid"));
        spec.set("groups", csr.at("spec", "groups").deepCopy());
        spec.putObject("resourceAttributes")
                .put("verb", "create")
                .put("group", "certificates.k8s.io")
                .put("version", "*")
                .put("resource", "certificatesigningrequests")
                .put("subresource", subresource);
        return client.create(REVIEWS, review).at("status", "allowed").asBoolean(false);
    }

    private void sign(KubeClient client, KubeObject csr, String signer, CertificateAuthority authority) {
        KubeObject next = csr.copy();
        Optional<CertificateSigningRequest> request = parse(csr);
        Optional<String> fault = request.isEmpty()
                ? Optional.of("the request cannot be read, or is not signed with its own key")
                : SignerRules.fault(signer, request.get(), usages(csr));
        if (fault.isPresent()) {
            Conditions.set(next, Condition.isTrue("Failed", "SignerValidationFailure", fault.get()), clock.instant());
        } else {
            X509Certificate certificate =
                    authority.sign(request.orElseThrow(), SignerRules.purposes(usages(csr)), validity(csr));
            String pem = Pem.encode(certificate);
            next.status()
                    .put("certificate", Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)));
        }
        client.updateStatus(Resources.CERTIFICATE_SIGNING_REQUESTS, next);
    }

    private static Duration validity(KubeObject csr) {
        JsonNode seconds = csr.at("spec", "expirationSeconds");
        Duration wanted = seconds.isNumber() ? Duration.ofSeconds(seconds.asLong()) : LONGEST;
        if (wanted.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted;
    }

    private static Optional<CertificateSigningRequest> parse(KubeObject csr) {
        try {
            byte[] pem = Base64.getDecoder().decode(csr.text("spec", "request"));
            return Optional.of(CertificateSigningRequest.parse(new String(pem, StandardCharsets.US_ASCII)));
        } catch (PkiException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<String> usages(KubeObject csr) {
        List<String> usages = new ArrayList<>();
        csr.at("spec", "usages").forEach(usage -> usages.add(usage.asText()));
        return usages;
    }
}
