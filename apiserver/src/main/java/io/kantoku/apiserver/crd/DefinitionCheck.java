package io.kantoku.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.JsonPath;
import io.kantoku.apimachinery.Names;
import io.kantoku.apimachinery.schema.StructuralSchema;
import io.kantoku.apiserver.cel.RuleChecks;
import io.kantoku.apiserver.webhook.ClientConfigCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is wrong with a CustomResourceDefinition (apiextensions/v1 validation). */
final class DefinitionCheck {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath NAMES = SPEC.child("names");
    static final String APPROVAL = "api-approved.kubernetes.io";
    static final String MISSING_APPROVAL = "protected groups must have approval annotation \"" + APPROVAL
            + "\", see https://github.com/kubernetes/enhancements/pull/1111";

    private final JsonNode definition;
    private final JsonNode spec;
    private final List<FieldError> errors = new ArrayList<>();

    private DefinitionCheck(JsonNode definition) {
        this.definition = definition;
        this.spec = definition.path("spec");
    }

    static List<FieldError> check(ObjectNode definition) {
        DefinitionCheck check = new DefinitionCheck(definition);
        check.names();
        check.scope();
        check.conversion();
        check.versions();
        check.scales();
        return check.errors;
    }

    /** What a definition that is in force may not change. */
    static List<FieldError> checkUpdate(ObjectNode definition, ObjectNode old) {
        List<FieldError> errors = new ArrayList<>();
        JsonNode spec = definition.path("spec");
        JsonNode before = old.path("spec");
        if (new Definition(old).established()) {
            immutable(SPEC.child("scope"), spec.path("scope"), before.path("scope"), errors);
            immutable(NAMES.child("kind"), spec.at("/names/kind"), before.at("/names/kind"), errors);
        }
        immutable(SPEC.child("group"), spec.path("group"), before.path("group"), errors);
        immutable(NAMES.child("plural"), spec.at("/names/plural"), before.at("/names/plural"), errors);
        errors.addAll(checkStored(definition, old.path("status").path("storedVersions")));
        return errors;
    }

    /** Versions in which objects may be stored stay until somebody says that there are none. */
    static List<FieldError> checkStored(ObjectNode definition, JsonNode storedVersions) {
        FieldPath path = FieldPath.of("status", "storedVersions");
        if (storedVersions.isEmpty()) {
            return List.of(FieldError.invalid(path, storedVersions, "must have at least one stored version"));
        }
        List<FieldError> errors = new ArrayList<>();
        Set<String> versions = new HashSet<>();
        definition
                .path("spec")
                .path("versions")
                .forEach(version -> versions.add(version.path("name").asText()));
        int index = 0;
        for (JsonNode stored : storedVersions) {
            FieldPath at = path.index(index++);
            if (!versions.contains(stored.asText())) {
                errors.add(FieldError.invalid(
                        at,
                        stored,
                        "missing from spec.versions; " + stored.asText()
                                + " was previously a storage version, and must remain in spec.versions until a storage migration"
                                + " ensures no data remains persisted in " + stored.asText() + " and removes "
                                + stored.asText() + " from status.storedVersions"));
            }
        }
        return errors;
    }

    /** What a status may not say. */
    static List<FieldError> checkStatus(ObjectNode definition) {
        JsonNode stored = definition.path("status").path("storedVersions");
        List<FieldError> errors = new ArrayList<>(checkStored(definition, stored));
        String storage = new Definition(definition).storageVersion();
        if (!stored.isEmpty()
                && stored.valueStream().noneMatch(version -> version.asText().equals(storage))) {
            errors.add(FieldError.invalid(
                    FieldPath.of("status", "storedVersions"), stored, "must have the storage version " + storage));
        }
        return errors;
    }

    private static void immutable(FieldPath path, JsonNode value, JsonNode old, List<FieldError> errors) {
        if (!value.equals(old)) {
            errors.add(FieldError.invalid(path, value, "field is immutable"));
        }
    }

