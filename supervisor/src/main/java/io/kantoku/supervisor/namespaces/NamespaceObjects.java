package io.kantoku.supervisor.namespaces;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.supervisor.namespaces.NamespaceSpec.Access;
import io.kantoku.supervisor.namespaces.NamespaceSpec.Role;
import io.kantoku.supervisor.namespaces.NamespaceSpec.Storage;
import io.kantoku.supervisor.namespaces.NamespaceSpec.SubjectType;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Users;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Builds the Kubernetes objects that a vSphere Namespace is on its Supervisor. Pure. */
final class NamespaceObjects {
    /** Marks what was made from the namespace's definition in vCenter, so that what no longer belongs can be removed. */
    static final String MANAGED = "vmware-system-managed-by";

    static final String MANAGED_VALUE = "vcenter";

    /** Administrators of vCenter may change things in every namespace without being named there. */
    private static final Access ADMINISTRATORS =
            new Access(SubjectType.GROUP, Principal.ADMINISTRATORS, Users.DOMAIN, Role.EDIT);

    private static final String UNLIMITED = "9223372036854775807";
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String VMOP = "vmoperator.vmware.com";
    static final GroupVersionResource CLASS_BINDINGS =
            new GroupVersionResource(VMOP, "v1alpha1", "virtualmachineclassbindings");

    /** Names of vCenter's limits with the name and the unit of the quota. */
    private static final Map<String, String> QUOTA_NAMES = Map.ofEntries(
            Map.entry("memory_limit", "limits.memory"),
            Map.entry("cpu_limit", "limits.cpu"),
            Map.entry("storage_request_limit", "requests.storage"),
            Map.entry("pod_count", "pods"),
            Map.entry("service_count", "count/services"),
            Map.entry("deployment_count", "count/deployments.apps"),
            Map.entry("daemon_set_count", "count/daemonsets.apps"),
            Map.entry("replica_set_count", "count/replicasets.apps"),
            Map.entry("replication_controller_count", "count/replicationcontrollers"),
            Map.entry("stateful_set_count", "count/statefulsets.apps"),
            Map.entry("config_map_count", "count/configmaps"),
            Map.entry("secret_count", "count/secrets"),
            Map.entry("persistent_volume_claim_count", "count/persistentvolumeclaims"),
            Map.entry("job_count", "count/jobs.batch"));

    /** What the objects need to know of vSphere. */
    record Place(String resourcePool, String folder, String network, Map<String, String> policyNames) {
        Place {
            policyNames = Map.copyOf(policyNames);
        }

        String policyName(Storage storage) {
            return policyNames.getOrDefault(storage.policy(), storage.policy());
        }
    }

    private NamespaceObjects() {}

    /** All limits that can be given, beside the defaults of containers. */
    static boolean knows(String limit) {
        return QUOTA_NAMES.containsKey(limit) || limit.endsWith("_default");
    }

    /** The namespace itself first. */
    static List<KubeObject> of(NamespaceSpec spec, Place place) {
        List<KubeObject> objects = new ArrayList<>();
        KubeObject namespace = KubeObject.create(new GroupVersionKind("", "v1", "Namespace"), "", spec.name());
        namespace
                .label("vSphereClusterID", spec.cluster())
                .annotate("vmware-system-resource-pool", place.resourcePool())
                .annotate("vmware-system-vm-folder", place.folder());
        objects.add(namespace);
        objects.add(network(spec, place));
        objects.add(roleBinding(spec, ADMINISTRATORS));
        spec.access().stream()
                .filter(access ->
                        !access.about(ADMINISTRATORS.type(), ADMINISTRATORS.domain(), ADMINISTRATORS.subject()))
                .forEach(access -> objects.add(roleBinding(spec, access)));
        if (!spec.storage().isEmpty()) {
            spec.storage().forEach(storage -> objects.add(storageClass(place.policyName(storage), storage)));
            objects.add(storageQuota(spec, place));
        }
        objectQuota(spec, objects);
        limitRange(spec, objects);
        spec.vmService().classes().forEach(vmClass -> objects.add(classBinding(spec, vmClass)));
        return objects;
    }

