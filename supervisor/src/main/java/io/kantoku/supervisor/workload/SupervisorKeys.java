package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.kubelet.boot.ControlPlaneKeys;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.Pem;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * What the Supervisor's control VMs share: their keys, and the token with which the second and third join.
 *
 * @param bootstrapToken never printed
 */
record SupervisorKeys(ControlPlaneKeys controlPlane, String bootstrapToken) {
    private static final String TOKEN_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

    /** New keys; the cluster's authority is vouched for by vCenter's. */
    static SupervisorKeys create(CertificateAuthority vcenter, String name, InstantSource clock) {
        CertificateAuthority authority = vcenter.subordinate(name);
        CertificateAuthority frontProxy =
                CertificateAuthority.create("front-proxy-ca", CertificateAuthority.DEFAULT_VALIDITY, clock);
        KeyPair accounts = Keys.generate();
        return new SupervisorKeys(
                new ControlPlaneKeys(
                        authority.certificatePem(),
                        authority.keyPem(),
                        frontProxy.certificatePem(),
                        frontProxy.keyPem(),
                        Pem.encode(accounts.getPrivate()),
                        Pem.encode(accounts.getPublic())),
                random(6) + "." + random(16));
    }

    ObjectNode toJson() {
        return Json.object()
                .put("ca_certificate", controlPlane.caCertificate())
                .put("ca_key", controlPlane.caKey())
                .put("front_proxy_ca_certificate", controlPlane.frontProxyCaCertificate())
                .put("front_proxy_ca_key", controlPlane.frontProxyCaKey())
                .put("service_account_key", controlPlane.serviceAccountKey())
                .put("service_account_public_key", controlPlane.serviceAccountPublicKey())
                .put("bootstrap_token", bootstrapToken);
    }

    static SupervisorKeys of(JsonNode json) {
        return new SupervisorKeys(
                new ControlPlaneKeys(
                        json.path("ca_certificate").asText(),
                        json.path("ca_key").asText(),
                        json.path("front_proxy_ca_certificate").asText(),
                        json.path("front_proxy_ca_key").asText(),
                        json.path("service_account_key").asText(),
                        json.path("service_account_public_key").asText()),
                json.path("bootstrap_token").asText());
    }

    @Override
    public String toString() {
        return "SupervisorKeys[redacted]";
    }

    private static String random(int length) {
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(TOKEN_ALPHABET.charAt(random.nextInt(TOKEN_ALPHABET.length())));
        }
        return text.toString();
    }
}
