package io.kantoku.controllers.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.controllers.IntOrPercent;
import io.kantoku.controllers.Kinds;
import io.kantoku.controllers.Pods;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The next steps of a StatefulSet, upstream's: pods come up in the order of their ordinals, each after the one before it is
 * available; they go in the reverse order; updates go from the highest ordinal down to the partition. With {@code
 * podManagementPolicy: Parallel} coming and going does not wait.
 *
 * @param create ordinals to create
 * @param delete pods to delete
 */
record StatefulSetPlan(List<Integer> create, List<KubeObject> delete) {
    static final String POD_NAME = "statefulset.kubernetes.io/pod-name";
    static final String POD_INDEX = "apps.kubernetes.io/pod-index";
    private static final Pattern NAME = Pattern.compile("(.*)-([0-9]+)$");

    static StatefulSetPlan plan(KubeObject set, List<KubeObject> pods, String updateRevision, Instant now) {
        List<Integer> create = new ArrayList<>();
        List<KubeObject> delete = new ArrayList<>();
        if (set.deleting()) {
            return new StatefulSetPlan(create, delete);
        }
        boolean parallel = set.text("spec", "podManagementPolicy").equals("Parallel");
        long minReady = set.at("spec", "minReadySeconds").asLong();
        int start = start(set);
        int end = start + ReplicaSetPlan.replicas(set);
        Map<Integer, KubeObject> wanted = new TreeMap<>();
        TreeMap<Integer, KubeObject> condemned = new TreeMap<>();
        for (KubeObject pod : pods) {
            int ordinal = ordinal(set, pod);
            if (ordinal >= start && ordinal < end) {
                wanted.put(ordinal, pod);
            } else if (ordinal >= 0) {
                condemned.put(ordinal, pod);
            }
        }
        for (int ordinal = start; ordinal < end; ordinal++) {
            KubeObject pod = wanted.get(ordinal);
            boolean settled = false;
            if (pod == null) {
                create.add(ordinal);
            } else if (Pods.isTerminal(pod)) {
                if (!pod.deleting()) {
                    delete.add(pod);
                }
            } else {
                settled = !pod.deleting() && Pods.isAvailable(pod, minReady, now);
            }
            if (!settled && !parallel) {
                return new StatefulSetPlan(create, delete);
            }
        }
        for (KubeObject pod : condemned.descendingMap().values()) {
            if (!pod.deleting()) {
                delete.add(pod);
            }
            if (!parallel) {
                // The next one goes when this one is gone.
                return new StatefulSetPlan(create, delete);
            }
        }
        update(set, wanted, updateRevision, minReady, now, delete);
        return new StatefulSetPlan(create, delete);
    }

    private static void update(
            KubeObject set,
            Map<Integer, KubeObject> wanted,
            String updateRevision,
            long minReady,
            Instant now,
            List<KubeObject> delete) {
        if (set.text("spec", "updateStrategy", "type").equals("OnDelete")) {
            return;
        }
        int partition = partition(set);
        int most = maxUnavailable(set);
        if (most > 1) {
            several(set, wanted, updateRevision, minReady, now, delete, most);
            return;
        }
        for (int ordinal = start(set) + ReplicaSetPlan.replicas(set) - 1; ordinal >= start(set); ordinal--) {
            KubeObject pod = wanted.get(ordinal);
            if (pod == null || ordinal < partition) {
                return;
            }
            if (!updateRevision.equals(pod.labels().get(Revisions.HASH)) && !pod.deleting()) {
                if (!delete.contains(pod)) {
                    delete.add(pod);
                }
                return;
            }
            if (pod.deleting() || !Pods.isAvailable(pod, minReady, now)) {
                return;
            }
        }
    }

    /** Replaces as many pods at a time as may be unavailable (KEP-961), from the highest ordinal down. */
    private static void several(
            KubeObject set,
            Map<Integer, KubeObject> wanted,
            String updateRevision,
            long minReady,
            Instant now,
            List<KubeObject> delete,
            int most) {
        int end = start(set) + ReplicaSetPlan.replicas(set);
        int left = most;
        for (int ordinal = start(set); ordinal < end; ordinal++) {
            KubeObject pod = wanted.get(ordinal);
            left -= pod == null || pod.deleting() || !Pods.isAvailable(pod, minReady, now) ? 1 : 0;
        }
        for (int ordinal = end - 1; ordinal >= Math.max(start(set), partition(set)) && left > 0; ordinal--) {
            KubeObject pod = wanted.get(ordinal);
            boolean old = pod != null
                    && !pod.deleting()
                    && !updateRevision.equals(pod.labels().get(Revisions.HASH));
            if (old && !delete.contains(pod)) {
                delete.add(pod);
                left--;
            }
        }
    }

    /** How many pods an update may make unavailable at a time; one unless the set says more. */
    private static int maxUnavailable(KubeObject set) {
        return Math.max(
                1,
                IntOrPercent.resolve(
                        set.at("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"),
                        ReplicaSetPlan.replicas(set),
                        false,
                        1));
    }

