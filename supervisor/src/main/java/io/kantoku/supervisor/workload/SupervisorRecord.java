package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.UUID;

/**
 * What is kept of an enabled cluster over restarts.
 *
 * @param cluster the vSphere cluster, {@code domain-c8}
 * @param id names the Supervisor in the load balancer's configuration
 * @param specification as it was given, with the password
 * @param version the Kubernetes version that it is to have
 * @param everRunning whether enabling has come to its end once
 * @param removing whether it is to be taken down
 */
record SupervisorRecord(
        String cluster,
        UUID id,
        JsonNode specification,
        SupervisorKeys keys,
        String version,
        boolean everRunning,
        boolean removing) {
    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("cluster", cluster)
                .put("id", id.toString())
                .put("version", version)
                .put("running", everRunning)
                .put("removing", removing);
        json.set("spec", specification);
        json.set("keys", keys.toJson());
        return json;
    }

    static SupervisorRecord of(JsonNode json) {
        return new SupervisorRecord(
                json.path("cluster").asText(),
                UUID.fromString(json.path("id").asText()),
                json.path("spec"),
                SupervisorKeys.of(json.path("keys")),
                json.path("version").asText(SupervisorVersions.FIRST),
                json.path("running").asBoolean(),
                json.path("removing").asBoolean());
    }

    SupervisorRecord running() {
        return new SupervisorRecord(cluster, id, specification, keys, version, true, removing);
    }

    /** To be taken down. */
    SupervisorRecord leaving() {
        return new SupervisorRecord(cluster, id, specification, keys, version, everRunning, true);
    }

    SupervisorRecord with(JsonNode changedSpecification) {
        return new SupervisorRecord(cluster, id, changedSpecification, keys, version, everRunning, removing);
    }

    /** To have another version. */
    SupervisorRecord upgradedTo(String newer) {
        return new SupervisorRecord(cluster, id, specification, keys, newer, everRunning, removing);
    }

    @Override
    public String toString() {
        return "SupervisorRecord[" + cluster + " " + id + "]";
    }
}
