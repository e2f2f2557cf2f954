package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What pods of one namespace refer to, read from the API when it is asked for. */
final class References {
    private final KubeClient client;
    private final String namespace;

    References(KubeClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** The text entries of a ConfigMap; none when it is missing and that is allowed. */
    Map<String, String> configMap(String name, boolean optional) {
        return texts(configMapFiles(name, optional).orElse(Map.of()));
    }

    Map<String, String> secret(String name, boolean optional) {
        return texts(secretFiles(name, optional).orElse(Map.of()));
    }

    /** All entries of a ConfigMap as files; empty when it is missing and that is allowed. */
    Optional<Map<String, byte[]>> configMapFiles(String name, boolean optional) {
        return read(Resources.CONFIG_MAPS, "configmap", name, optional).map(map -> {
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : map.at("data").properties()) {
                files.put(entry.getKey(), entry.getValue().asText().getBytes(StandardCharsets.UTF_8));
            }
            files.putAll(decoded(map.at("binaryData")));
            return files;
        });
    }

    Optional<Map<String, byte[]>> secretFiles(String name, boolean optional) {
        return read(Resources.SECRETS, "secret", name, optional).map(secret -> decoded(secret.at("data")));
    }

    private static Map<String, byte[]> decoded(JsonNode data) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : data.properties()) {
            files.put(
                    entry.getKey(), Base64.getDecoder().decode(entry.getValue().asText()));
        }
        return files;
    }

    private Optional<KubeObject> read(GroupVersionResource resource, String kind, String name, boolean optional) {
        try {
            Optional<KubeObject> found = client.find(resource, new NamespacedName(namespace, name));
            if (found.isEmpty() && !optional) {
                throw ConfigurationException.config(kind + " \"" + name + "\" not found");
            }
            return found;
        } catch (ApiException e) {
            throw ConfigurationException.config(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> texts(Map<String, byte[]> files) {
        Map<String, String> texts = new LinkedHashMap<>();
        files.forEach((key, value) -> texts.put(key, new String(value, StandardCharsets.UTF_8)));
        return texts;
    }

    KubeClient client() {
        return client;
    }

    String namespace() {
        return namespace;
    }
}
