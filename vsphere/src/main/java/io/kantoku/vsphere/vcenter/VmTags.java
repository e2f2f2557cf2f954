package io.kantoku.vsphere.vcenter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.MoRef;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The tag that marks our machines, so that they are known as ours whatever somebody names them or wherever they are moved. */
final class VmTags {
    private static final String TAGGING = "/rest/com/vmware/cis/tagging/";
    private static final String CATEGORY = "kantoku";

    private final VcenterSession vcenter;
    private final String tag;

    private VmTags(VcenterSession vcenter, String tag) {
        this.vcenter = vcenter;
        this.tag = tag;
    }

    /** With the tag of that name, which is made when there is none. */
    static VmTags open(VcenterSession vcenter, String name) {
        String category = find(vcenter, "category", CATEGORY, Optional.empty()).orElseGet(() -> {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            ObjectNode spec = body.putObject("create_spec")
                    .put("name", CATEGORY)
                    .put("description", "Machines of Kantoku")
                    .put("cardinality", "MULTIPLE");
            spec.putArray("associable_types").add("VirtualMachine");
            return vcenter.post(TAGGING + "category", body).asText();
        });
        String tag = find(vcenter, "tag", name, Optional.of(category)).orElseGet(() -> {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putObject("create_spec")
                    .put("name", name)
                    .put("description", "Machines of one Kantoku")
                    .put("category_id", category);
            return vcenter.post(TAGGING + "tag", body).asText();
        });
        return new VmTags(vcenter, tag);
    }

    private static Optional<String> find(VcenterSession vcenter, String kind, String name, Optional<String> category) {
        for (JsonNode id : vcenter.get(TAGGING + kind)) {
            JsonNode found = vcenter.get(TAGGING + kind + "/id:" + id.asText());
            boolean inside =
                    category.isEmpty() || found.path("category_id").asText().equals(category.get());
            if (inside && found.path("name").asText().equals(name)) {
                return Optional.of(id.asText());
            }
        }
        return Optional.empty();
    }

    void attach(MoRef vm) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("object_id").put("type", "VirtualMachine").put("id", vm.toString());
        vcenter.post(TAGGING + "tag-association/id:" + tag + "?~action=attach", body);
    }

    /** The ids of all machines that have the tag. */
    Set<String> tagged() {
        Set<String> ids = new HashSet<>();
        vcenter.post(
                        TAGGING + "tag-association/id:" + tag + "?~action=list-attached-objects",
                        JsonNodeFactory.instance.objectNode())
                .forEach(object -> {
                    if (object.path("type").asText().equals("VirtualMachine")) {
                        ids.add(object.path("id").asText());
                    }
                });
        return ids;
    }
}
