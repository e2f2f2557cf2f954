package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.TablePrinter;
import io.kantoku.apiserver.registry.TablePrinter.Column;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tables of the core group, beside pods. */
final class CoreTables {
    static final TablePrinter NAMESPACES = Table.named()
            .text("Status", "The phase.", o -> Tree.text(o, "status", "phase"))
            .age()
            .build();

    static final TablePrinter NODES = Table.named()
            .text("Status", "Whether the node is ready and takes new pods.", CoreTables::nodeStatus)
            .text("Roles", "The node's roles, from its labels.", CoreTables::nodeRoles)
            .age()
            .text("Version", "The kubelet's version.", o -> Tree.text(o, "status", "nodeInfo", "kubeletVersion"))
            .wide("Internal-IP", "The first internal address.", o -> nodeAddress(o, "InternalIP"))
            .wide("External-IP", "The first external address.", o -> nodeAddress(o, "ExternalIP"))
            .wide("OS-Image", "The operating system.", o -> nodeInfo(o, "osImage"))
            .wide("Kernel-Version", "The kernel.", o -> nodeInfo(o, "kernelVersion"))
            .wide("Container-Runtime", "The container runtime.", o -> nodeInfo(o, "containerRuntimeVersion"))
            .build();

    static final TablePrinter CONFIG_MAPS = Table.named()
            .column(new Column("Data", "string", "", "How many entries there are.", 0), (o, now) ->
                    (long) (Tree.at(o, "data").size() + Tree.at(o, "binaryData").size()))
            .age()
            .build();

    static final TablePrinter SECRETS = Table.named()
            .text("Type", "What the secret is for.", o -> Tree.text(o, "type"))
            .count("Data", "How many entries there are.", "data")
            .age()
            .build();

    static final TablePrinter SERVICE_ACCOUNTS = Table.named()
            .count("Secrets", "How many secrets the account may use.", "secrets")
            .age()
            .build();

    static final TablePrinter POD_TEMPLATES = Table.named()
            .text("Containers", "The names of the template's containers.", o -> Texts.names(Tree.at(o, "template")))
            .text("Images", "The images of the template's containers.", o -> Texts.images(Tree.at(o, "template")))
            .text(
                    "Pod Labels",
                    "The labels of its pods.",
                    o -> Texts.labels(Tree.at(o, "template", "metadata", "labels")))
            .build();

    static final TablePrinter COMPONENT_STATUSES = Table.named()
            .text(
                    "Status",
                    "Whether the component is healthy.",
                    o -> healthy(o).isEmpty()
                            ? "Unknown"
                            : Tree.text(healthy(o), "status").equals("True") ? "Healthy" : "Unhealthy")
            .text("Message", "What it says of itself.", o -> Tree.text(healthy(o), "message"))
            .text("Error", "What is wrong with it.", o -> Tree.text(healthy(o), "error"))
            .build();

    static final TablePrinter RESOURCE_QUOTAS = Table.named()
            .age()
            .until(32)
            .text("Request", "Used and allowed amounts of requests and counts.", o -> quota(o, false))
            .text("Limit", "Used and allowed amounts of limits.", o -> quota(o, true))
            .age()
            .since(33)
            .build();

    static final TablePrinter EVENTS = Table.unnamed()
            .timed("Last Seen", "When it was observed last.", CoreTables::lastSeen)
            .text("Type", "Normal or Warning.", o -> Tree.text(o, "type"))
            .text("Reason", "Why it happened, one word.", o -> Tree.text(o, "reason"))
            .text("Object", "What it is about.", CoreTables::eventObject)
            .wide("Subobject", "The part that it is about.", o -> Tree.text(involved(o), "fieldPath"))
            .wide("Source", "Who reported it.", CoreTables::eventSource)
            .text("Message", "What happened.", CoreTables::eventMessage)
            .column(new Column("First Seen", "string", "", "When it was observed first.", 1), CoreTables::firstSeen)
            .column(new Column("Count", "string", "", "How often it happened.", 1), (o, now) -> eventCount(o))
            .column(
                    new Column("Name", "string", "name", "The event's name.", 1),
                    (o, now) -> Tree.text(o, "metadata", "name"))
            .build();

