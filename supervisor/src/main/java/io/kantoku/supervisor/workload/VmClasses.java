package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Query;
import io.kantoku.supervisor.DocumentStore;
import io.kantoku.supervisor.ObjectInstaller;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The VM classes of vCenter; Supervisors have them as objects. Thread-safe. */
public final class VmClasses {
    private static final String KEY = "workload/vm-classes/";
    private static final GroupVersion VMOP = GroupVersion.parse("vmoperator.vmware.com/v1alpha1");
    private static final GroupVersionResource CLASSES = VMOP.resource("virtualmachineclasses");
    private static final GroupVersionResource MACHINES = VMOP.resource("virtualmachines");

    /** Size of a class: processors and memory in GiB, by the names of the vSphere documentation. */
    private record Size(String name, int cpus, int memoryGiB) {}

    private static final List<Size> SIZES = List.of(
            new Size("xsmall", 2, 2),
            new Size("small", 2, 4),
            new Size("medium", 2, 8),
            new Size("large", 4, 16),
            new Size("xlarge", 4, 32),
            new Size("2xlarge", 8, 64),
            new Size("4xlarge", 16, 128),
            new Size("8xlarge", 32, 128));

    private final DocumentStore documents;
    private final Clusters clusters;

    /** The standard classes are there from the first time on, and can be changed and removed as any. */
    VmClasses(DocumentStore documents, Clusters clusters) {
        this.documents = documents;
        this.clusters = clusters;
        if (documents.get(KEY + "-made").isEmpty()) {
            for (Size size : SIZES) {
                keep(VmClass.sized("best-effort-" + size.name(), size.cpus(), size.memoryGiB() * 1024L, false));
                keep(VmClass.sized("guaranteed-" + size.name(), size.cpus(), size.memoryGiB() * 1024L, true));
            }
            documents.put(KEY + "-made", Json.object());
        }
    }

    public List<VmClass> list() {
        List<VmClass> classes = new ArrayList<>();
        documents.list(KEY).values().forEach(document -> {
            if (document.has("id")) {
                classes.add(VmClass.read(document.path("id").asText(), document, null));
            }
        });
        return classes;
    }

    public Optional<VmClass> find(String id) {
        return list().stream().filter(known -> known.id().equals(id)).findFirst();
    }

    public VmClass get(String id) {
        return find(id).orElseThrow(() -> VapiException.notFound("VM class", id));
    }

    /** Makes a class; {@code ALREADY_EXISTS}, {@code INVALID_ARGUMENT}. */
    public synchronized void create(JsonNode spec) {
        VmClass made = VmClass.read(spec.path("id").asText(), spec, null);
        if (find(made.id()).isPresent()) {
            throw VapiException.of(
                    VapiError.ALREADY_EXISTS,
                    "com.vmware.vapi.std.errors.already_exists",
                    "VM class '" + made.id() + "' exists already");
        }
        keep(made);
        apply(made);
    }

    /** Changes a class; machines keep the size that they were made with. */
    public synchronized void update(String id, JsonNode spec) {
        VmClass changed = VmClass.read(id, spec, get(id));
        keep(changed);
        apply(changed);
    }

    /** Removes a class; {@code RESOURCE_IN_USE} while a machine has it, for its cluster would not grow any more. */
    public synchronized void delete(String id) {
        get(id);
        List<String> users = machines(id);
        if (!users.isEmpty()) {
            throw VapiException.of(
                    VapiError.RESOURCE_IN_USE,
                    "com.vmware.vapi.std.errors.resource_in_use",
                    "VM class '" + id + "' is used by " + users.size() + " machines, " + users.getFirst()
                            + " for one; delete them first");
        }
        documents.delete(KEY + id);
        supervisor().ifPresent(client -> {
            try {
                client.delete(CLASSES, NamespacedName.clusterScoped(id), DeleteOptions.background());
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        });
    }

    /** The machines of a class, as {@code namespace/name}. */
    public List<String> machines(String id) {
        return supervisor()
                .map(client -> client.list(MACHINES, Query.all()).items().stream()
                        .filter(vm -> vm.text("spec", "className").equals(id))
                        .map(vm -> vm.namespace() + "/" + vm.name())
                        .toList())
                .orElse(List.of());
    }

    List<KubeObject> objects() {
        return list().stream().map(VmClass::object).toList();
    }

    private void keep(VmClass vmClass) {
        documents.put(KEY + vmClass.id(), vmClass.toJson());
    }

    private void apply(VmClass vmClass) {
        supervisor().ifPresent(client -> new ObjectInstaller(client).replace(vmClass.object()));
    }

    /** The Supervisor's API, once it serves VM classes. */
    private Optional<KubeClient> supervisor() {
        if (!clusters.ids().contains(ClusterId.SUPERVISOR)) {
            return Optional.empty();
        }
        KubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
        try {
            client.list(CLASSES, Query.all());
            return Optional.of(client);
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return Optional.empty(); // it is being enabled; its objects are made from these then
            }
            throw e;
        }
    }
}
