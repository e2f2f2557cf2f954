package io.kantoku.apiserver.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The FlowSchemas and PriorityLevelConfigurations that every logical cluster begins with. */
public final class FlowObjects {
    static final String GROUP = "flowcontrol.apiserver.k8s.io";

    private static final String RESOURCE = "flow-objects.yaml";
    private static final int FIRST_MINOR = 20;

    private FlowObjects() {}

    /**
     * New objects to create with their status, levels before schemas; none for releases without flow control.
     *
     * @param minor of the Kubernetes release, for example 32
     * @param now when the conditions of their status begin
     */
    public static List<KubeObject> objects(int minor, Instant now) {
        List<KubeObject> objects = new ArrayList<>();
        if (minor < FIRST_MINOR) {
            return objects;
        }
        JsonNode all = read();
        all.path("levels").valueStream().filter(entry -> in(entry, minor)).forEach(entry -> objects.add(level(entry)));
        all.path("schemas")
                .valueStream()
                .filter(entry -> in(entry, minor))
                .forEach(entry -> objects.add(schema(entry, now)));
        return objects;
    }

    private static boolean in(JsonNode entry, int minor) {
        return entry.path("since").asInt() <= minor;
    }

    private static KubeObject level(JsonNode entry) {
        KubeObject level = create("PriorityLevelConfiguration", entry);
        boolean exempt = entry.path("exempt").asBoolean();
        ObjectNode spec = level.spec().put("type", exempt ? "Exempt" : "Limited");
        ObjectNode form = spec.putObject(exempt ? "exempt" : "limited");
        form.set("nominalConcurrencyShares", entry.path("shares"));
        form.set("lendablePercent", entry.path("lendable"));
        JsonNode queues = entry.path("queues");
        if (!exempt) {
            ObjectNode response = form.putObject("limitResponse").put("type", queues.isArray() ? "Queue" : "Reject");
            if (queues.isArray()) {
                ObjectNode queuing = response.putObject("queuing");
                queuing.set("queues", queues.path(0));
                queuing.set("handSize", queues.path(1));
                queuing.set("queueLengthLimit", queues.path(2));
            }
        }
        return level;
    }

    private static KubeObject schema(JsonNode entry, Instant now) {
        KubeObject schema = create("FlowSchema", entry);
        ObjectNode spec = schema.spec();
        spec.putObject("priorityLevelConfiguration").set("name", entry.path("level"));
        spec.set("matchingPrecedence", entry.path("precedence"));
        if (entry.has("by")) {
            spec.putObject("distinguisherMethod").set("type", entry.path("by"));
        }
        ObjectNode rule = spec.putArray("rules").addObject();
        ArrayNode subjects = rule.putArray("subjects");
        entry.path("users").forEach(user -> subject(subjects, "User", "user").set("name", user));
        entry.path("groups")
                .forEach(group -> subject(subjects, "Group", "group").set("name", group));
        entry.path("accounts")
                .forEach(account -> subject(subjects, "ServiceAccount", "serviceAccount")
                        .put("namespace", "kube-system")
                        .set("name", account));
        boolean everything = !entry.has("resources") && !entry.has("urls");
        if (everything) {
            ObjectNode resources = rule.putArray("resourceRules").addObject();
            for (String list : List.of("verbs", "apiGroups", "resources", "namespaces")) {
                resources.putArray(list).add("*");
            }
            resources.put("clusterScope", true);
            ObjectNode urls = rule.putArray("nonResourceRules").addObject();
            urls.putArray("verbs").add("*");
            urls.putArray("nonResourceURLs").add("*");
        }
        if (entry.has("resources")) {
            rule.set("resourceRules", entry.path("resources"));
        }
        if (entry.has("urls")) {
            rule.putArray("nonResourceRules").add(entry.path("urls"));
        }
        schema.json()
                .putObject("status")
                .putArray("conditions")
                .add(found(entry.path("level").asText(), now));
        return schema;
    }

    /** That the level of a schema exists. */
    private static ObjectNode found(String level, Instant now) {
        return Json.object()
                .put("type", "Dangling")
                .put("status", "False")
                .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("reason", "Found")
                .put(
                        "message",
                        "This FlowSchema references the PriorityLevelConfiguration object named \"" + level
                                + "\" and it exists");
    }

    private static ObjectNode subject(ArrayNode subjects, String kind, String field) {
        return subjects.addObject().put("kind", kind).putObject(field);
    }

    private static KubeObject create(String kind, JsonNode entry) {
        return KubeObject.create(
                        new GroupVersionKind(GROUP, "v1", kind),
                        "",
                        entry.path("name").asText())
                .annotate("apf.kubernetes.io/autoupdate-spec", "true");
    }

    private static JsonNode read() {
        try (InputStream in = FlowObjects.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            return Yaml.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
