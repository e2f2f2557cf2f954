package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersion;
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
    private static final GroupVersionResource RUNTIME_CLASSES =
            GroupVersion.parse("node.k8s.io/v1").resource("runtimeclasses");

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

    /**
     * The handler of the pod's RuntimeClass, {@code ""} when it has none.
     *
     * @throws ConfigurationException when there is no such class
     */
    String runtimeHandler(KubeObject pod) {
        String name = pod.text("spec", "runtimeClassName");
        if (name.isEmpty()) {
            return "";
        }
        try {
            return client.find(RUNTIME_CLASSES, NamespacedName.clusterScoped(name))
                    .map(found -> found.at("handler").asText())
                    .orElseThrow(() -> new ConfigurationException(
                            "FailedCreatePodSandBox",
                            "failed to get sandbox runtime: RuntimeClass.node.k8s.io \"" + name + "\" not found"));
        } catch (ApiException e) {
            throw new ConfigurationException(
                    "FailedCreatePodSandBox", "failed to get sandbox runtime: " + e.getMessage());
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
