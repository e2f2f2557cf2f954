package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.ControlVms;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.supervisor.workload.WorkloadManagement.Enabled;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * {@code …/software}: versions of Supervisors. There is one version of Supervisors in a build of Kantoku, so that none can be
 * upgraded to: a new build brings its own.
 */
public final class SoftwareOperations implements Operations {
    private static final String BASE = "/api/vcenter/namespace-management/software";
    private static final String UPGRADE = "Namespaces.Upgrade";

    private final WorkloadManagement workload;
    private final Inventory inventory;

    public SoftwareOperations(WorkloadManagement workload, Inventory inventory) {
        this.workload = workload;
        this.inventory = inventory;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", BASE + "/clusters", this::list);
        routes.add("GET", BASE + "/clusters/{cluster}", this::get);
        routes.add("POST", BASE + "/clusters/{cluster}", "upgrade", this::upgrade);
        routes.add("POST", BASE + "/clusters", "upgradeMultiple", this::upgradeMultiple);
        routes.add("GET", BASE + "/cluster-available-versions", this::versions);
        routes.add(
                "GET",
                "/api/vcenter/namespace-management/supervisor-services",
                _ -> Optional.of(Json.mapper().createArrayNode())); // of 7.0 U3 and later; there are none here
    }

    private Optional<JsonNode> list(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        workload.list().forEach(enabled -> array.add(summary(enabled)));
        return Optional.of(array);
    }

    private Optional<JsonNode> get(Call call) {
        ObjectNode json = summary(enabled(call.path("cluster")));
        json.putArray("messages");
        return Optional.of(json);
    }

    private Optional<JsonNode> upgrade(Call call) throws IOException {
        call.requireAdministrator(UPGRADE);
        enabled(call.path("cluster"));
        throw unavailable(call.body());
    }

    /** Tells of each cluster why it was not begun. */
    private Optional<JsonNode> upgradeMultiple(Call call) throws IOException {
        call.requireAdministrator(UPGRADE);
        ObjectNode results = Json.object();
        for (Map.Entry<String, JsonNode> entry : call.body().path("specs").properties()) {
            VapiException refused;
            try {
                enabled(entry.getKey());
                refused = unavailable(entry.getValue());
            } catch (VapiException e) {
                refused = e;
            }
            results.putObject(entry.getKey()).put("result", "REJECTED").set("exception", Json.parse(refused.apiBody()));
        }
        return Optional.of(results);
    }

    private static VapiException unavailable(JsonNode spec) {
        String wanted = spec.path("desired_version").asText();
        if (wanted.isEmpty()) {
            return VapiException.invalid("desired_version: is required");
        }
        return VapiException.invalid("desired_version: '" + wanted + "' is not available; the Supervisor has "
                + ControlVms.VERSION + ", which is the newest of this build");
    }

    private Optional<JsonNode> versions(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        array.addObject()
                .put("version", ControlVms.VERSION)
                .put("name", ControlVms.VERSION)
                .put("description", "The version that comes with this build of Kantoku")
                .put("release_date", "2026-11-01T00:00:00Z")
                .put("release_notes", "");
        return Optional.of(array);
    }

    private ObjectNode summary(Enabled enabled) {
        ObjectNode json = Json.object()
                .put("cluster", enabled.cluster())
                .put(
                        "cluster_name",
                        inventory.cluster(MoRef.parse(enabled.cluster())).name())
                .put("current_version", ControlVms.VERSION)
                .put(
                        "state",
                        switch (enabled.status().state()) {
                            case RUNNING -> "READY";
                            case CONFIGURING, REMOVING -> "PENDING";
                            case ERROR -> "ERROR";
                        });
        json.putArray("available_versions");
        return json;
    }

    private Enabled enabled(String cluster) {
        return workload.find(cluster)
                .orElseThrow(() -> VapiException.of(
                        VapiError.UNSUPPORTED,
                        "com.vmware.vapi.std.errors.unsupported",
                        "cluster " + cluster + " is not enabled for Workload Management"));
    }
}
