package io.kantoku.supervisor.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Json;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.Datacenter;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Network;
import io.kantoku.vsphere.library.ContentLibrary;
import io.kantoku.vsphere.library.LibraryItem;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads of the inventory, under {@code /rest/vcenter} and {@code /api/vcenter}, and of the content libraries. */
public final class InventoryOperations implements Operations {
    private final Inventory inventory;

    public InventoryOperations(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public void addTo(Routes routes) {
        for (String base : List.of("/rest/vcenter", "/api/vcenter")) {
            routes.add(
                    "GET",
                    base + "/datacenter",
                    call -> list(
                            call,
                            "datacenters",
                            inventory.datacenters(),
                            item -> Json.object()
                                    .put("datacenter", item.id().toString())
                                    .put("name", item.name())));
            routes.add(
                    "GET",
                    base + "/cluster",
                    call -> list(
                            call,
                            "clusters",
                            inventory.clusters(),
                            item -> Json.object()
                                    .put("cluster", item.id().toString())
                                    .put("name", item.name())
                                    .put("ha_enabled", item.haEnabled())
                                    .put("drs_enabled", item.drsEnabled())));
            routes.add("GET", base + "/cluster/{cluster}", this::cluster);
            routes.add("GET", base + "/datacenter/{datacenter}", this::datacenter);
            routes.add(
                    "GET",
                    base + "/host",
                    call -> list(
                            call,
                            "hosts",
                            inventory.hosts().stream()
                                    .filter(host -> matches(
                                            call, "clusters", host.cluster().toString()))
                                    .toList(),
                            item -> Json.object()
                                    .put("host", item.id().toString())
                                    .put("name", item.name())
                                    .put("connection_state", item.connection().name())
                                    .put("power_state", "POWERED_ON")));
            routes.add(
                    "GET",
                    base + "/network",
                    call -> list(
                            call,
                            "networks",
                            inventory.networks(),
                            item -> Json.object()
                                    .put("network", item.id().toString())
                                    .put("name", item.name())
                                    .put("type", type(item))));
            routes.add(
                    "GET",
                    base + "/datastore",
                    call -> list(
                            call,
                            "datastores",
                            inventory.datastores(),
                            item -> Json.object()
                                    .put("datastore", item.id().toString())
                                    .put("name", item.name())
                                    .put("type", item.type())
                                    .put("free_space", item.freeMiB() << 20)
                                    .put("capacity", item.capacityMiB() << 20)));
            routes.add(
                    "GET",
                    base + "/folder",
                    call -> list(
                            call,
                            "folders",
                            inventory.folders().list(),
                            item -> Json.object()
                                    .put("folder", item.id().toString())
                                    .put("name", item.name())
                                    .put("type", "VIRTUAL_MACHINE")));
            routes.add(
                    "GET",
                    base + "/resource-pool",
                    call -> list(
                            call,
                            "resource_pools",
                            inventory.resourcePools().list(),
                            item -> Json.object()
                                    .put("resource_pool", item.id().toString())
                                    .put("name", item.name())));
            routes.add(
                    "GET",
                    base + "/storage/policies",
                    call -> list(
                            call,
                            "policies",
                            inventory.storagePolicies(),
                            item -> Json.object()
                                    .put("policy", item.id().toString())
                                    .put("name", item.name())
                                    .put("description", item.description())));
        }
        libraries(routes);
    }

    private static String type(Network network) {
        return switch (network) {
            case Network.PortGroup _ -> "DISTRIBUTED_PORTGROUP";
            case Network.Standard _ -> "STANDARD_PORTGROUP";
        };
    }

    private void libraries(Routes routes) {
        for (String base : List.of("/rest/com/vmware/content", "/api/content")) {
            routes.add(
                    "GET",
                    base + "/library",
                    _ -> ids(into -> inventory
                            .libraries()
                            .list()
                            .forEach(library -> into.add(library.id().toString()))));
            for (String form : List.of("/library/id:{library}", "/library/{library}")) {
                routes.add("GET", base + form, call -> Optional.of(library(library(call.path("library")))));
            }
            routes.add("POST", base + "/library", "find", this::findLibrary);
            routes.add("POST", base + "/library/item", "find", this::findItem);
            for (ContentLibrary.Type type : ContentLibrary.Type.values()) {
                String typed = base + "/" + type.name().toLowerCase(Locale.ROOT) + "-library";
                routes.add(
                        "GET",
                        typed,
                        _ -> ids(into -> inventory.libraries().list().stream()
                                .filter(library -> library.type() == type)
                                .forEach(library -> into.add(library.id().toString()))));
                for (String form : List.of("/id:{library}", "/{library}")) {
                    routes.add("GET", typed + form, call -> Optional.of(library(typed(call.path("library"), type))));
                }
            }
            routes.add("GET", base + "/library/item", call -> {
                ContentLibrary library = library(call.query("library_id"));
                return ids(into -> inventory
                        .libraries()
                        .items(library.id())
                        .forEach(item -> into.add(item.id().toString())));
            });
            for (String form : List.of("/library/item/id:{item}", "/library/item/{item}")) {
                routes.add("GET", base + form, call -> Optional.of(item(call.path("item"))));
            }
        }
    }

    private Optional<JsonNode> datacenter(Call call) {
        Datacenter datacenter = inventory.datacenter(MoRef.parse(call.path("datacenter")));
        return Optional.of(Json.object()
                .put("name", datacenter.name())
                .put("vm_folder", datacenter.vmFolder().toString()));
    }

    private Optional<JsonNode> cluster(Call call) {
        ComputeCluster cluster = inventory.cluster(MoRef.parse(call.path("cluster")));
        return Optional.of(Json.object()
                .put("name", cluster.name())
                .put("resource_pool", cluster.resourcePool().toString()));
    }

    /** By name, in whatever case, and type; what is left out matches all. */
    private Optional<JsonNode> findLibrary(Call call) throws IOException {
        JsonNode spec = call.body().path("spec");
        return ids(into -> inventory.libraries().list().stream()
                .filter(library -> isLike(spec, "name", library.name())
                        && isLike(spec, "type", library.type().name()))
                .forEach(library -> into.add(library.id().toString())));
    }

    private static boolean isLike(JsonNode spec, String field, String value) {
        String wanted = spec.path(field).asText("");
        return wanted.isEmpty() || wanted.equalsIgnoreCase(value);
    }

    private Optional<JsonNode> findItem(Call call) throws IOException {
        JsonNode spec = call.body().path("spec");
        return ids(into -> inventory.libraries().list().stream()
                .filter(library -> isLike(spec, "library_id", library.id().toString()))
                .flatMap(library -> inventory.libraries().items(library.id()).stream())
                .filter(item -> isLike(spec, "name", item.name())
                        && isLike(spec, "type", item.type())
                        && isLike(spec, "cached", String.valueOf(item.cached())))
                .forEach(item -> into.add(item.id().toString())));
    }

    private ContentLibrary typed(String id, ContentLibrary.Type type) {
        ContentLibrary library = library(id);
        if (library.type() != type) {
            throw VapiException.notFound(type.name().toLowerCase(Locale.ROOT) + " content library", id);
        }
        return library;
    }

    private ContentLibrary library(String id) {
        return inventory.libraries().list().stream()
                .filter(library -> library.id().toString().equals(id))
                .findFirst()
                .orElseThrow(() -> VapiException.notFound("content library", id));
    }

    private static ObjectNode library(ContentLibrary library) {
        ObjectNode json = Json.object()
                .put("id", library.id().toString())
                .put("name", library.name())
                .put("type", library.type().name());
        json.putArray("storage_backings").addObject().put("type", "DATASTORE");
        if (!library.subscriptionUrl().isEmpty()) {
            json.putObject("subscription_info")
                    .put("subscription_url", library.subscriptionUrl())
                    .put("on_demand", true)
                    .put("automatic_sync_enabled", true)
                    .put("authentication_method", "NONE");
        }
        return json;
    }

    private ObjectNode item(String id) {
        for (ContentLibrary library : inventory.libraries().list()) {
            for (LibraryItem item : inventory.libraries().items(library.id())) {
                if (item.id().equals(uuid(id))) {
                    return Json.object()
                            .put("id", id)
                            .put("library_id", library.id().toString())
                            .put("name", item.name())
                            .put("type", item.type())
                            .put("version", item.version())
                            .put("size", item.sizeBytes())
                            .put("cached", item.cached());
                }
            }
        }
        throw VapiException.notFound("library item", id);
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw VapiException.notFound("library item", id);
        }
    }

