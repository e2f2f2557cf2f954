package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The environment of a container. Pure but for the {@link References} and files that it looks up. */
final class Environment {
    private final PodFields fields;
    private final References references;
    private final Map<String, Path> volumes;

    /** {@code volumes} says where those of the pod are, by name. */
    Environment(PodFields fields, References references, Map<String, Path> volumes) {
        this.fields = fields;
        this.references = references;
        this.volumes = Map.copyOf(volumes);
    }

    /**
     * Variables of Services first, then of {@code envFrom}, then of {@code env}, each over those before.
     *
     * @param services those of the pod's namespace and the API server's
     * @throws ConfigurationException when something that is not optional is missing
     */
    Map<String, String> of(JsonNode container, List<KubeObject> services) {
        Map<String, String> variables = new LinkedHashMap<>(ofServices(services));
        Map<String, String> own = new LinkedHashMap<>();
        container.path("envFrom").forEach(source -> own.putAll(all(source)));
        for (JsonNode variable : container.path("env")) {
            String name = variable.path("name").asText();
            Map<String, String> known = new LinkedHashMap<>(variables);
            known.putAll(own);
            value(variable, known, container.path("name").asText()).ifPresent(value -> own.put(name, value));
        }
        variables.putAll(own);
        return variables;
    }

    private Map<String, String> all(JsonNode source) {
        String prefix = source.path("prefix").asText();
        JsonNode map = source.path("configMapRef");
        JsonNode secret = source.path("secretRef");
        Map<String, String> data = !map.isMissingNode()
                ? references.configMap(
                        map.path("name").asText(), map.path("optional").asBoolean())
                : references.secret(
                        secret.path("name").asText(), secret.path("optional").asBoolean());
        Map<String, String> prefixed = new LinkedHashMap<>();
        data.forEach((key, value) -> prefixed.put(prefix + key, value));
        return prefixed;
    }

    private Optional<String> value(JsonNode variable, Map<String, String> known, String container) {
        JsonNode from = variable.path("valueFrom");
        if (from.isMissingNode() || from.isNull()) {
            return Optional.of(Expansion.expand(variable.path("value").asText(), known));
        }
        if (from.has("fieldRef")) {
            return Optional.of(
                    fields.field(from.path("fieldRef").path("fieldPath").asText()));
        }
        if (from.has("resourceFieldRef")) {
            return Optional.of(fields.resource(from.path("resourceFieldRef"), container));
        }
        if (from.has("fileKeyRef")) {
            return EnvironmentFile.value(from.path("fileKeyRef"), volumes);
        }
        boolean secret = from.has("secretKeyRef");
        JsonNode reference = from.path(secret ? "secretKeyRef" : "configMapKeyRef");
        String name = reference.path("name").asText();
        String key = reference.path("key").asText();
        boolean optional = reference.path("optional").asBoolean();
        Map<String, String> data = secret ? references.secret(name, optional) : references.configMap(name, optional);
        if (!data.containsKey(key)) {
            if (optional) {
                return Optional.empty();
            }
            throw ConfigurationException.config("couldn't find key " + key + " in "
                    + (secret ? "Secret " : "ConfigMap ") + fields.pod().namespace() + "/" + name);
        }
        return Optional.ofNullable(data.get(key));
    }

    /** The variables that point to Services, as Docker's links once did. */
    static Map<String, String> ofServices(List<KubeObject> services) {
        Map<String, String> variables = new TreeMap<>();
        for (KubeObject service : services) {
            String address = service.text("spec", "clusterIP");
            JsonNode ports = service.at("spec", "ports");
            if (address.isEmpty() || address.equals("None") || ports.isEmpty()) {
                continue;
            }
            String prefix = service.name().toUpperCase(Locale.ROOT).replace('-', '_');
            variables.put(prefix + "_SERVICE_HOST", address);
            variables.put(prefix + "_SERVICE_PORT", ports.get(0).path("port").asText());
            for (JsonNode port : ports) {
                String number = port.path("port").asText();
                String protocol = port.path("protocol").asText("TCP");
                String name = port.path("name").asText();
                if (!name.isEmpty()) {
                    variables.put(
                            prefix + "_SERVICE_PORT_"
                                    + name.toUpperCase(Locale.ROOT).replace('-', '_'),
                            number);
                }
                String url = protocol.toLowerCase(Locale.ROOT) + "://" + address + ":" + number;
                variables.putIfAbsent(prefix + "_PORT", url);
                String link = prefix + "_PORT_" + number + "_" + protocol.toUpperCase(Locale.ROOT);
                variables.put(link, url);
                variables.put(link + "_PROTO", protocol.toLowerCase(Locale.ROOT));
                variables.put(link + "_PORT", number);
                variables.put(link + "_ADDR", address);
            }
        }
        return variables;
    }
}
