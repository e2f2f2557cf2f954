package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.tkg.objects.ClusterNames;
import io.kantoku.tkg.objects.Kinds;
import io.kantoku.tkg.objects.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides how many machines each set of a deployment has: all in the set of the present template; while others still have some,
 * one more than wanted at a time, and an old one goes for every new one that is ready. Pure.
 *
 * @param current the set of the present template, with its number
 * @param others the numbers of the other sets, by name
 */
record DeploymentPlan(KubeObject current, Map<String, Integer> others) {
    DeploymentPlan {
        others = Map.copyOf(others);
    }

    static DeploymentPlan of(KubeObject deployment, List<KubeObject> sets) {
        KubeObject wanted = set(deployment);
        int desired = deployment.at("spec", "replicas").asInt(1);
        int old = 0;
        int ready = 0;
        for (KubeObject set : sets) {
            if (set.name().equals(wanted.name())) {
                ready = set.at("status", "readyReplicas").asInt();
            } else {
                old += set.at("spec", "replicas").asInt();
            }
        }
        wanted.spec().put("replicas", old == 0 ? desired : Math.max(0, Math.min(desired, desired + 1 - old)));
        int surplus = old - Math.min(old, Math.max(0, desired - ready));
        Map<String, Integer> others = new LinkedHashMap<>();
        for (KubeObject set : sets) {
            if (!set.name().equals(wanted.name())) {
                int replicas = set.at("spec", "replicas").asInt();
                int going = Math.min(replicas, surplus);
                surplus -= going;
                others.put(set.name(), replicas - going);
            }
        }
        return new DeploymentPlan(wanted, others);
    }

    /** The set that the deployment's template leads to. */
    private static KubeObject set(KubeObject deployment) {
        String content = deployment.at("spec", "template").toString();
        KubeObject set =
                Kinds.MACHINE_SET.create(deployment.namespace(), ClusterNames.machineSet(deployment.name(), content));
        String hash = set.name().substring(deployment.name().length() + 1);
        set.ownedBy(deployment);
        deployment
                .at("spec", "template", "metadata", "labels")
                .properties()
                .forEach(entry -> set.label(entry.getKey(), entry.getValue().asText()));
        set.label(Labels.TEMPLATE_HASH, hash);
        set.spec().put("clusterName", deployment.text("spec", "clusterName"));
        set.spec().set("template", deployment.at("spec", "template").deepCopy());
        set.spec()
                .withObjectProperty("template")
                .withObjectProperty("metadata")
                .withObjectProperty("labels")
                .put(Labels.TEMPLATE_HASH, hash);
        set.spec()
                .putObject("selector")
                .putObject("matchLabels")
                .put(Labels.CLUSTER, deployment.text("spec", "clusterName"))
                .put(Labels.TEMPLATE_HASH, hash);
        return set;
    }
}
