package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import io.kantoku.apiserver.registry.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rules of admission's settings, of aggregated APIs and of leases. */
final class AdmissionRules {
    static final Rules VALIDATING_WEBHOOKS = Rules.of()
            .conversions((object, version) -> object, LegacyVersions::webhooksToStored)
            .onlyConditionalUpdates()
            .defaults(AdmissionRules::webhookDefaults)
            .check(AdmissionRules::checkWebhooks);

    static final Rules MUTATING_WEBHOOKS = Rules.of()
            .conversions((object, version) -> object, LegacyVersions::webhooksToStored)
            .onlyConditionalUpdates()
            .defaults(AdmissionRules::webhookDefaults)
            .defaults(configuration -> Tree.objects(configuration, "webhooks")
                    .forEach(webhook -> Tree.defaultText(webhook, "reinvocationPolicy", "Never")))
            .check(AdmissionRules::checkWebhooks);

    static final Rules POLICIES = Rules.of()
            .fixedByStatus(Strategy.CLIENT_METADATA)
            .onlyConditionalUpdates()
            .defaults(policy -> {
                ObjectNode spec = Tree.object(policy, "spec");
                Tree.defaultText(spec, "failurePolicy", "Fail");
                matchDefaults(spec.path("matchConstraints"));
            })
            .check((policy, problems) -> {
                ObjectNode spec = Tree.object(policy, "spec");
                FieldPath path = FieldPath.of("spec");
                if (Tree.at(spec, "validations").isEmpty()
                        && Tree.at(spec, "auditAnnotations").isEmpty()) {
                    problems.required(path.child("validations"), "validations or auditAnnotations must be set");
                }
                if (!Tree.has(spec, "matchConstraints")) {
                    problems.required(path.child("matchConstraints"));
                }
                problems.oneOf(spec, path, "failurePolicy", List.of("Fail", "Ignore"));
            });

    static final Rules POLICY_BINDINGS = Rules.of()
            .onlyConditionalUpdates()
            .defaults(binding -> matchDefaults(Tree.at(binding, "spec", "matchResources")))
            .check((binding, problems) -> {
                ObjectNode spec = Tree.object(binding, "spec");
                problems.requiredText(spec, FieldPath.of("spec"), "policyName");
                if (Tree.at(spec, "validationActions").isEmpty()) {
                    problems.required(FieldPath.of("spec", "validationActions"));
                }
            });

    static final Rules MUTATING_POLICIES = Rules.of()
            .onlyConditionalUpdates()
            .defaults(policy -> {
                ObjectNode spec = Tree.object(policy, "spec");
                Tree.defaultText(spec, "failurePolicy", "Fail");
                matchDefaults(spec.path("matchConstraints"));
            })
            .check((policy, problems) -> {
                ObjectNode spec = Tree.object(policy, "spec");
                FieldPath path = FieldPath.of("spec");
                if (Tree.at(spec, "mutations").isEmpty()) {
                    problems.required(path.child("mutations"), "mutations must contain at least one item");
                }
                if (!Tree.has(spec, "matchConstraints")) {
                    problems.required(path.child("matchConstraints"));
                }
                problems.oneOf(spec, path, "failurePolicy", List.of("Fail", "Ignore"));
                problems.requiredOneOf(spec, path, "reinvocationPolicy", List.of("IfNeeded", "Never"));
            });

    static final Rules MUTATING_POLICY_BINDINGS = Rules.of()
            .onlyConditionalUpdates()
            .defaults(binding -> matchDefaults(Tree.at(binding, "spec", "matchResources")))
            .check((binding, problems) ->
                    problems.requiredText(Tree.object(binding, "spec"), FieldPath.of("spec"), "policyName"));

    static final Rules API_SERVICES = Rules.of()
            .fixedByStatus(Strategy.CLIENT_METADATA)
            .onlyConditionalUpdates()
            .defaults(service -> {
                if (Tree.at(service, "spec", "service") instanceof ObjectNode reference) {
                    Tree.defaultNumber(reference, "port", 443);
                }
            })
            .onCreate(AdmissionRules::localIsAvailable)
            .check(AdmissionRules::checkApiService);