    private CoreTables() {}

    private static String nodeStatus(ObjectNode node) {
        List<String> status = new ArrayList<>();
        for (ObjectNode condition : Tree.objects(node, "status", "conditions")) {
            if (Tree.text(condition, "type").equals("Ready")) {
                status.add(Tree.text(condition, "status").equals("True") ? "Ready" : "NotReady");
            }
        }
        if (status.isEmpty()) {
            status.add("Unknown");
        }
        if (Tree.flag(node, "spec", "unschedulable")) {
            status.add("SchedulingDisabled");
        }
        return String.join(",", status);
    }

    private static String nodeRoles(ObjectNode node) {
        return Texts.orNone(String.join(",", Texts.sortedRoles(Tree.map(node, "metadata", "labels"))));
    }

    private static String nodeAddress(ObjectNode node, String type) {
        return Tree.objects(node, "status", "addresses").stream()
                .filter(address -> Tree.text(address, "type").equals(type))
                .map(address -> Tree.text(address, "address"))
                .findFirst()
                .orElse(Texts.NONE);
    }

    private static String nodeInfo(ObjectNode node, String member) {
        String value = Tree.text(node, "status", "nodeInfo", member);
        return value.isEmpty() ? "<unknown>" : value;
    }

    private static JsonNode healthy(ObjectNode component) {
        for (ObjectNode condition : Tree.objects(component, "conditions")) {
            if (Tree.text(condition, "type").equals("Healthy")) {
                return condition;
            }
        }
        return component.path("");
    }

    private static String quota(ObjectNode quota, boolean limits) {
        List<String> parts = new ArrayList<>();
        Tree.map(quota, "status", "hard").forEach((resource, hard) -> {
            if (resource.startsWith("limits.") == limits) {
                String used = Tree.text(quota, "status", "used", resource);
                parts.add(resource + ": " + (used.isEmpty() ? "0" : used) + "/" + hard);
            }
        });
        return String.join(", ", parts);
    }

    private static JsonNode involved(ObjectNode event) {
        return event.has("involvedObject") ? event.path("involvedObject") : event.path("regarding");
    }

    private static JsonNode either(ObjectNode event, String core, String events) {
        return Tree.has(event, core) ? event.path(core) : event.path(events);
    }

    private static String firstSeen(ObjectNode event, Instant now) {
        JsonNode first = either(event, "firstTimestamp", "deprecatedFirstTimestamp");
        return Times.since(Tree.absent(first) ? event.path("eventTime") : first, now);
    }

    private static String lastSeen(ObjectNode event, Instant now) {
        JsonNode series = Tree.at(event, "series", "lastObservedTime");
        JsonNode last = Tree.absent(series) ? either(event, "lastTimestamp", "deprecatedLastTimestamp") : series;
        return Tree.absent(last) ? firstSeen(event, now) : Times.since(last, now);
    }

    private static Long eventCount(ObjectNode event) {
        long count = Tree.has(event, "series")
                ? Tree.number(event, "series", "count")
                : either(event, "count", "deprecatedCount").asLong(0);
        return Math.max(1, count);
    }

    private static String eventObject(ObjectNode event) {
        String kind = Tree.text(involved(event), "kind").toLowerCase(Locale.ROOT);
        String name = Tree.text(involved(event), "name");
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String eventSource(ObjectNode event) {
        JsonNode source = either(event, "source", "deprecatedSource");
        String component = Tree.text(source, "component");
        String host = Tree.text(source, "host");
        if (component.isEmpty()) {
            component =
                    either(event, "reportingComponent", "reportingController").asText("");
            host = Tree.text(event, "reportingInstance");
        }
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static String eventMessage(ObjectNode event) {
        return either(event, "message", "note").asText("").strip();
    }
}