    private void names() {
        String group = spec.path("group").asText();
        JsonNode names = spec.path("names");
        String plural = names.path("plural").asText();
        String expected = plural + "." + group;
        String name = definition.path("metadata").path("name").asText();
        if (!name.equals(expected)) {
            errors.add(FieldError.invalid(
                    FieldPath.of("metadata", "name"), name, "must be spec.names.plural+\".\"+spec.group"));
        }
        if (group.isEmpty()) {
            errors.add(FieldError.required(SPEC.child("group"), ""));
        } else {
            problems(SPEC.child("group"), group, Names.dns1123Subdomain(group));
            if (!group.contains(".")) {
                errors.add(FieldError.invalid(SPEC.child("group"), group, "should be a domain with at least one dot"));
            }
        }
        if (ofCommunity(group)
                && definition
                        .path("metadata")
                        .path("annotations")
                        .path(APPROVAL)
                        .asText()
                        .isEmpty()) {
            errors.add(
                    FieldError.required(FieldPath.of("metadata", "annotations").key(APPROVAL), MISSING_APPROVAL));
        }
        FieldPath path = NAMES;
        required(path.child("plural"), plural, true);
        required(path.child("singular"), names.path("singular").asText(), true);
        required(path.child("kind"), names.path("kind").asText(), false);
        required(path.child("listKind"), names.path("listKind").asText(), false);
        int index = 0;
        for (JsonNode shortName : names.path("shortNames")) {
            required(path.child("shortNames").index(index++), shortName.asText(), true);
        }
        index = 0;
        for (JsonNode category : names.path("categories")) {
            required(path.child("categories").index(index++), category.asText(), true);
        }
        if (names.path("kind").asText().equals(names.path("listKind").asText())) {
            errors.add(FieldError.invalid(
                    path.child("listKind"), names.path("listKind"), "kind and listKind may not be the same"));
        }
    }

