package io.kantoku.tkg.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.library.ReleaseVersion;
import io.kantoku.vsphere.net.Cidr;
import java.util.Collection;
import java.util.List;

/** Writes what a TanzuKubernetesCluster leaves open into its spec. Pure. */
public final class TkcDefaults {
    public static final String CNI = "antrea";
    public static final String PODS = "192.168.0.0/16";
    public static final String SERVICES = "10.96.0.0/12";
    public static final String DOMAIN = "cluster.local";

    private TkcDefaults() {}

    /**
     * Fills in the spec.
     *
     * @param cni the CNI of clusters that name none
     * @param releases those that clusters can be made of
     * @param warnings gets a sentence for each value that was changed
     */
    public static void apply(
            ObjectNode object, String cni, Collection<ReleaseVersion> releases, List<String> warnings) {
        if (!(object.path("spec") instanceof ObjectNode spec)) {
            return;
        }
        distribution(spec, releases);
        if (!isObjectOrAbsent(spec, "settings")) {
            return;
        }
        ObjectNode settings = spec.withObjectProperty("settings");
        if (!isObjectOrAbsent(settings, "network")) {
            return;
        }
        ObjectNode network = settings.withObjectProperty("network");
        if (isObjectOrAbsent(network, "cni") && network.path("cni").path("name").asText("").isEmpty()) {
            network.withObjectProperty("cni").put("name", cni);
        }
        blocks(network, "pods", PODS, warnings);
        blocks(network, "services", SERVICES, warnings);
        if (network.path("serviceDomain").asText("").isEmpty()) {
            network.put("serviceDomain", DOMAIN);
        }
    }

    private static void distribution(ObjectNode spec, Collection<ReleaseVersion> releases) {
        if (!(spec.path("distribution") instanceof ObjectNode distribution)) {
            return;
        }
        String hint = distribution.path("version").asText("");
        String full = distribution.path("fullVersion").isNull()
                ? ""
                : distribution.path("fullVersion").asText("");
        if (full.isEmpty() && !hint.isEmpty() && !distribution.path("version").isNull()) {
            ReleaseVersion.newest(hint, releases)
                    .ifPresent(release -> distribution.put("fullVersion", release.toString()));
        }
        // Both keys are always there in what is stored.
        for (String key : List.of("version", "fullVersion")) {
            if (!distribution.hasNonNull(key)) {
                distribution.put(key, "");
            }
        }
    }

    private static void blocks(ObjectNode network, String field, String absent, List<String> warnings) {
        if (!isObjectOrAbsent(network, field)) {
            return;
        }
        ObjectNode holder = network.withObjectProperty(field);
        JsonNode present = holder.path("cidrBlocks");
        if (present.isMissingNode() || present.isNull() || present.isArray() && present.isEmpty()) {
            holder.putArray("cidrBlocks").add(absent);
            return;
        }
        if (present instanceof ArrayNode blocks) {
            for (int i = 0; i < blocks.size(); i++) {
                String given = blocks.get(i).asText();
                String masked = masked(given);
                if (!masked.equals(given)) {
                    blocks.set(i, masked);
                    warnings.add("spec.settings.network." + field + ".cidrBlocks[" + i + "]: " + given
                            + " has bits beyond its prefix; the block is " + masked);
                }
            }
        }
    }

    /** The block without host bits; what is no block stays as it is, for validation to refuse. */
    private static String masked(String block) {
        try {
            return Cidr.parseMasked(block).toString();
        } catch (IllegalArgumentException e) {
            return block;
        }
    }

    private static boolean isObjectOrAbsent(ObjectNode parent, String field) {
        JsonNode node = parent.path(field);
        if (node.isNull()) {
            parent.remove(field);
            return true;
        }
        return node.isMissingNode() || node.isObject();
    }
}
