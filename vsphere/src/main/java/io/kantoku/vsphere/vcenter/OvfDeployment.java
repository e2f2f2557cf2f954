package io.kantoku.vsphere.vcenter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.net.Ipv4Address;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The body of {@code POST /rest/com/vmware/vcenter/ovf/library-item/id:…?~action=deploy} for a machine (vSphere Automation API 7.0,
 * {@code com.vmware.vcenter.ovf.LibraryItem.ResourcePoolDeploymentSpec}). Pure.
 *
 * <p>The system inside gets its identity through the OVF environment, as cloud-init's data source OVF reads it: {@code instance-id},
 * {@code hostname} and {@code user-data}. That data source has no network configuration, so the addresses of the cards go into the
 * user data ({@link NetworkSetup}).
 */
final class OvfDeployment {
    private OvfDeployment() {}

    /**
     * @param folder the folder in vCenter
     * @param networks the networks of the OVF descriptor, in its order
     */
    static ObjectNode body(VmSpec spec, MoRef folder, List<String> networks) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("target")
                .put("resource_pool_id", spec.placement().resourcePool().toString())
                .put("folder_id", folder.toString());
        ObjectNode deployment = body.putObject("deployment_spec")
                .put("name", spec.name())
                .put("accept_all_EULA", true)
                .put("storage_provisioning", "thin")
                .put("storage_profile_id", spec.placement().storagePolicy().toString());
        ArrayNode mappings = deployment.putArray("network_mappings");
        for (int i = 0; i < networks.size() && i < spec.nics().size(); i++) {
            mappings.addObject()
                    .put("key", networks.get(i))
                    .put("value", spec.nics().get(i).network().toString());
        }
        ArrayNode properties = deployment
                .putArray("additional_parameters")
                .addObject()
                .put("@class", "com.vmware.vcenter.ovf.property_params")
                .put("type", "PropertyParams")
                .putArray("properties");
        environment(spec)
                .forEach((id, value) -> properties
                        .addObject()
                        .put("class_id", "")
                        .put("instance_id", "")
                        .put("id", id)
                        .put("category", "")
                        .put("description", "")
                        .put("label", id)
                        .put("type", "string")
                        .put("ui_optional", true)
                        .put("value", value));
        return body;
    }

    private static Map<String, String> environment(VmSpec spec) {
        byte[] userData = NetworkSetup.into(GuestUserData.of(spec), spec.nics());
        return Map.of(
                "instance-id",
                instanceId(spec),
                "hostname",
                spec.name(),
                "user-data",
                Base64.getEncoder().encodeToString(userData));
    }

    /** Another one for each machine, so that cloud-init does not take a copied disk for one that it has set up. */
    private static String instanceId(VmSpec spec) {
        return spec.name()
                + spec.nics().stream()
                        .map(nic -> "-" + nic.address().address())
                        .map(address -> address.replace('.', '-'))
                        .findFirst()
                        .orElse("");
    }

    /** For messages: where the machine will answer. */
    static List<Ipv4Address> addresses(VmSpec spec) {
        return spec.nics().stream().map(nic -> nic.address().address()).toList();
    }
}
