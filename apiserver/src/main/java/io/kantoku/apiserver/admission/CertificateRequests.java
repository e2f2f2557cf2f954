package io.kantoku.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.auth.Authorizer;
import io.kantoku.apiserver.auth.RequestInfo;
import io.kantoku.transport.pki.CertificateSigningRequest;
import io.kantoku.transport.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Certificate signing requests: they say who asks, only those who may approve or sign for a signer do so, and nobody becomes {@code
 * system:masters} that way (upstream's CertificateApproval, CertificateSigning and CertificateSubjectRestriction).
 */
public final class CertificateRequests implements AdmissionPlugin {
    private static final GroupResource REQUESTS =
            new GroupResource("certificates.k8s.io", "certificatesigningrequests");
    private static final String CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";

    private final Authorizer authorizer;

    public CertificateRequests(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null || !request.creates() || !request.type().name().equals(REQUESTS)) {
            return;
        }
        ObjectNode spec = object.withObjectProperty("spec");
        spec.remove(List.of("username", "uid", "groups", "extra"));
        spec.put("username", request.user().name());
        if (!request.user().uid().isEmpty()) {
            spec.put("uid", request.user().uid());
        }
        ArrayNode groups = spec.putArray("groups");
        request.user().groups().forEach(groups::add);
        if (!request.user().extra().isEmpty()) {
            ObjectNode extra = spec.putObject("extra");
            request.user().extra().forEach((key, values) -> {
                ArrayNode array = extra.putArray(key);
                values.forEach(array::add);
            });
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object();
        if (object == null || !request.type().name().equals(REQUESTS)) {
            return;
        }
        if (request.creates()) {
            subject(request, object);
        } else if (request.operation() == AdmissionRequest.Operation.UPDATE && request.old() != null) {
            String signer = request.old().path("spec").path("signerName").asText();
            if (request.subresource().equals("approval")) {
                require(request, signer, "approve");
            } else if (request.subresource().equals("status") && signs(object, request.old())) {
                require(request, signer, "sign");
            }
        }
    }

    private static boolean signs(ObjectNode object, ObjectNode old) {
        JsonNode now = object.path("status");
        JsonNode before = old.path("status");
        return !now.path("certificate").equals(before.path("certificate"))
                || !now.path("conditions").equals(before.path("conditions"));
    }

    private static void subject(AdmissionRequest request, ObjectNode object) {
        JsonNode spec = object.path("spec");
        CertificateSigningRequest parsed;
        try {
            String pem = new String(
                    Base64.getMimeDecoder().decode(spec.path("request").asText()), StandardCharsets.UTF_8);
            parsed = CertificateSigningRequest.parse(pem);
        } catch (PkiException | IllegalArgumentException e) {
            throw ApiException.invalid(
                    new GroupKind(REQUESTS.group(), request.type().kind()),
                    request.name(),
                    List.of(FieldError.invalid(
                            FieldPath.of("spec", "request"), spec.path("request"), String.valueOf(e.getMessage()))));
        }
        if (spec.path("signerName").asText().equals(CLIENT_SIGNER)
                && parsed.subject().organizations().contains("system:masters")) {
            throw ApiException.forbidden(
                    REQUESTS,
                    request.shownName(),
                    "use of " + CLIENT_SIGNER + " signer with system:masters group is not allowed");
        }
    }

    /** The right may be given for a signer, or for all of its domain. */
    private void require(AdmissionRequest request, String signer, String verb) {
        List<String> names = new ArrayList<>(List.of(signer));
        int slash = signer.indexOf('/');
        if (slash > 0) {
            names.add(signer.substring(0, slash) + "/*");
        }
        boolean allowed = names.stream()
                .map(name -> new RequestInfo(verb, true, "", REQUESTS.group(), "*", "signers", "", "", name))
                .anyMatch(info -> authorizer.authorize(request.cluster(), request.user(), info)
                        instanceof Authorizer.Decision.Allowed);
        if (!allowed) {
            throw ApiException.forbidden(
                    REQUESTS,
                    request.shownName(),
                    "user not permitted to " + verb + " requests with signerName \"" + signer + "\"");
        }
    }
}
