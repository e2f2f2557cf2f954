package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.TablePrinter;
import io.kantoku.apiserver.registry.TablePrinter.Column;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Tables of access, admission and the API itself. */
final class ClusterTables {
    static final TablePrinter ROLE_BINDINGS = Table.named()
            .text(
                    "Role",
                    "The role given.",
                    o -> Tree.text(o, "roleRef", "kind") + "/" + Tree.text(o, "roleRef", "name"))
            .age()
            .wide("Users", "The users it is given to.", o -> Texts.subjects(o, "User", s -> Tree.text(s, "name")))
            .wide("Groups", "The groups it is given to.", o -> Texts.subjects(o, "Group", s -> Tree.text(s, "name")))
            .wide(
                    "ServiceAccounts",
                    "The service accounts it is given to.",
                    o -> Texts.subjects(
                            o, "ServiceAccount", s -> Tree.text(s, "namespace") + "/" + Tree.text(s, "name")))
            .build();

    static final TablePrinter LEASES = Table.named()
            .text("Holder", "Who holds the lease.", o -> Tree.text(o, "spec", "holderIdentity"))
            .age()
            .build();

    static final TablePrinter POD_SECURITY_POLICIES = Table.named()
            .flag("Priv", "Whether privileged containers are allowed.", "spec", "privileged")
            .text(
                    "Caps",
                    "Capabilities that may be added.",
                    o -> String.join(",", Tree.texts(o, "spec", "allowedCapabilities")))
            .text("Selinux", "The rule for SELinux.", o -> Tree.text(o, "spec", "seLinux", "rule"))
            .text("RunAsUser", "The rule for users.", o -> Tree.text(o, "spec", "runAsUser", "rule"))
            .text("FsGroup", "The rule for file system groups.", o -> Tree.text(o, "spec", "fsGroup", "rule"))
            .text("SupGroup", "The rule for further groups.", o -> Tree.text(o, "spec", "supplementalGroups", "rule"))
            .flag("ReadOnlyRootFs", "Whether root file systems must be read-only.", "spec", "readOnlyRootFilesystem")
            .text("Volumes", "Volumes that are allowed.", o -> String.join(",", Tree.texts(o, "spec", "volumes")))
            .build();

    static final TablePrinter PRIORITY_CLASSES = Table.named()
            .number("Value", "The priority.", "value")
            .flag("Global-Default", "Whether pods without a class have this one.", "globalDefault")
            .age()
            .text("PreemptionPolicy", "Whether it displaces lower priorities.", o -> Tree.text(o, "preemptionPolicy"))
            .since(32)
            .build();

    static final TablePrinter RUNTIME_CLASSES = Table.named()
            .text("Handler", "The runtime's handler.", o -> Tree.text(o, "handler"))
            .age()
            .build();

    static final TablePrinter SIGNING_REQUESTS = Table.named()
            .age()
            .text("SignerName", "Who is asked to sign.", o -> Texts.orNone(Tree.text(o, "spec", "signerName")))
            .text("Requestor", "Who asks.", o -> Tree.text(o, "spec", "username"))
            .text(
                    "RequestedDuration",
                    "How long the certificate shall be valid.",
                    o -> Tree.has(o, "spec", "expirationSeconds")
                            ? Times.age(Duration.ofSeconds(Tree.number(o, "spec", "expirationSeconds")))
                            : Texts.NONE)
            .since(22)
            .text("Condition", "What has become of the request.", ClusterTables::signing)
            .build();

    static final TablePrinter API_SERVICES = Table.named()
            .text(
                    "Service",
                    "Who serves the version.",
                    o -> Tree.has(o, "spec", "service")
                            ? Tree.text(o, "spec", "service", "namespace") + "/"
                                    + Tree.text(o, "spec", "service", "name")
                            : "Local")
            .text("Available", "Whether it answers.", ClusterTables::available)
            .age()
            .build();

    static final TablePrinter WEBHOOK_CONFIGURATIONS = Table.named()
            .count("Webhooks", "How many webhooks there are.", "webhooks")
            .age()
            .build();

    static final TablePrinter ADMISSION_POLICIES = Table.named()
            .count("Validations", "How many rules there are.", "spec", "validations")
            .text(
                    "ParamKind",
                    "The kind of its parameters.",
                    o -> Tree.has(o, "spec", "paramKind")
                            ? Tree.text(o, "spec", "paramKind", "apiVersion") + "/"
                                    + Tree.text(o, "spec", "paramKind", "kind")
                            : "<unset>")
            .age()
            .build();