    /** A storage policy's name as a StorageClass: lower case, and hyphens for everything that cannot be in a name. */
    static String className(String policyName) {
        return policyName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    private static KubeObject network(NamespaceSpec spec, Place place) {
        KubeObject network = KubeObject.create(
                new GroupVersionKind("netoperator.vmware.com", "v1alpha1", "Network"), spec.name(), place.network());
        network.label("capw.vmware.com/is-default-network", "true");
        network.spec()
                .put("type", "vsphere-distributed")
                .putObject("providerRef")
                .put("apiGroup", "netoperator.vmware.com")
                .put("apiVersion", "netoperator.vmware.com/v1alpha1")
                .put("kind", "VSphereDistributedNetwork")
                .put("name", place.network());
        return network;
    }

    private static KubeObject roleBinding(NamespaceSpec spec, Access access) {
        String type = access.type().name().toLowerCase(Locale.ROOT);
        KubeObject binding = KubeObject.create(
                        new GroupVersionKind(RBAC, "v1", "RoleBinding"),
                        spec.name(),
                        "wcp:" + spec.name() + ":" + type + ":" + access.domain() + ":" + access.subject())
                .label(MANAGED, MANAGED_VALUE);
        binding.json()
                .putObject("roleRef")
                .put("apiGroup", RBAC)
                .put("kind", "ClusterRole")
                .put("name", access.role() == Role.VIEW ? "view" : "edit");
        binding.json()
                .putArray("subjects")
                .addObject()
                .put("apiGroup", RBAC)
                .put("kind", access.type() == SubjectType.USER ? "User" : "Group")
                .put("name", "sso:" + access.subject() + "@" + access.domain());
        return binding;
    }

    private static KubeObject storageClass(String policyName, Storage storage) {
        KubeObject storageClass = KubeObject.create(
                new GroupVersionKind("storage.k8s.io", "v1", "StorageClass"), "", className(policyName));
        ObjectNode json = storageClass.json();
        json.put("provisioner", "csi.vsphere.vmware.com")
                .put("reclaimPolicy", "Delete")
                .put("volumeBindingMode", "Immediate")
                .put("allowVolumeExpansion", true);
        json.putObject("parameters").put("storagePolicyID", storage.policy());
        return storageClass;
    }

    private static KubeObject storageQuota(NamespaceSpec spec, Place place) {
        KubeObject quota = KubeObject.create(
                        new GroupVersionKind("", "v1", "ResourceQuota"), spec.name(), spec.name() + "-storagequota")
                .label(MANAGED, MANAGED_VALUE);
        ObjectNode hard = quota.spec().putObject("hard");
        for (Storage storage : spec.storage()) {
            String storageClass = className(place.policyName(storage));
            hard.put(
                    storageClass + ".storageclass.storage.k8s.io/requests.storage",
                    storage.limitMiB() > 0 ? storage.limitMiB() + "Mi" : UNLIMITED);
        }
        return quota;
    }

    private static void objectQuota(NamespaceSpec spec, List<KubeObject> objects) {
        KubeObject quota = KubeObject.create(new GroupVersionKind("", "v1", "ResourceQuota"), spec.name(), spec.name())
                .label(MANAGED, MANAGED_VALUE);
        ObjectNode hard = quota.spec().putObject("hard");
        spec.limits().forEach((limit, value) -> {
            String name = QUOTA_NAMES.get(limit);
            if (name != null) {
                hard.put(name, value + unit(limit));
            }
        });
        if (!hard.isEmpty()) {
            objects.add(quota);
        }
    }

    /** That a VM class may be used in the namespace. */
    private static KubeObject classBinding(NamespaceSpec spec, String vmClass) {
        KubeObject binding = KubeObject.create(
                        new GroupVersionKind(VMOP, "v1alpha1", "VirtualMachineClassBinding"), spec.name(), vmClass)
                .label(MANAGED, MANAGED_VALUE);
        binding.json()
                .putObject("classRef")
                .put("apiVersion", VMOP + "/v1alpha1")
                .put("kind", "VirtualMachineClass")
                .put("name", vmClass);
        return binding;
    }

    /** Memory and storage are given in MiB; processors in MHz, of which a thousand count as one. */
    private static String unit(String limit) {
        return switch (limit) {
            case "memory_limit", "storage_request_limit" -> "Mi";
            case "cpu_limit" -> "m";
            default -> "";
        };
    }

    private static void limitRange(NamespaceSpec spec, List<KubeObject> objects) {
        KubeObject range = KubeObject.create(new GroupVersionKind("", "v1", "LimitRange"), spec.name(), spec.name())
                .label(MANAGED, MANAGED_VALUE);
        ArrayNode limits = range.spec().putArray("limits");
        ObjectNode container = limits.addObject().put("type", "Container");
        put(spec, "cpu_limit_default", container, "default", "cpu", "m");
        put(spec, "memory_limit_default", container, "default", "memory", "Mi");
        put(spec, "cpu_request_default", container, "defaultRequest", "cpu", "m");
        put(spec, "memory_request_default", container, "defaultRequest", "memory", "Mi");
        if (container.size() > 1) {
            objects.add(range);
        }
    }

    private static void put(
            NamespaceSpec spec, String limit, ObjectNode container, String kind, String resource, String unit) {
        Long value = spec.limits().get(limit);
        if (value != null) {
            container.withObjectProperty(kind).put(resource, value + unit);
        }
    }
}
