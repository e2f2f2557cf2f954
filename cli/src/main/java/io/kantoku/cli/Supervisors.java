package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Where vCenter's API has a vSphere cluster's Supervisor. */
final class Supervisors {
    static final String CLUSTERS = "/api/vcenter/namespace-management/clusters";

    private Supervisors() {}

    /** The path of the Supervisor of the cluster of that name, enabled or not. */
    static String path(VcenterClient vcenter, String cluster) {
        return CLUSTERS + "/" + id(vcenter, cluster);
    }

    /** The cluster's id. */
    static String id(VcenterClient vcenter, String cluster) {
        for (JsonNode candidate : vcenter.get("/api/vcenter/cluster")) {
            if (candidate.path("name").asText().equals(cluster)) {
                return candidate.path("cluster").asText();
            }
        }
        throw CliException.failed("vCenter has no cluster named " + cluster);
    }
}
