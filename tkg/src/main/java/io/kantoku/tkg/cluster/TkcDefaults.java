package io.kantoku.tkg.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.library.ReleaseVersion;
import io.kantoku.vsphere.net.Cidr;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * @param old the present object, whose values are kept where the new one says nothing; null on create
     * @param cni the CNI of clusters that name none
     * @param releases those that clusters can be made of
     * @param warnings gets a sentence for each value that was changed
     */
    public static void apply(
            ObjectNode object,
            @Nullable ObjectNode old,
            String cni,
            Collection<ReleaseVersion> releases,
            List<String> warnings) {
        if (!(object.path("spec") instanceof ObjectNode spec)) {
            return;
        }
        JsonNode before = old == null ? MissingNode.getInstance() : old.path("spec");
        keep(spec, before.path("distribution"), "distribution", "fullVersion", true);
        for (String field : List.of("cni", "pods", "services", "serviceDomain")) {
            keep(spec, before.path("settings").path("network"), "settings", field, false);
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
        if (isObjectOrAbsent(network, "cni")
                && network.path("cni").path("name").asText("").isEmpty()) {
            network.withObjectProperty("cni").put("name", cni);
        }
        blocks(network, "pods", PODS, warnings);
        blocks(network, "services", SERVICES, warnings);
        if (network.path("serviceDomain").asText("").isEmpty()) {
            network.put("serviceDomain", DOMAIN);
        }
    }

    /** Takes a member from the present object when the new one does not have it at all. */
    private static void keep(ObjectNode spec, JsonNode before, String parent, String field, boolean version) {
        JsonNode value = before.path(field);
        if (value.isMissingNode() || value.isNull() || !isObjectOrAbsent(spec, parent)) {
            return;
        }
        ObjectNode holder = spec.withObjectProperty(parent);
        if (version) {
            boolean sameHint = holder.path("version")
                    .asText("")
                    .equals(before.path("version").asText(""));
            if (!holder.has(field) && sameHint) {
                holder.set(field, value.deepCopy());
            }
        } else if (isObjectOrAbsent(holder, "network")
                && !holder.withObjectProperty("network").hasNonNull(field)) {
            holder.withObjectProperty("network").set(field, value.deepCopy());
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
        if (present.isMissingNode() || present.isNull() || (present.isArray() && present.isEmpty())) {
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
