package io.kantoku.tkg.capi;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import java.util.List;
import java.util.Optional;

/** Keeps the machine sets of a deployment. */
public final class DeploymentController {
    private final Caches caches;

    public DeploymentController(Caches caches) {
        this.caches = caches;
    }

    public Controller controller() {
        return Controller.named("machine-deployment")
                .kind("MachineDeployment")
                .concurrency(16)
                .reconciler(this::reconcile)
                .watches(
                        caches.deployments.resource(),
                        caches.deployments,
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(caches.machineSets.resource(), caches.machineSets, Mapper.label(Labels.DEPLOYMENT))
                .build();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.deployments.find(request.name());
        if (found.isEmpty() || found.get().deleting()) {
            return Result.done();
        }
        KubeObject deployment = found.get();
        DeploymentPlan plan = DeploymentPlan.of(deployment, sets(deployment));
        KubeObject current = caches.machineSets.ensure(plan.current());
        scale(current, plan.current().at("spec", "replicas").asInt());
        for (KubeObject set : sets(deployment)) {
            Integer replicas = plan.others().get(set.name());
            if (replicas != null) {
                if (replicas == 0 && set.at("status", "replicas").asInt() == 0) {
                    caches.machineSets.delete(set);
                } else {
                    scale(set, replicas);
                }
            }
        }
        status(deployment, current.name());
        return Result.done();
    }

    private List<KubeObject> sets(KubeObject deployment) {
        String cluster = deployment.text("spec", "clusterName");
        return caches.machineSets.by(Caches.key(deployment.namespace(), cluster)).stream()
                .filter(set -> set.labels().getOrDefault(Labels.DEPLOYMENT, "").equals(deployment.name()))
                .filter(set -> !set.deleting())
                .toList();
    }

    private void scale(KubeObject set, int replicas) {
        if (set.at("spec", "replicas").asInt(-1) != replicas) {
            KubeObject changed = set.copy();
            changed.spec().put("replicas", replicas);
            caches.machineSets.update(changed);
        }
    }

    private void status(KubeObject deployment, String currentSet) {
        int replicas = 0;
        int ready = 0;
        int updated = 0;
        for (KubeObject set : sets(deployment)) {
            replicas += set.at("status", "replicas").asInt();
            ready += set.at("status", "readyReplicas").asInt();
            if (set.name().equals(currentSet)) {
                updated = set.at("status", "replicas").asInt();
            }
        }
        int desired = deployment.at("spec", "replicas").asInt(1);
        KubeObject changed = deployment.copy();
        changed.status()
                .put("replicas", replicas)
                .put("readyReplicas", ready)
                .put("availableReplicas", ready)
                .put("updatedReplicas", updated)
                .put("unavailableReplicas", Math.max(0, desired - ready))
                .put("observedGeneration", deployment.generation())
                .put("selector", Labels.DEPLOYMENT + "=" + deployment.name())
                .put(
                        "phase",
                        ready >= desired && replicas == desired
                                ? "Running"
                                : replicas > desired ? "ScalingDown" : "ScalingUp");
        caches.deployments.updateStatus(changed);
    }
}