    static final Rules FLOW_SCHEMAS = Rules.of()
            .fixedByStatus(Strategy.CLIENT_METADATA)
            .defaults(schema -> Tree.defaultNumber(Tree.object(schema, "spec"), "matchingPrecedence", 1000));

    static final Rules PRIORITY_LEVELS = Rules.of()
            .fixedByStatus(Strategy.CLIENT_METADATA)
            .conversions(LegacyVersions::levelToServed, LegacyVersions::levelToStored)
            .defaults(AdmissionRules::levelDefaults);

    static final Rules LEASES = Rules.of()
            .createdByUpdates()
            .onlyConditionalUpdates()
            .check((lease, problems) -> {
                ObjectNode spec = Tree.object(lease, "spec");
                FieldPath path = FieldPath.of("spec");
                if (Tree.has(spec, "leaseDurationSeconds") && Tree.number(spec, "leaseDurationSeconds") <= 0) {
                    problems.invalid(
                            path.child("leaseDurationSeconds"),
                            spec.path("leaseDurationSeconds"),
                            "must be greater than 0");
                }
                problems.notNegative(spec, path, "leaseTransitions");
            });

    private AdmissionRules() {}

    /** What this server serves itself needs no test. */
    private static void localIsAvailable(ObjectNode service) {
        Tree.defaultObject(service, "status");
        if (!Tree.has(service, "spec", "service")) {
            Tree.object(service, "status")
                    .putArray("conditions")
                    .addObject()
                    .put("lastTransitionTime", Tree.text(service, "metadata", "creationTimestamp"))
                    .put("message", "Local APIServices are always available")
                    .put("reason", "Local")
                    .put("status", "True")
                    .put("type", "Available");
        }
    }

    private static void levelDefaults(ObjectNode level) {
        ObjectNode spec = Tree.object(level, "spec");
        if (spec.get("limited") instanceof ObjectNode limited) {
            Tree.defaultNumber(limited, "nominalConcurrencyShares", 30);
            Tree.defaultNumber(limited, "lendablePercent", 0);
            if (Tree.at(limited, "limitResponse", "queuing") instanceof ObjectNode queuing) {
                Tree.defaultNumber(queuing, "queues", 64);
                Tree.defaultNumber(queuing, "handSize", 8);
                Tree.defaultNumber(queuing, "queueLengthLimit", 50);
            }
        }
        if (spec.get("exempt") instanceof ObjectNode exempt) {
            Tree.defaultNumber(exempt, "nominalConcurrencyShares", 0);
            Tree.defaultNumber(exempt, "lendablePercent", 0);
        }
    }

    private static void webhookDefaults(ObjectNode configuration) {
        for (ObjectNode webhook : Tree.objects(configuration, "webhooks")) {
            Tree.defaultText(webhook, "failurePolicy", "Fail");
            Tree.defaultText(webhook, "matchPolicy", "Equivalent");
            Tree.defaultObject(webhook, "namespaceSelector");
            Tree.defaultObject(webhook, "objectSelector");
            Tree.defaultNumber(webhook, "timeoutSeconds", 10);
            if (Tree.at(webhook, "clientConfig", "service") instanceof ObjectNode service) {
                Tree.defaultNumber(service, "port", 443);
            }
            Tree.objects(webhook, "rules").forEach(rule -> Tree.defaultText(rule, "scope", "*"));
        }
    }

    private static void matchDefaults(JsonNode match) {
        if (match instanceof ObjectNode resources) {
            Tree.defaultText(resources, "matchPolicy", "Equivalent");
            Tree.defaultObject(resources, "namespaceSelector");
            Tree.defaultObject(resources, "objectSelector");
            for (String list : List.of("resourceRules", "excludeResourceRules")) {
                Tree.objects(resources, list).forEach(rule -> Tree.defaultText(rule, "scope", "*"));
            }
        }
    }