    /** Whether a group is one that only the Kubernetes community gives away. */
    static boolean ofCommunity(String group) {
        return group.equals("k8s.io")
                || group.endsWith(".k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".kubernetes.io");
    }

    /** A name that must be there and be a DNS label; kinds are compared in lower case. */
    private void required(FieldPath path, String value, boolean lowerCase) {
        if (value.isEmpty()) {
            errors.add(FieldError.required(path, ""));
        } else {
            problems(path, value, Names.dns1035Label(lowerCase ? value : value.toLowerCase(Locale.ROOT)));
        }
    }

    private void problems(FieldPath path, String value, List<String> problems) {
        problems.forEach(problem -> errors.add(FieldError.invalid(path, value, problem)));
    }

    private void scope() {
        String scope = spec.path("scope").asText();
        if (scope.isEmpty()) {
            errors.add(FieldError.required(SPEC.child("scope"), ""));
        } else if (!scope.equals("Namespaced") && !scope.equals("Cluster")) {
            errors.add(FieldError.notSupported(SPEC.child("scope"), scope, List.of("Cluster", "Namespaced")));
        }
    }

    private void conversion() {
        JsonNode conversion = spec.path("conversion");
        FieldPath path = SPEC.child("conversion");
        switch (conversion.path("strategy").asText()) {
            case "None" -> {
                if (conversion.has("webhook")) {
                    errors.add(FieldError.forbidden(
                            path.child("webhook"), "should not be set when strategy is not set to Webhook"));
                }
            }
            case "Webhook" -> {
                FieldPath webhook = path.child("webhook");
                if (!conversion.path("webhook").path("clientConfig").isObject()) {
                    errors.add(FieldError.required(
                            webhook.child("clientConfig"), "required when strategy is set to Webhook"));
                } else {
                    errors.addAll(ClientConfigCheck.check(
                            conversion.path("webhook").path("clientConfig"), webhook.child("clientConfig")));
                }
                reviewVersions(conversion.path("webhook").path("conversionReviewVersions"), webhook);
            }
            default ->
                errors.add(FieldError.notSupported(
                        path.child("strategy"), conversion.path("strategy").asText(), List.of("None", "Webhook")));
        }
    }

    private void reviewVersions(JsonNode versions, FieldPath webhook) {
        FieldPath path = webhook.child("conversionReviewVersions");
        boolean known = false;
        for (JsonNode version : versions) {
            known |= WebhookConversion.REVIEW_VERSIONS.contains(version.asText());
        }
        if (versions.isEmpty()) {
            errors.add(FieldError.required(path, ""));
        } else if (!known) {
            errors.add(FieldError.invalid(
                    path,
                    versions,
                    "must include at least one of " + String.join(", ", WebhookConversion.REVIEW_VERSIONS)));
        }
    }

    private void versions() {
        FieldPath path = SPEC.child("versions");
        Set<String> seen = new HashSet<>();
        int storage = 0;
        int index = 0;
        for (JsonNode version : spec.path("versions")) {
            FieldPath at = path.index(index++);
            String name = version.path("name").asText();
            problems(at.child("name"), name, Names.dns1035Label(name));
            if (!seen.add(name)) {
                errors.add(FieldError.invalid(path, spec.path("versions"), "must contain unique version names"));
            }
            storage += version.path("storage").asBoolean() ? 1 : 0;
            schema(version, at);
            columns(version, at);
        }
        if (storage != 1) {
            errors.add(FieldError.invalid(
                    path, spec.path("versions"), "must have exactly one version marked as storage version"));
        }
    }

    private void scales() {
        int index = 0;
        for (JsonNode version : spec.path("versions")) {
            JsonNode scale = version.path("subresources").path("scale");
            FieldPath path =
                    SPEC.child("versions").index(index++).child("subresources").child("scale");
            if (scale.isObject()) {
                scalePath(scale, path, "specReplicasPath", ".spec.", true);
                scalePath(scale, path, "statusReplicasPath", ".status.", true);
                scalePath(scale, path, "labelSelectorPath", "", false);
            }
        }
    }

    private void scalePath(JsonNode scale, FieldPath path, String field, String under, boolean required) {
        String text = scale.path(field).asText();
        FieldPath at = path.child(field);
        if (text.isEmpty()) {
            if (required) {
                errors.add(FieldError.required(at, ""));
            }
        } else if (!text.matches("(\\.[A-Za-z0-9_$-]+)+")) {
            errors.add(FieldError.invalid(at, text, "must be a simple json path without array notation"));
        } else if (!under.isEmpty() && !text.startsWith(under)) {
            errors.add(FieldError.invalid(
                    at, text, "should be a json path under " + under.substring(0, under.length() - 1)));
        } else if (under.isEmpty() && !text.startsWith(".spec.") && !text.startsWith(".status.")) {
            errors.add(FieldError.invalid(at, text, "should be a json path under either .spec or .status"));
        }
    }

    private void schema(JsonNode version, FieldPath at) {
        JsonNode schema = version.path("schema").path("openAPIV3Schema");
        FieldPath path = at.child("schema").child("openAPIV3Schema");
        if (spec.path("preserveUnknownFields").asBoolean()) {
            return; // of the time before structural schemas
        }
        if (!schema.isObject()) {
            errors.add(FieldError.required(path, "schemas are required"));
            return;
        }
        List<FieldError> found = StructuralSchema.check(schema, path);
        errors.addAll(found);
        if (found.isEmpty()) {
            StructuralSchema parsed = StructuralSchema.parse(schema);
            errors.addAll(RuleChecks.check(parsed, path));
            errors.addAll(SelectableFieldsCheck.check(
                    version.path("selectableFields"), parsed, at.child("selectableFields")));
        }
    }

    private void columns(JsonNode version, FieldPath at) {
        int index = 0;
        for (JsonNode column : version.path("additionalPrinterColumns")) {
            FieldPath path = at.child("additionalPrinterColumns").index(index++);
            try {
                JsonPath.parse(column.path("jsonPath").asText());
            } catch (IllegalArgumentException e) {
                errors.add(FieldError.invalid(
                        path.child("jsonPath"), column.path("jsonPath"), String.valueOf(e.getMessage())));
            }
        }
    }
}
