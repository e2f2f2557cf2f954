package io.kantoku.supervisor.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.Json;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.supervisor.workload.ControlVms;
import io.kantoku.vsphere.DistributedSwitch;
import io.kantoku.vsphere.Network;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.VirtualMachine;
import java.util.HashMap;
import java.util.Map;

/** Switches, networks, machines and virtual IPs, and what leads from one to the other: drawn from what there is. */
final class Topology {
    private final LiveSources.World world;
    private final Sight sight;

    Topology(LiveSources.World world, Sight sight) {
        this.world = world;
        this.sight = sight;
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        ArrayNode nodes = json.putArray("nodes");
        ArrayNode links = json.putArray("links");
        for (DistributedSwitch item : world.inventory().switches()) {
            node(nodes, item.id().toString(), "SWITCH", item.name(), "UP");
        }
        for (Network network : world.inventory().networks()) {
            ObjectNode node = node(nodes, network.id().toString(), "NETWORK", network.name(), "UP");
            if (network instanceof Network.PortGroup group) {
                node.put("vlan", group.vlan());
                link(links, network.id().toString(), group.distributedSwitch().toString());
            }
        }
        Map<String, Map<String, String>> guests = guestLabels();
        Map<String, String> byAddress = new HashMap<>();
        String balancer = "";
        for (VirtualMachine vm : world.inventory().machines().list()) {
            String namespace = LiveForms.namespace(vm);
            if (!sight.into(namespace) && !infrastructure(vm)) {
                continue;
            }
            Map<String, String> labels = guests.getOrDefault(namespace + "/" + vm.name(), Map.of());
            String kind = kind(vm, labels.getOrDefault("capw.vmware.com/cluster.role", ""));
            String guest = labels.getOrDefault("capw.vmware.com/cluster.name", "");
            balancer = kind.equals("LOAD_BALANCER") ? vm.id().toString() : balancer;
            ObjectNode node = node(nodes, vm.id().toString(), kind, vm.name(), state(vm));
            node.put("namespace", namespace).put("guest", guest.isEmpty() ? "" : namespace + "/" + guest);
            ArrayNode addresses = node.putArray("addresses");
            for (Nic nic : vm.spec().nics()) {
                String address = nic.address().address().toString();
                addresses.add(address);
                byAddress.put(address, vm.id().toString());
                link(links, vm.id().toString(), nic.network().toString()).put("address", address);
            }
        }
        virtualIps(nodes, links, byAddress, balancer);
        return json;
    }

    private void virtualIps(ArrayNode nodes, ArrayNode links, Map<String, String> byAddress, String balancer) {
        for (JsonNode vip : world.vips().json(sight).path("addresses")) {
            String address = vip.path("address").asText();
            String id = "vip-" + address;
            if (address.isEmpty() || !vip.has("namespace")) {
                continue;
            }
            String name =
                    vip.path("namespace").asText() + "/" + vip.path("service").asText();
            ObjectNode node = node(nodes, id, "VIP", name, "UP");
            node.put("namespace", vip.path("namespace").asText())
                    .put("service", vip.path("service").asText())
                    .put("purpose", vip.path("purpose").asText())
                    .put("guest", vip.path("guest").asText())
                    .putArray("addresses")
                    .add(address);
            if (!balancer.isEmpty()) {
                link(links, id, balancer).put("address", address);
            }
            vip.path("servers").forEach(server -> {
                String target = byAddress.get(server.path("address").asText());
                if (target != null) {
                    link(links, id, target)
                            .put("address", server.path("address").asText());
                }
            });
        }
    }

    /** Whether everybody may see that it is there: what tenants' clusters stand on. */
    private static boolean infrastructure(VirtualMachine vm) {
        return vm.name().startsWith(ControlVms.NAME_PREFIX) || role(vm).equals("load-balancer");
    }

    private static String role(VirtualMachine vm) {
        return vm.spec().metadata().getOrDefault("role", "");
    }

    private static String kind(VirtualMachine vm, String roleInGuest) {
        if (vm.name().startsWith(ControlVms.NAME_PREFIX)) {
            return "CONTROL_VM";
        }
        if (role(vm).equals("load-balancer")) {
            return "LOAD_BALANCER";
        }
        return switch (roleInGuest) {
            case "controlplane" -> "MASTER";
            case "node" -> "WORKER";
            default -> "VM";
        };
    }

    /** What the Supervisor's VirtualMachines say of themselves, by namespace and name. */
    private Map<String, Map<String, String>> guestLabels() {
        Map<String, Map<String, String>> labels = new HashMap<>();
        if (world.clusters().ids().contains(ClusterId.SUPERVISOR)) {
            KubeClient client = world.clusters().cluster(ClusterId.SUPERVISOR);
            VipReport.list(client, Kinds.VIRTUAL_MACHINES, Query.all())
                    .forEach(vm -> labels.put(vm.namespace() + "/" + vm.name(), vm.labels()));
        }
        return labels;
    }

    private static String state(VirtualMachine vm) {
        if (!vm.isOn()) {
            return "DOWN";
        }
        return switch (vm.guest().state()) {
            case RUNNING -> "UP";
            case BOOTING -> "PENDING";
            case FAILED, NOT_RUNNING -> "DOWN";
        };
    }

    private static ObjectNode node(ArrayNode nodes, String id, String kind, String name, String state) {
        return nodes.addObject()
                .put("id", id)
                .put("kind", kind)
                .put("name", name)
                .put("state", state);
    }

    private static ObjectNode link(ArrayNode links, String from, String to) {
        return links.addObject().put("from", from).put("to", to);
    }
}
