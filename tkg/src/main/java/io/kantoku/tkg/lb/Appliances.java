package io.kantoku.tkg.lb;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.PkiException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads where the appliances are from a HAProxyLoadBalancerConfig and its Secret. Pure. */
final class Appliances {
    private static final int DEFAULT_PORT = 5556;

    private Appliances() {}

    /**
     * The endpoints.
     *
     * @throws IllegalArgumentException saying which field is wrong
     */
    static List<DataPlaneEndpoint> endpoints(KubeObject config, KubeObject secret, NetworkStack network) {
        List<X509Certificate> authorities;
        try {
            authorities = Pem.certificates(value(secret, "certificateAuthorityData"));
        } catch (PkiException e) {
            throw new IllegalArgumentException(
                    "certificateAuthorityData of Secret " + secret.namespacedName() + ": " + e.getMessage(), e);
        }
        List<DataPlaneEndpoint> endpoints = new ArrayList<>();
        for (JsonNode url : config.at("spec", "endPointURLs")) {
            URI uri = URI.create(url.asText());
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("spec.endPointURLs of HAProxyLoadBalancerConfig " + config.name()
                        + ": '" + url.asText() + "' is not of the form https://host:5556/v2");
            }
            endpoints.add(new DataPlaneEndpoint(
                    uri.getHost(),
                    uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                    authorities,
                    value(secret, "username"),
                    value(secret, "password"),
                    network));
        }
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException(
                    "spec.endPointURLs of HAProxyLoadBalancerConfig " + config.name() + " is empty");
        }
        return endpoints;
    }

    private static String value(KubeObject secret, String key) {
        return new String(Base64.getDecoder().decode(secret.text("data", key)), StandardCharsets.UTF_8);
    }
}