    private static Optional<JsonNode> ids(Consumer<ArrayNode> fill) {
        ArrayNode array = Json.mapper().createArrayNode();
        fill.accept(array);
        return Optional.of(array);
    }

    /** Whether a filter, if it is there, has the value. */
    private static boolean matches(Call call, String filter, String value) {
        List<String> values = call.filter(filter);
        return values.isEmpty() || values.contains(value);
    }

    private boolean isInDatacenters(Call call) {
        return inventory.datacenters().stream()
                .anyMatch(datacenter ->
                        matches(call, "datacenters", datacenter.id().toString()));
    }

    /** A list, filtered by names, types, states and ids ({@code filter.clusters} and the like), and by where things are. */
    private <T> Optional<JsonNode> list(Call call, String idFilter, List<T> items, Function<T, ObjectNode> form) {
        ArrayNode array = Json.mapper().createArrayNode();
        for (T item : isInDatacenters(call) ? items : List.<T>of()) {
            ObjectNode json = form.apply(item);
            String id = json.properties().iterator().next().getValue().asText();
            String type = json.path("type").asText();
            if (matches(call, "names", json.path("name").asText())
                    && matches(call, "types", type)
                    && matches(call, "type", type)
                    && matches(
                            call,
                            "connection_states",
                            json.path("connection_state").asText())
                    && matches(call, idFilter, id)) {
                array.add(json);
            }
        }
        return Optional.of(array);
    }
}