    static int start(KubeObject set) {
        return set.at("spec", "ordinals", "start").asInt();
    }

    static int partition(KubeObject set) {
        return set.at("spec", "updateStrategy", "rollingUpdate", "partition").asInt();
    }

    /** The pod's ordinal, -1 when its name is not one of the set's. */
    static int ordinal(KubeObject set, KubeObject pod) {
        Matcher matcher = NAME.matcher(pod.name());
        if (!matcher.matches()
                || !matcher.group(1).equals(set.name())
                || matcher.group(2).length() > 9) {
            return -1;
        }
        return Integer.parseInt(matcher.group(2));
    }

    /** The pod of an ordinal, made from a revision. */
    static KubeObject pod(KubeObject set, int ordinal, KubeObject revision) {
        KubeObject pod = Templates.pod(set, Revisions.template(revision));
        String name = set.name() + "-" + ordinal;
        pod.metadata().remove("generateName");
        pod.metadata().put("name", name);
        pod.label(POD_NAME, name).label(POD_INDEX, Integer.toString(ordinal)).label(Revisions.HASH, revision.name());
        pod.spec().put("hostname", name);
        String service = set.text("spec", "serviceName");
        if (!service.isEmpty()) {
            pod.spec().put("subdomain", service);
        }
        Map<String, String> claims = new HashMap<>();
        for (JsonNode template : set.at("spec", "volumeClaimTemplates")) {
            String volume = template.path("metadata").path("name").asText();
            claims.put(volume, claimName(volume, name));
        }
        ArrayNode volumes = pod.spec().withArrayProperty("volumes");
        for (int i = volumes.size() - 1; i >= 0; i--) {
            if (claims.containsKey(volumes.get(i).path("name").asText())) {
                volumes.remove(i);
            }
        }
        claims.forEach((volume, claim) -> volumes.addObject()
                .put("name", volume)
                .putObject("persistentVolumeClaim")
                .put("claimName", claim));
        if (volumes.isEmpty()) {
            pod.spec().remove("volumes");
        }
        return pod;
    }

    /** The claims of an ordinal; they outlive the pod and the set. */
    static List<KubeObject> claims(KubeObject set, int ordinal) {
        List<KubeObject> claims = new ArrayList<>();
        for (JsonNode template : set.at("spec", "volumeClaimTemplates")) {
            KubeObject claim = KubeObject.create(
                    Kinds.PERSISTENT_VOLUME_CLAIM,
                    set.namespace(),
                    claimName(template.path("metadata").path("name").asText(), set.name() + "-" + ordinal));
            for (String field : List.of("labels", "annotations")) {
                if (!template.path("metadata").path(field).isEmpty()) {
                    claim.metadata()
                            .set(field, template.path("metadata").path(field).deepCopy());
                }
            }
            set.at("spec", "selector", "matchLabels")
                    .properties()
                    .forEach(label ->
                            claim.label(label.getKey(), label.getValue().asText()));
            claim.json().set("spec", template.path("spec").deepCopy());
            claims.add(claim);
        }
        return claims;
    }

    private static String claimName(String volume, String pod) {
        return volume + "-" + pod;
    }

    /** The set with its counts. {@code current} and {@code update} name revisions; they fall together when the update is done. */
    static KubeObject status(
            KubeObject set, List<KubeObject> pods, KubeObject current, KubeObject update, Instant now) {
        long minReady = set.at("spec", "minReadySeconds").asLong();
        int replicas = 0;
        int ready = 0;
        int available = 0;
        int ofCurrent = 0;
        int ofUpdate = 0;
        for (KubeObject pod : pods) {
            if (ordinal(set, pod) < 0) {
                continue;
            }
            replicas++;
            ready += Pods.isReady(pod) ? 1 : 0;
            available += Pods.isAvailable(pod, minReady, now) ? 1 : 0;
            if (!pod.deleting()) {
                String revision = pod.labels().getOrDefault(Revisions.HASH, "");
                ofCurrent += revision.equals(current.name()) ? 1 : 0;
                ofUpdate += revision.equals(update.name()) ? 1 : 0;
            }
        }
        boolean done = !set.text("spec", "updateStrategy", "type").equals("OnDelete")
                && ofUpdate == replicas
                && ready == replicas
                && replicas == ReplicaSetPlan.replicas(set);
        KubeObject next = set.copy();
        ObjectNode status = next.status();
        status.put("replicas", replicas).put("availableReplicas", available);
        Counts.put(next, "readyReplicas", ready);
        Counts.put(next, "currentReplicas", done ? ofUpdate : ofCurrent);
        Counts.put(next, "updatedReplicas", ofUpdate);
        status.put("currentRevision", done ? update.name() : current.name());
        status.put("updateRevision", update.name());
        status.put("observedGeneration", set.generation());
        if (!status.has("collisionCount")) {
            status.put("collisionCount", 0);
        }
        return next;
    }
}