    private static void checkWebhooks(ObjectNode configuration, Problems problems) {
        Set<String> names = new HashSet<>();
        List<ObjectNode> webhooks = Tree.objects(configuration, "webhooks");
        for (int i = 0; i < webhooks.size(); i++) {
            ObjectNode webhook = webhooks.get(i);
            FieldPath at = FieldPath.of("webhooks").index(i);
            problems.requiredForm(webhook, at, "name", Names::dns1123Subdomain);
            String name = Tree.text(webhook, "name");
            if (!name.isEmpty() && name.split("\\.", -1).length < 3) {
                problems.invalid(
                        at.child("name"), name, "should be a domain with at least three segments separated by dots");
            }
            if (!names.add(name)) {
                problems.duplicate(at.child("name"), name);
            }
            problems.requiredOneOf(webhook, at, "sideEffects", List.of("None", "NoneOnDryRun"));
            if (Tree.at(webhook, "admissionReviewVersions").isEmpty()) {
                problems.required(at.child("admissionReviewVersions"), "must specify one of v1, v1beta1");
            }
            long timeout = Tree.number(webhook, "timeoutSeconds");
            if (timeout < 1 || timeout > 30) {
                problems.invalid(
                        at.child("timeoutSeconds"),
                        webhook.path("timeoutSeconds"),
                        "the timeout value must be between 1 and 30 seconds");
            }
            problems.oneOf(webhook, at, "failurePolicy", List.of("Fail", "Ignore"));
            problems.oneOf(webhook, at, "matchPolicy", List.of("Equivalent", "Exact"));
        }
    }

    private static void checkApiService(ObjectNode service, Problems problems) {
        ObjectNode spec = Tree.object(service, "spec");
        FieldPath path = FieldPath.of("spec");
        String expected = Tree.text(spec, "version") + "." + Tree.text(spec, "group");
        String name = Tree.text(service, "metadata", "name");
        if (!name.isEmpty() && !name.equals(expected)) {
            problems.invalid(
                    FieldPath.of("metadata", "name"),
                    name,
                    "must be `spec.version+\".\"+spec.group`: \"" + expected + "\"");
        }
        problems.requiredForm(spec, path, "version", Names::dns1035Label);
        if (Tree.number(spec, "groupPriorityMinimum") <= 0 || Tree.number(spec, "groupPriorityMinimum") > 20000) {
            problems.invalid(
                    path.child("groupPriorityMinimum"),
                    spec.path("groupPriorityMinimum"),
                    "must be positive and less than 20000");
        }
        if (Tree.number(spec, "versionPriority") <= 0 || Tree.number(spec, "versionPriority") > 1000) {
            problems.invalid(
                    path.child("versionPriority"), spec.path("versionPriority"), "must be positive and less than 1000");
        }
        checkTrust(spec, path, problems);
    }

    /** Only servers that are reached over the network are trusted by something, and in one way. */
    private static void checkTrust(ObjectNode spec, FieldPath path, Problems problems) {
        String bundle = Tree.text(spec, "caBundle");
        boolean insecure = spec.path("insecureSkipTLSVerify").asBoolean();
        FieldPath skip = path.child("insecureSkipTLSVerify");
        if (spec.get("service") instanceof ObjectNode service) {
            problems.requiredText(service, path.child("service"), "namespace");
            problems.requiredText(service, path.child("service"), "name");
            problems.port(path.child("service").child("port"), service.path("port"));
            if (insecure && !bundle.isEmpty()) {
                problems.invalid(skip, spec.path("insecureSkipTLSVerify"), "may not be true if caBundle is present");
            }
            return;
        }
        if (!bundle.isEmpty()) {
            problems.invalid(path.child("caBundle"), bundle, "local APIServices may not have a caBundle");
        }
        if (insecure) {
            problems.invalid(
                    skip, spec.path("insecureSkipTLSVerify"), "local APIServices may not have insecureSkipTLSVerify");
        }
    }
}
