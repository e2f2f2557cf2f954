package io.kantoku.supervisor.namespaces;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A vSphere Namespace as vCenter keeps it.
 *
 * @param cluster the vSphere cluster that it is on
 * @param limits the {@code resource_spec}: names of vCenter's API with their numbers
 * @param networks workload networks; empty for the primary one
 * @param vmService what VM Service may use in it
 * @param removing whether it is to go, with everything in it
 */
public record NamespaceSpec(
        String name,
        String cluster,
        String description,
        Map<String, Long> limits,
        List<Access> access,
        List<Storage> storage,
        List<String> networks,
        VmService vmService,
        boolean removing) {
    /**
     * What machines of the namespace may be made from (vCenter 7.0 U2a and later).
     *
     * @param libraries ids of content libraries
     * @param classes names of VM classes
     */
    public record VmService(List<String> libraries, List<String> classes) {
        public static final VmService NONE = new VmService(List.of(), List.of());

        public VmService {
            libraries = List.copyOf(libraries);
            classes = List.copyOf(classes);
        }
    }

    /** Who may do what. */
    public record Access(SubjectType type, String subject, String domain, Role role) {
        public boolean about(SubjectType wantedType, String wantedDomain, String wantedSubject) {
            return type == wantedType && domain.equals(wantedDomain) && subject.equals(wantedSubject);
        }
    }

    /** Users and groups. */
    public enum SubjectType {
        USER,
        GROUP
    }

    /** What can be given: reading, or changing. OWNER counts as EDIT. */
    public enum Role {
        EDIT,
        VIEW,
        OWNER
    }

    /**
     * A storage policy that may be used.
     *
     * @param limitMiB how much; 0 for no limit
     */
    public record Storage(String policy, long limitMiB) {}

    public NamespaceSpec {
        limits = Map.copyOf(limits);
        access = List.copyOf(access);
        storage = List.copyOf(storage);
        networks = List.copyOf(networks);
    }

    public NamespaceSpec withAccess(List<Access> changed) {
        return new NamespaceSpec(name, cluster, description, limits, changed, storage, networks, vmService, removing);
    }

    public NamespaceSpec withNetworks(List<String> chosen) {
        return new NamespaceSpec(name, cluster, description, limits, access, storage, chosen, vmService, removing);
    }

    /** To be removed. */
    NamespaceSpec leaving() {
        return new NamespaceSpec(name, cluster, description, limits, access, storage, networks, vmService, true);
    }

    ObjectNode toJson() {
        ObjectNode json =
                Json.object().put("namespace", name).put("cluster", cluster).put("description", description);
        ObjectNode resources = json.putObject("resource_spec");
        limits.forEach(resources::put);
        accessJson(json.putArray("access_list"));
        storageJson(json.putArray("storage_specs"));
        ArrayNode networkList = json.putArray("networks");
        networks.forEach(networkList::add);
        vmServiceJson(json.putObject("vm_service_spec"));
        return json.put("removing", removing);
    }

    public void vmServiceJson(ObjectNode json) {
        ArrayNode libraries = json.putArray("content_libraries");
        vmService.libraries().forEach(libraries::add);
        ArrayNode classes = json.putArray("vm_classes");
        vmService.classes().forEach(classes::add);
    }

    public void accessJson(ArrayNode array) {
        for (Access entry : access) {
            array.addObject()
                    .put("subject_type", entry.type().name())
                    .put("subject", entry.subject())
                    .put("domain", entry.domain())
                    .put("role", entry.role().name());
        }
    }

    public void storageJson(ArrayNode array) {
        for (Storage entry : storage) {
            ObjectNode node = array.addObject().put("policy", entry.policy());
            if (entry.limitMiB() > 0) {
                node.put("limit", entry.limitMiB());
            }
        }
    }

    static NamespaceSpec of(JsonNode json) {
        Map<String, Long> limits = new LinkedHashMap<>();
        json.path("resource_spec")
                .properties()
                .forEach(entry -> limits.put(entry.getKey(), entry.getValue().asLong()));
        List<Access> access = new ArrayList<>();
        json.path("access_list")
                .forEach(entry -> access.add(new Access(
                        SubjectType.valueOf(entry.path("subject_type").asText()),
                        entry.path("subject").asText(),
                        entry.path("domain").asText(),
                        Role.valueOf(entry.path("role").asText()))));
        List<Storage> storage = new ArrayList<>();
        json.path("storage_specs")
                .forEach(entry -> storage.add(new Storage(
                        entry.path("policy").asText(), entry.path("limit").asLong(0))));
        return new NamespaceSpec(
                json.path("namespace").asText(),
                json.path("cluster").asText(),
                json.path("description").asText(),
                limits,
                access,
                storage,
                texts(json.path("networks")),
                new VmService(
                        texts(json.path("vm_service_spec").path("content_libraries")),
                        texts(json.path("vm_service_spec").path("vm_classes"))),
                json.path("removing").asBoolean());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(entry -> texts.add(entry.asText()));
        return texts;
    }
}
