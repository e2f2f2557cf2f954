package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules of the kinds that keep a number of pods. */
final class WorkloadRules {
    static final Rules DEPLOYMENTS = Rules.of()
            .fixedByStatus(Set.of("labels"))
            .defaults(WorkloadRules::deploymentDefaults)
            .check((object, problems) -> checkWorkload(object, "deployment", problems))
            .check(WorkloadRules::checkRollout)
            .checkUpdate(WorkloadRules::sameSelector);

    static final Rules REPLICA_SETS = Rules.of()
            .defaults(object -> {
                Tree.defaultNumber(Tree.object(object, "spec"), "replicas", 1);
                PodDefaults.template(Tree.object(object, "spec"), "template");
            })
            .check((object, problems) -> checkWorkload(object, "deployment", problems))
            .checkUpdate(WorkloadRules::sameSelector);

    static final Rules STATEFUL_SETS = Rules.of()
            .defaults(WorkloadRules::statefulSetDefaults)
            .check((object, problems) -> checkWorkload(withClaims(object), "statefulset", problems))
            .check(WorkloadRules::checkStatefulSet)
            .checkUpdate(WorkloadRules::checkStatefulSetUpdate);

    static final Rules DAEMON_SETS = Rules.of()
            .defaults(WorkloadRules::daemonSetDefaults)
            .check((object, problems) -> checkWorkload(object, "daemonset", problems))
            .check((object, problems) -> checkUpdateStrategy(object, List.of("OnDelete", "RollingUpdate"), problems))
            .checkUpdate(WorkloadRules::sameSelector);

    static final Rules REPLICATION_CONTROLLERS = Rules.of()
            .defaults(WorkloadRules::replicationControllerDefaults)
            .check(WorkloadRules::checkReplicationController);

    static final Rules CONTROLLER_REVISIONS = Rules.of()
            .check((object, problems) -> {
                if (!Tree.has(object, "data")) {
                    problems.required(FieldPath.of("data"), "data is mandatory");
                }
                problems.notNegative(object, FieldPath.ROOT, "revision");
            })
            .checkUpdate((object, old, problems) -> problems.immutable(object, old, FieldPath.ROOT, "data"));

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final Pattern PERCENT = Pattern.compile("[0-9]+%");
    private static final String PERCENT_FORM =
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used"
                    + " for validation is '[0-9]+%')";
    private static final Set<String> CHANGEABLE = Set.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    private WorkloadRules() {}

