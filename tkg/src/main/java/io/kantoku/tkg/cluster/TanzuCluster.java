package io.kantoku.tkg.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import java.util.ArrayList;
import java.util.List;

/**
 * What a TanzuKubernetesCluster asks for, after defaults and validation.
 *
 * @param version the full version
 * @param controlPlane the masters
 * @param workers the workers
 * @param storage the storage classes that the guest gets
 */
public record TanzuCluster(
        NamespacedName name,
        String uid,
        String version,
        MachinePool controlPlane,
        MachinePool workers,
        GuestNetwork network,
        GuestStorage storage) {

    /** Machines of one kind. */
    public record MachinePool(int count, String vmClass, String storageClass) {
        private static MachinePool of(JsonNode json) {
            return new MachinePool(
                    json.path("count").asInt(),
                    json.path("class").asText(),
                    json.path("storageClass").asText());
        }
    }

    /** The guest's own network. */
    public record GuestNetwork(String cni, String pods, String services, String domain) {}

    /**
     * Which of the namespace's storage classes the guest gets.
     *
     * @param classes empty for all
     * @param defaultClass {@code ""} for none
     */
    public record GuestStorage(List<String> classes, String defaultClass) {
        public GuestStorage {
            classes = List.copyOf(classes);
        }
    }

    public static TanzuCluster of(KubeObject object) {
        JsonNode network = object.at("spec", "settings", "network");
        JsonNode storage = object.at("spec", "settings", "storage");
        List<String> classes = new ArrayList<>();
        storage.path("classes").forEach(name -> classes.add(name.asText()));
        return new TanzuCluster(
                object.namespacedName(),
                object.uid(),
                object.text("spec", "distribution", "fullVersion"),
                MachinePool.of(object.at("spec", "topology", "controlPlane")),
                MachinePool.of(object.at("spec", "topology", "workers")),
                new GuestNetwork(
                        network.path("cni").path("name").asText(TkcDefaults.CNI),
                        network.path("pods").path("cidrBlocks").path(0).asText(TkcDefaults.PODS),
                        network.path("services").path("cidrBlocks").path(0).asText(TkcDefaults.SERVICES),
                        network.path("serviceDomain").asText(TkcDefaults.DOMAIN)),
                new GuestStorage(classes, storage.path("defaultClass").asText("")));
    }

    /** The minor of the version: 18 for v1.18.5+kantoku.1. */
    public int minor() {
        return minor(version);
    }

    /** The minor of a version: 18 for v1.18.5+kantoku.1; 0 for what is no version. */
    public static int minor(String version) {
        String[] parts = version.split("\\.", 3);
        return parts.length > 1 && parts[1].matches("\\d{1,6}") ? Integer.parseInt(parts[1]) : 0;
    }
}
