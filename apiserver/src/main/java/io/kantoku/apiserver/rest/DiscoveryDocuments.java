package io.kantoku.apiserver.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ServedTypes;
import io.kantoku.apiserver.registry.Subresource;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/** The discovery documents of one set of types, made when they are first asked for. */
final class DiscoveryDocuments {
    private final ServedTypes types;
    private final Map<String, TaggedDocument> aggregated = new ConcurrentHashMap<>();

    DiscoveryDocuments(ServedTypes types) {
        this.types = types;
    }

    /** {@code /api}. */
    ObjectNode coreVersions(InetSocketAddress local) {
        ObjectNode json = Json.object();
        json.put("kind", "APIVersions");
        json.putArray("versions").add("v1");
        json.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", local.getHostString() + ":" + local.getPort());
        return json;
    }

    /** {@code /apis}. */
    ObjectNode groups() {
        ObjectNode json = Json.object();
        json.put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = json.putArray("groups");
        types.groups().stream()
                .filter(group -> !group.isEmpty())
                .forEach(group -> fillGroup(groups.addObject(), group));
        return json;
    }

    /** {@code /apis/<group>}. */
    ObjectNode group(String group) {
        ObjectNode json = Json.object();
        json.put("kind", "APIGroup").put("apiVersion", "v1");
        fillGroup(json, group);
        return json;
    }

    private void fillGroup(ObjectNode json, String group) {
        json.put("name", group);
        ArrayNode versions = json.putArray("versions");
        List<String> served = types.versions(group);
        served.forEach(version -> versions.addObject()
                .put("groupVersion", new GroupVersion(group, version).toString())
                .put("version", version));
        json.putObject("preferredVersion")
                .put("groupVersion", new GroupVersion(group, served.getFirst()).toString())
                .put("version", served.getFirst());
    }

    /** {@code /api/v1} and {@code /apis/<group>/<version>}. */
    ObjectNode resources(GroupVersion version) {
        ObjectNode json = Json.object();
        json.put("kind", "APIResourceList");
        if (!version.group().isEmpty()) {
            json.put("apiVersion", "v1");
        }
        json.put("groupVersion", version.toString());
        ArrayNode resources = json.putArray("resources");
        for (ResourceType type : types.in(version)) {
            ObjectNode resource = resources.addObject();
            resource.put("name", type.name().resource());
            resource.put("singularName", type.singular());
            resource.put("namespaced", type.namespaced());
            resource.put("kind", type.kind());
            strings(resource, "verbs", type.verbs());
            names(resource, type);
            if (type.verbs().contains("list")) {
                resource.put("storageVersionHash", storageVersionHash(type));
            }
            for (Subresource sub : type.subresourcesIn(version.version())) {
                ObjectNode part = resources.addObject();
                part.put("name", type.name().resource() + "/" + sub.name());
                part.put("singularName", "");
                part.put("namespaced", type.namespaced());
                boolean own = sub.kind().equals(type.kindIn(type.storageVersion()));
                if (!own && !sub.kind().groupVersion().equals(version)) {
                    part.put("group", sub.kind().group());
                    part.put("version", sub.kind().version());
                }
                part.put("kind", sub.kind().kind());
                strings(part, "verbs", sub.verbs());
            }
        }
        return json;
    }

    private static void names(ObjectNode resource, ResourceType type) {
        if (!type.shortNames().isEmpty()) {
            strings(resource, "shortNames", type.shortNames());
        }
        if (!type.categories().isEmpty()) {
            strings(resource, "categories", type.categories());
        }
    }

    /** Changes when objects are stored in another version; clients only compare it. */
    private static String storageVersionHash(ResourceType type) {
        CRC32C crc = new CRC32C();
        crc.update((type.name() + "/" + type.storageVersion() + "/" + type.kind()).getBytes(StandardCharsets.UTF_8));
        byte[] eight = new byte[8];
        long value = crc.getValue() * 0x9E3779B97F4A7C15L;
        for (int i = 0; i < eight.length; i++) {
            eight[i] = (byte) (value >>> (8 * i));
        }
        return Base64.getEncoder().encodeToString(eight);
    }

    /** All of the core group, or of the others, in one document. */
    TaggedDocument aggregated(boolean core, String version) {
        return aggregated.computeIfAbsent(core + version, absent -> {
            ObjectNode json = Json.object();
            json.put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/" + version);
            json.putObject("metadata");
            ArrayNode items = json.putArray("items");
            types.groups().stream()
                    .filter(group -> group.isEmpty() == core)
                    .forEach(group -> aggregatedGroup(items.addObject(), group));
            return new TaggedDocument(
                    "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList",
                    Json.bytes(json));
        });
    }

    private void aggregatedGroup(ObjectNode item, String group) {
        ObjectNode metadata = item.putObject("metadata");
        if (!group.isEmpty()) {
            metadata.put("name", group);
        }
        metadata.putNull("creationTimestamp");
        ArrayNode versions = item.putArray("versions");
        for (String version : types.versions(group)) {
            ObjectNode served = versions.addObject();
            served.put("version", version);
            ArrayNode resources = served.putArray("resources");
            types.in(new GroupVersion(group, version))
                    .forEach(type -> aggregatedResource(resources.addObject(), type, version));
            served.put("freshness", "Current");
        }
    }

    private static void aggregatedResource(ObjectNode resource, ResourceType type, String version) {
        resource.put("resource", type.name().resource());
        kind(resource, type.kindIn(version));
        resource.put("scope", type.namespaced() ? "Namespaced" : "Cluster");
        resource.put("singularResource", type.singular());
        strings(resource, "verbs", type.verbs());
        names(resource, type);
        List<Subresource> parts = type.subresourcesIn(version);
        if (!parts.isEmpty()) {
            ArrayNode subresources = resource.putArray("subresources");
            for (Subresource sub : parts) {
                ObjectNode part = subresources.addObject();
                part.put("subresource", sub.name());
                boolean own = sub.kind().equals(type.kindIn(type.storageVersion()));
                kind(part, own ? type.kindIn(version) : sub.kind());
                strings(part, "verbs", sub.verbs());
            }
        }
    }

    private static void kind(ObjectNode json, GroupVersionKind kind) {
        json.putObject("responseKind")
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind());
    }

    private static void strings(ObjectNode json, String field, List<String> values) {
        ArrayNode array = json.putArray(field);
        values.forEach(array::add);
    }
}