    private static void deploymentDefaults(ObjectNode object) {
        ObjectNode spec = Tree.object(object, "spec");
        Tree.defaultNumber(spec, "replicas", 1);
        Tree.defaultNumber(spec, "revisionHistoryLimit", 10);
        Tree.defaultNumber(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = Tree.object(spec, "strategy");
        Tree.defaultText(strategy, "type", "RollingUpdate");
        if (Tree.text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Tree.object(strategy, "rollingUpdate");
            Tree.defaultText(rolling, "maxUnavailable", "25%");
            Tree.defaultText(rolling, "maxSurge", "25%");
        }
        PodDefaults.template(spec, "template");
    }

    private static void statefulSetDefaults(ObjectNode object) {
        ObjectNode spec = Tree.object(object, "spec");
        Tree.defaultNumber(spec, "replicas", 1);
        Tree.defaultNumber(spec, "revisionHistoryLimit", 10);
        Tree.defaultText(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode strategy = Tree.object(spec, "updateStrategy");
        Tree.defaultText(strategy, "type", "RollingUpdate");
        if (Tree.text(strategy, "type").equals("RollingUpdate")) {
            Tree.defaultNumber(Tree.object(strategy, "rollingUpdate"), "partition", 0);
        }
        ObjectNode retention = Tree.object(spec, "persistentVolumeClaimRetentionPolicy");
        Tree.defaultText(retention, "whenDeleted", "Retain");
        Tree.defaultText(retention, "whenScaled", "Retain");
        for (ObjectNode claim : Tree.objects(spec, "volumeClaimTemplates")) {
            Tree.defaultText(claim, "apiVersion", "v1");
            Tree.defaultText(claim, "kind", "PersistentVolumeClaim");
            StorageRules.claimDefaults(claim);
            Tree.defaultText(Tree.object(claim, "status"), "phase", "Pending");
        }
        PodDefaults.template(spec, "template");
    }

    private static void daemonSetDefaults(ObjectNode object) {
        ObjectNode spec = Tree.object(object, "spec");
        Tree.defaultNumber(spec, "revisionHistoryLimit", 10);
        ObjectNode strategy = Tree.object(spec, "updateStrategy");
        Tree.defaultText(strategy, "type", "RollingUpdate");
        if (Tree.text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Tree.object(strategy, "rollingUpdate");
            Tree.defaultNumber(rolling, "maxUnavailable", 1);
            Tree.defaultNumber(rolling, "maxSurge", 0);
        }
        PodDefaults.template(spec, "template");
    }

    private static void replicationControllerDefaults(ObjectNode object) {
        ObjectNode spec = Tree.object(object, "spec");
        Tree.defaultNumber(spec, "replicas", 1);
        if (Tree.at(spec, "template", "metadata", "labels") instanceof ObjectNode labels && !labels.isEmpty()) {
            if (Tree.at(spec, "selector").isEmpty()) {
                spec.set("selector", labels.deepCopy());
            }
            ObjectNode metadata = Tree.object(object, "metadata");
            if (Tree.at(metadata, "labels").isEmpty()) {
                metadata.set("labels", labels.deepCopy());
            }
        }
        PodDefaults.template(spec, "template");
    }

    private static void checkWorkload(ObjectNode object, String kind, Problems problems) {
        ObjectNode spec = Tree.object(object, "spec");
        for (String number : List.of("replicas", "minReadySeconds", "revisionHistoryLimit")) {
            problems.notNegative(spec, SPEC, number);
        }
        JsonNode selector = spec.path("selector");
        FieldPath path = SPEC.child("selector");
        if (Tree.absent(selector)) {
            problems.required(path);
        } else if (selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty()) {
            problems.invalid(path, selector, "empty selector is invalid for " + kind);
        } else {
            problems.selector(path, selector).ifPresent(read -> matchesTemplate(spec, read, problems));
        }
        PodRules.checkTemplate(object, problems);
    }

    private static void matchesTemplate(ObjectNode spec, LabelSelector selector, Problems problems) {
        JsonNode labels = Tree.at(spec, "template", "metadata", "labels");
        if (Tree.has(spec, "template") && !selector.matches(Tree.map(labels))) {
            problems.invalid(
                    SPEC.child("template").child("metadata").child("labels"),
                    labels,
                    "`selector` does not match template `labels`");
        }
    }

    private static void sameSelector(ObjectNode object, ObjectNode old, Problems problems) {
        problems.immutable(Tree.object(object, "spec"), Tree.object(old, "spec"), SPEC, "selector");
    }

    private static void checkRollout(ObjectNode object, Problems problems) {
        ObjectNode spec = Tree.object(object, "spec");
        ObjectNode strategy = Tree.object(spec, "strategy");
        FieldPath path = SPEC.child("strategy");
        problems.oneOf(strategy, path, "type", List.of("Recreate", "RollingUpdate"));
        FieldPath rolling = path.child("rollingUpdate");
        if (Tree.text(strategy, "type").equals("Recreate") && Tree.has(strategy, "rollingUpdate")) {
            problems.forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'");
        } else if (strategy.get("rollingUpdate") instanceof ObjectNode update) {
            intOrPercent(update, rolling, "maxUnavailable", problems);
            intOrPercent(update, rolling, "maxSurge", problems);
            if (zero(update.path("maxUnavailable")) && zero(update.path("maxSurge"))) {
                problems.invalid(
                        rolling.child("maxUnavailable"),
                        update.path("maxUnavailable"),
                        "may not be 0 when `maxSurge` is 0");
            }
        }
        problems.notNegative(spec, SPEC, "progressDeadlineSeconds");
        if (Tree.has(spec, "progressDeadlineSeconds")
                && Tree.number(spec, "progressDeadlineSeconds") <= Tree.number(spec, "minReadySeconds")) {
            problems.invalid(
                    SPEC.child("progressDeadlineSeconds"),
                    spec.path("progressDeadlineSeconds"),
                    "must be greater than minReadySeconds");
        }
    }

    /** A number that is not negative, or a percentage up to 100. */
    static void intOrPercent(ObjectNode parent, FieldPath path, String member, Problems problems) {
        JsonNode value = parent.path(member);
        if (value.isTextual()) {
            if (!PERCENT.matcher(value.asText()).matches()) {
                problems.invalid(path.child(member), value, PERCENT_FORM);
            } else if (value.asText().length() > 4 || percent(value) > 100) {
                problems.invalid(path.child(member), value, "must not be greater than 100%");
            }
        } else {
            problems.notNegative(parent, path, member);
        }
    }

    private static int percent(JsonNode value) {
        return Integer.parseInt(value.asText().substring(0, value.asText().length() - 1));
    }

    private static boolean zero(JsonNode value) {
        return value.isTextual() ? value.asText().matches("0+%") : value.asLong(0) == 0;
    }

    private static void checkUpdateStrategy(ObjectNode object, List<String> types, Problems problems) {
        ObjectNode strategy = Tree.object(Tree.object(object, "spec"), "updateStrategy");
        FieldPath path = SPEC.child("updateStrategy");
        problems.requiredOneOf(strategy, path, "type", types);
        if (strategy.get("rollingUpdate") instanceof ObjectNode rolling) {
            intOrPercent(rolling, path.child("rollingUpdate"), "maxUnavailable", problems);
            intOrPercent(rolling, path.child("rollingUpdate"), "maxSurge", problems);
            problems.notNegative(rolling, path.child("rollingUpdate"), "partition");
            if (Tree.text(strategy, "type").equals("OnDelete")) {
                problems.invalid(
                        path.child("rollingUpdate"), rolling, "only allowed for updateStrategy 'RollingUpdate'");
            }
        }
    }

    /** The set with the volumes that its pods get of its claims; containers mount them as the others. */
    private static ObjectNode withClaims(ObjectNode object) {
        List<ObjectNode> claims = Tree.objects(Tree.object(object, "spec"), "volumeClaimTemplates");
        if (claims.isEmpty() || !(Tree.at(object, "spec", "template", "spec") instanceof ObjectNode)) {
            return object;
        }
        ObjectNode complete = object.deepCopy();
        ObjectNode pod = (ObjectNode) Tree.at(complete, "spec", "template", "spec");
        Set<String> names = new HashSet<>();
        Tree.objects(pod, "volumes").forEach(volume -> names.add(Tree.text(volume, "name")));
        for (ObjectNode claim : claims) {
            String name = Tree.text(claim, "metadata", "name");
            if (!name.isEmpty() && names.add(name)) {
                Tree.array(pod, "volumes")
                        .addObject()
                        .put("name", name)
                        .putObject("persistentVolumeClaim")
                        .put("claimName", name);
            }
        }
        return complete;
    }

    private static void checkStatefulSet(ObjectNode object, Problems problems) {
        ObjectNode spec = Tree.object(object, "spec");
        problems.oneOf(spec, SPEC, "podManagementPolicy", List.of("OrderedReady", "Parallel"));
        checkUpdateStrategy(object, List.of("RollingUpdate", "OnDelete"), problems);
        ObjectNode retention = Tree.object(spec, "persistentVolumeClaimRetentionPolicy");
        FieldPath path = SPEC.child("persistentVolumeClaimRetentionPolicy");
        problems.oneOf(retention, path, "whenDeleted", List.of("Retain", "Delete"));
        problems.oneOf(retention, path, "whenScaled", List.of("Retain", "Delete"));
    }

    private static void checkStatefulSetUpdate(ObjectNode object, ObjectNode old, Problems problems) {
        ObjectNode now = Tree.object(object, "spec").deepCopy();
        ObjectNode before = Tree.object(old, "spec").deepCopy();
        now.remove(CHANGEABLE);
        before.remove(CHANGEABLE);
        if (!Json.equal(now, before)) {
            problems.forbidden(
                    SPEC,
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                            + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                            + " 'minReadySeconds' are forbidden");
        }
    }

    private static void checkReplicationController(ObjectNode object, Problems problems) {
        ObjectNode spec = Tree.object(object, "spec");
        problems.notNegative(spec, SPEC, "replicas");
        problems.notNegative(spec, SPEC, "minReadySeconds");
        Map<String, String> selector = Tree.map(spec, "selector");
        if (selector.isEmpty()) {
            problems.required(SPEC.child("selector"));
        } else if (Names.labels(selector, SPEC.child("selector")).isEmpty()) {
            matchesTemplate(spec, LabelSelector.ofLabels(selector), problems);
        }
        problems.labels(SPEC.child("selector"), spec.path("selector"));
        PodRules.checkTemplate(object, problems);
    }
}
