package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.audit.AuditFile;
import io.kantoku.apiserver.audit.AuditPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Where requests to the Kubernetes APIs are taken down.
 *
 * @param log gets an {@code audit.k8s.io/v1} Event in each line
 * @param policy says of which requests, and how much; without one the metadata of all
 */
public record AuditFiles(Path log, Optional<Path> policy) {
    ObjectNode toJson() {
        ObjectNode json = Json.object().put("log", log.toString());
        policy.ifPresent(file -> json.put("policy", file.toString()));
        return json;
    }

    static Optional<AuditFiles> of(JsonNode json) {
        return json.has("log")
                ? Optional.of(new AuditFiles(
                        Path.of(json.path("log").asText()),
                        Optional.of(json.path("policy").asText())
                                .filter(text -> !text.isEmpty())
                                .map(Path::of)))
                : Optional.empty();
    }

    /**
     * Reads the policy.
     *
     * @throws IllegalArgumentException when it is none, with what is wrong
     * @throws IOException when it cannot be read
     */
    public AuditPolicy readPolicy() throws IOException {
        if (policy.isEmpty()) {
            return AuditPolicy.standard();
        }
        try {
            return AuditPolicy.parse(Files.readString(policy.get()));
        } catch (ApiException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    AuditFile open(InstantSource clock) throws IOException {
        return AuditFile.open(log, AuditFile.FULL, AuditFile.KEPT, clock);
    }
}
