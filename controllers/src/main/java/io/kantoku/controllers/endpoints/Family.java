package io.kantoku.controllers.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.util.ArrayList;
import java.util.List;

/** An IP family, named as in {@code addressType}. */
enum Family {
    IPv4,
    IPv6;

    /** The families of a Service, at least one. */
    static List<Family> of(KubeObject service) {
        List<Family> families = new ArrayList<>();
        for (JsonNode family : service.at("spec", "ipFamilies")) {
            families.add(family.asText().equals("IPv6") ? IPv6 : IPv4);
        }
        if (families.isEmpty()) {
            families.add(ofAddress(service.text("spec", "clusterIP")));
        }
        return families;
    }

    static Family ofAddress(String address) {
        return address.indexOf(':') >= 0 ? IPv6 : IPv4;
    }

    /** The pod's first address of this family, {@code ""} when it has none. */
    String address(KubeObject pod) {
        for (JsonNode ip : pod.at("status", "podIPs")) {
            if (ofAddress(ip.path("ip").asText()) == this) {
                return ip.path("ip").asText();
            }
        }
        String only = pod.text("status", "podIP");
        return !only.isEmpty() && ofAddress(only) == this ? only : "";
    }
}
