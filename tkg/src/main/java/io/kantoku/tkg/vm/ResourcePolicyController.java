package io.kantoku.tkg.vm;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.Mapper;
import io.kantoku.client.Request;
import io.kantoku.client.Result;
import io.kantoku.tkg.objects.Caches;
import io.kantoku.tkg.objects.Labels;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VsphereException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Gives the machines of a VirtualMachineSetResourcePolicy a resource pool and a folder of their own in those of the namespace. */
public final class ResourcePolicyController {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

    private final Caches caches;
    private final Inventory inventory;
    private final InstantSource clock;

    public ResourcePolicyController(Caches caches, Inventory inventory, InstantSource clock) {
        this.caches = caches;
        this.inventory = inventory;
        this.clock = clock;
    }

    public Controller controller() {
        return Controller.named("resource-policy")
                .kind("VirtualMachineSetResourcePolicy")
                .concurrency(8)
                .reconciler(this::reconcile)
                .watches(
                        caches.policies.resource(),
                        caches.policies,
                        Mapper.self().whenNotOnlyStatusChanged())
                .watches(caches.namespaces.resource(), caches.namespaces, Mapper.of(this::waiting))
                .watches(
                        caches.vms.resource(),
                        caches.vms,
                        Mapper.label(Labels.VM_CLUSTER).whenChanged((_, _) -> false))
                .build();
    }

    private List<NamespacedName> waiting(KubeObject namespace) {
        return caches.policies.all().stream()
                .filter(policy -> policy.namespace().equals(namespace.name()))
                .filter(policy -> !Conditions.isTrue(policy, "Ready"))
                .map(KubeObject::namespacedName)
                .toList();
    }

    private Result reconcile(Request request) {
        Optional<KubeObject> found = caches.policies.find(request.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        KubeObject policy = found.get();
        if (policy.deleting()) {
            return remove(policy);
        }
        if (Conditions.isTrue(policy, "Ready")) {
            return Result.done();
        }
        KubeObject changed = caches.policies
                .withFinalizer(ClusterId.SUPERVISOR, policy, Labels.RESOURCE_POLICY_FINALIZER)
                .copy();
        Condition ready;
        try {
            ready = make(changed);
        } catch (VsphereException e) {
            ready = Condition.isFalse("Ready", "ResourcePolicyCreationFailed", e.code() + ": " + e.getMessage());
        }
        Conditions.set(changed, ready, clock.instant());
        caches.policies.updateStatus(changed);
        return ready.isTrue() ? Result.done() : Result.after(TRY_AGAIN);
    }

    private Condition make(KubeObject policy) {
        Optional<KubeObject> namespace = caches.namespaces.find("", policy.namespace());
        String pool = annotation(namespace, Labels.NAMESPACE_POOL);
        String folder = annotation(namespace, Labels.NAMESPACE_FOLDER);
        if (pool.isEmpty() || folder.isEmpty()) {
            return Condition.isFalse(
                    "Ready",
                    "NamespaceNotPrepared",
                    "namespace " + policy.namespace()
                            + " has no resource pool and folder in vSphere; clusters are made in"
                            + " vSphere Namespaces only");
        }
        String poolName = policy.text("spec", "resourcepool", "name");
        String folderName = policy.text("spec", "folder", "name");
        MoRef poolId = MoRef.parse(pool);
        MoRef folderId = MoRef.parse(folder);
        policy.status()
                .put(
                        "resourcePoolID",
                        poolName.isEmpty()
                                ? pool
                                : inventory
                                        .resourcePools()
                                        .ensure(poolId, poolName)
                                        .id()
                                        .toString())
                .put(
                        "folderID",
                        folderName.isEmpty()
                                ? folder
                                : inventory
                                        .folders()
                                        .ensure(folderId, folderName)
                                        .id()
                                        .toString());
        return Condition.isTrue("Ready", "", "");
    }

    private static String annotation(Optional<KubeObject> namespace, String key) {
        return namespace
                .map(object -> object.annotations().getOrDefault(key, ""))
                .orElse("");
    }

    private Result remove(KubeObject policy) {
        try {
            String pool = policy.text("status", "resourcePoolID");
            if (!pool.isEmpty() && !policy.text("spec", "resourcepool", "name").isEmpty()) {
                inventory.resourcePools().delete(MoRef.parse(pool));
            }
            String folder = policy.text("status", "folderID");
            if (!folder.isEmpty() && !policy.text("spec", "folder", "name").isEmpty()) {
                inventory.folders().delete(MoRef.parse(folder));
            }
        } catch (VsphereException e) {
            if (e.code() != VsphereException.Code.IN_USE) {
                throw e;
            }
            return Result.after(TRY_AGAIN); // the end of the last machine in it leads here earlier
        }
        caches.policies.removeFinalizer(policy, Labels.RESOURCE_POLICY_FINALIZER);
        return Result.done();
    }
}
