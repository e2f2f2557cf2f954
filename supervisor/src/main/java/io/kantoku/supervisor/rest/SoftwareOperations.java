package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.SupervisorVersions;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.supervisor.workload.WorkloadManagement.Enabled;
import io.kantoku.supervisor.workload.WorkloadManagement.Software;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** {@code …/software}: versions of Supervisors, and upgrades from one minor to the next. */
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
        workload.list().forEach(enabled -> array.add(summary(enabled, workload.software(enabled.cluster()))));
        return Optional.of(array);
    }

    private Optional<JsonNode> get(Call call) {
        Enabled enabled = enabled(call.path("cluster"));
        Software software = workload.software(enabled.cluster());
        ObjectNode json = summary(enabled, software);
        json.putArray("messages");
        if (software.upgrading()) {
            ObjectNode status = json.putObject("upgrade_status").put("desired_version", software.desired());
            status.putArray("messages");
            ObjectNode progress =
                    status.putObject("progress").put("total", software.total()).put("completed", software.completed());
            LocalizableMessage.of("io.kantoku.wcp.upgrade", enabled.status().message())
                    .writeTo(progress.putObject("message"));
        }
        return Optional.of(json);
    }

    private Optional<JsonNode> upgrade(Call call) throws IOException {
        call.require(UPGRADE);
        upgrade(call.path("cluster"), call.body());
        return Optional.empty();
    }

    /** Tells of each cluster whether it was begun, or why not. */
    private Optional<JsonNode> upgradeMultiple(Call call) throws IOException {
        call.require(UPGRADE);
        ObjectNode results = Json.object();
        for (Map.Entry<String, JsonNode> entry : call.body().path("specs").properties()) {
            ObjectNode result = results.putObject(entry.getKey());
            try {
                upgrade(entry.getKey(), entry.getValue());
                result.put("result", "STARTED");
            } catch (VapiException e) {
                result.put("result", "REJECTED").set("exception", Json.parse(e.apiBody()));
            }
        }
        return Optional.of(results);
    }

    private void upgrade(String cluster, JsonNode spec) {
        enabled(cluster);
        String wanted = spec.path("desired_version").asText("");
        if (wanted.isEmpty()) {
            throw VapiException.invalid("desired_version: is required");
        }
        workload.upgrade(cluster, wanted);
    }

    private Optional<JsonNode> versions(Call call) {
        ArrayNode array = Json.mapper().createArrayNode();
        for (String version : SupervisorVersions.all()) {
            array.addObject()
                    .put("version", version)
                    .put("name", version)
                    .put("description", "Supervisor with Kubernetes " + version)
                    .put("release_date", "2026-11-01T00:00:00Z")
                    .put("release_notes", "");
        }
        return Optional.of(array);
    }

    private ObjectNode summary(Enabled enabled, Software software) {
        ObjectNode json = Json.object()
                .put("cluster", enabled.cluster())
                .put(
                        "cluster_name",
                        inventory.cluster(MoRef.parse(enabled.cluster())).name())
                .put("current_version", software.current())
                .put(
                        "state",
                        switch (enabled.status().state()) {
                            case RUNNING -> software.upgrading() ? "PENDING" : "READY";
                            case CONFIGURING, REMOVING -> "PENDING";
                            case ERROR -> "ERROR";
                        });
        ArrayNode available = json.putArray("available_versions");
        if (software.upgrading()) {
            json.put("desired_version", software.desired());
        } else {
            SupervisorVersions.upgradesOf(software.current()).forEach(available::add);
        }
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