    static final TablePrinter ADMISSION_POLICY_BINDINGS = Table.named()
            .text("PolicyName", "The policy bound.", o -> Tree.text(o, "spec", "policyName"))
            .text("ParamRef", "Its parameters.", ClusterTables::paramRef)
            .age()
            .build();

    static final TablePrinter MUTATING_POLICIES = Table.named()
            .count("Mutations", "How many changes there are.", "spec", "mutations")
            .text(
                    "ParamKind",
                    "The kind of its parameters.",
                    o -> Tree.has(o, "spec", "paramKind")
                            ? Tree.text(o, "spec", "paramKind", "apiVersion") + "/"
                                    + Tree.text(o, "spec", "paramKind", "kind")
                            : "<unset>")
            .age()
            .build();

    static final TablePrinter MUTATING_POLICY_BINDINGS = ADMISSION_POLICY_BINDINGS;

    static final TablePrinter FLOW_SCHEMAS = Table.named()
            .text(
                    "PriorityLevel",
                    "The level of its requests.",
                    o -> Tree.text(o, "spec", "priorityLevelConfiguration", "name"))
            .column(
                    new Column("MatchingPrecedence", "string", "", "The order in which schemas are tried.", 0),
                    (o, now) -> Tree.number(o, "spec", "matchingPrecedence"))
            .text(
                    "DistinguisherMethod",
                    "How flows are told apart.",
                    o -> Texts.orNone(Tree.text(o, "spec", "distinguisherMethod", "type")))
            .age()
            .text("MissingPL", "Whether the level is missing.", ClusterTables::dangling)
            .build();

    static final TablePrinter PRIORITY_LEVELS = Table.named()
            .text("Type", "Exempt or Limited.", o -> Tree.text(o, "spec", "type"))
            .text(
                    "NominalConcurrencyShares",
                    "The level's share.",
                    o -> orNone(limited(o).path("nominalConcurrencyShares")))
            .text("Queues", "How many queues there are.", o -> orNone(queuing(o).path("queues")))
            .text(
                    "HandSize",
                    "How many queues a flow may use.",
                    o -> orNone(queuing(o).path("handSize")))
            .text(
                    "QueueLengthLimit",
                    "How long a queue may be.",
                    o -> orNone(queuing(o).path("queueLengthLimit")))
            .age()
            .build();

    private ClusterTables() {}

    private static String signing(ObjectNode request) {
        Set<String> types = new HashSet<>();
        Tree.objects(request, "status", "conditions").forEach(condition -> types.add(Tree.text(condition, "type")));
        String status = types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending";
        if (types.contains("Failed")) {
            status += ",Failed";
        }
        return Tree.text(request, "status", "certificate").isEmpty() ? status : status + ",Issued";
    }

    private static String available(ObjectNode service) {
        for (ObjectNode condition : Tree.objects(service, "status", "conditions")) {
            if (Tree.text(condition, "type").equals("Available")) {
                String status = Tree.text(condition, "status");
                return status.equals("True") ? status : status + " (" + Tree.text(condition, "reason") + ")";
            }
        }
        return "Unknown";
    }

    private static String paramRef(ObjectNode binding) {
        JsonNode ref = Tree.at(binding, "spec", "paramRef");
        if (Tree.absent(ref)) {
            return "<unset>";
        }
        String namespace = Tree.text(ref, "namespace");
        String name = Tree.text(ref, "name");
        String shown = name.isEmpty() ? Texts.selector(ref.path("selector")) : name;
        return namespace.isEmpty() ? shown : namespace + "/" + shown;
    }

    private static String dangling(ObjectNode schema) {
        for (ObjectNode condition : Tree.objects(schema, "status", "conditions")) {
            if (Tree.text(condition, "type").equals("Dangling")) {
                return Tree.text(condition, "status");
            }
        }
        return "?";
    }

    private static JsonNode limited(ObjectNode level) {
        return Tree.at(level, "spec", Tree.text(level, "spec", "type").equals("Exempt") ? "exempt" : "limited");
    }

    private static JsonNode queuing(ObjectNode level) {
        return Tree.at(level, "spec", "limited", "limitResponse", "queuing");
    }

    private static String orNone(JsonNode node) {
        return Tree.absent(node) ? Texts.NONE : node.asText("");
    }
}
