package io.kantoku.supervisor.namespaces;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Clusters;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.Subscription;
import io.kantoku.supervisor.Changes;
import io.kantoku.supervisor.DocumentStore;
import io.kantoku.supervisor.ObjectInstaller;
import io.kantoku.supervisor.namespaces.NamespaceSpec.Access;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.supervisor.workload.SupervisorStatus;
import io.kantoku.supervisor.workload.VmClass;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.vsphere.Folder;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.PoolLimits;
import io.kantoku.vsphere.ResourcePool;
import io.kantoku.vsphere.StoragePolicy;
import io.kantoku.vsphere.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The vSphere Namespaces of all Supervisors. A change is on the Supervisor when the call returns; a removal goes on by itself, also
 * over restarts, until everything in the namespace is gone.
 */
public final class Namespaces implements AutoCloseable {
    private static final String KEY = "workload/namespaces/";

    /** The folder and the pool of all namespaces. */
    private static final String TOP = "Namespaces";

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern PRINCIPAL =
            Pattern.compile("[\\p{L}\\p{N}]([\\p{L}\\p{N} ._$-]{0,61}[\\p{L}\\p{N}._$-])?");
    private static final List<GroupVersionResource> MANAGED_KINDS = List.of(
            Resources.ROLE_BINDINGS,
            Resources.RESOURCE_QUOTAS,
            Resources.LIMIT_RANGES,
            NamespaceObjects.CLASS_BINDINGS);

    private final WorkloadManagement workload;
    private final Clusters clusters;
    private final Inventory inventory;
    private final Users users;
    private final DocumentStore documents;
    private final Changes changes;
    private @Nullable Subscription removals;
    private Changes.@Nullable Subscription supervisors;

    public Namespaces(
            WorkloadManagement workload,
            Clusters clusters,
            Inventory inventory,
            Users users,
            DocumentStore documents,
            Changes changes) {
        this.workload = workload;
        this.clusters = clusters;
        this.inventory = inventory;
        this.users = users;
        this.documents = documents;
        this.changes = changes;
    }

    /** Takes up the removals that were under way. */
    public void start() {
        removals = clusters.subscribe(Resources.NAMESPACES, new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                // only the end is waited for
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {
                if (cluster.equals(ClusterId.SUPERVISOR)) {
                    sweep();
                }
            }

            @Override
            public void onSynced() {
                sweep();
            }
        });
        supervisors = changes.subscribe((topic, _) -> {
            if (topic == Changes.Topic.SUPERVISOR) {
                sweep();
            }
        });
    }

    @Override
    public void close() {
        if (supervisors != null) {
            supervisors.close();
        }
        if (removals != null) {
            removals.close();
        }
    }

    /** Forgets the namespaces that are to go and are gone, and those whose Supervisor is. */
    private void sweep() {
        for (NamespaceSpec spec : list()) {
            boolean enabled = workload.find(spec.cluster()).isPresent();
            if (!enabled || (spec.removing() && onSupervisor(spec.name()).isEmpty())) {
                if (enabled) {
                    containers(spec);
                }
                documents.delete(KEY + spec.name());
                changes.publish(Changes.Topic.NAMESPACE, spec.name());
            }
        }
    }

    /** Removes what the inventory had for the namespace. */
    private void containers(NamespaceSpec spec) {
        MoRef cluster = MoRef.parse(spec.cluster());
        inventory
                .resourcePools()
                .child(inventory.cluster(cluster).resourcePool(), TOP)
                .flatMap(top -> inventory.resourcePools().child(top.id(), spec.name()))
                .ifPresent(pool -> inventory.resourcePools().deleteTree(pool.id()));
        inventory
                .folders()
                .child(vmFolder(cluster), TOP)
                .flatMap(top -> inventory.folders().child(top.id(), spec.name()))
                .ifPresent(folder -> inventory.folders().deleteTree(folder.id()));
    }

    private MoRef vmFolder(MoRef cluster) {
        return inventory.datacenter(inventory.cluster(cluster).datacenter()).vmFolder();
    }

    private Optional<KubeObject> onSupervisor(String name) {
        return clusters.ids().contains(ClusterId.SUPERVISOR)
                ? clusters.cluster(ClusterId.SUPERVISOR).find(Resources.NAMESPACES, NamespacedName.clusterScoped(name))
                : Optional.empty();
    }

    /** Where a namespace stands. */
    public record Status(SupervisorStatus.State state, String message) {}

    public Status status(NamespaceSpec spec) {
        if (spec.removing()) {
            String left = onSupervisor(spec.name())
                    .flatMap(namespace -> Conditions.find(namespace, "NamespaceContentRemaining"))
                    .map(Condition::message)
                    .orElse("");
            return new Status(SupervisorStatus.State.REMOVING, left);
        }
        if (onSupervisor(spec.name()).isEmpty()) {
            return new Status(
                    SupervisorStatus.State.ERROR,
                    "the namespace is not on its Supervisor; set its configuration again to bring it back");
        }
        return new Status(SupervisorStatus.State.RUNNING, "");
    }

    /** What the namespace's machines take now. */
    public Usage usage(NamespaceSpec spec) {
        MoRef cluster = MoRef.parse(spec.cluster());
        return inventory
                .resourcePools()
                .child(inventory.cluster(cluster).resourcePool(), TOP)
                .flatMap(top -> inventory.resourcePools().child(top.id(), spec.name()))
                .map(pool -> inventory.resourcePools().usage(pool.id()))
                .orElse(Usage.NONE);
    }

    public List<NamespaceSpec> list() {
        return documents.list(KEY).values().stream().map(NamespaceSpec::of).toList();
    }

    public Optional<NamespaceSpec> find(String name) {
        return DNS_LABEL.matcher(name).matches() ? documents.get(KEY + name).map(NamespaceSpec::of) : Optional.empty();
    }

    public NamespaceSpec get(String name) {
        return find(name).orElseThrow(() -> VapiException.notFound("namespace", name));
    }

    /** The namespaces that a user may log in to: those that name the user or one of the user's groups; all for administrators. */
    public List<NamespaceSpec> visibleTo(Principal user) {
        return list().stream()
                .filter(spec -> user.administrator() || spec.access().stream().anyMatch(entry -> concerns(entry, user)))
                .toList();
    }

    /** A namespace without any settings, for {@link #read}. */
    public NamespaceSpec blank(String name, String cluster) {
        return new NamespaceSpec(
                name, cluster, "", Map.of(), List.of(), List.of(), List.of(), NamespaceSpec.VmService.NONE, false);
    }

    /** Makes a namespace. */
    public synchronized NamespaceSpec create(NamespaceSpec spec) {
        if (!DNS_LABEL.matcher(spec.name()).matches()
                || spec.name().startsWith("kube-")
                || spec.name().startsWith("vmware-system")) {
            throw VapiException.invalid("namespace: '" + spec.name()
                    + "' must be a DNS label (at most 63 of a-z 0-9 -, beginning and ending with a letter or digit) and must not"
                    + " begin with kube- or vmware-system");
        }
        Optional<NamespaceSpec> before = find(spec.name());
        if (before.isPresent()) {
            refuseRemoving(before.get());
            throw VapiException.of(
                    VapiError.ALREADY_EXISTS,
                    "com.vmware.vapi.std.errors.already_exists",
                    "namespace '" + spec.name() + "' exists already");
        }
        requireRunning(spec.cluster())
                .find(Resources.NAMESPACES, NamespacedName.clusterScoped(spec.name()))
                .ifPresent(Namespaces::refuse);
        check(spec);
        documents.put(KEY + spec.name(), spec.toJson());
        apply(spec);
        changes.publish(Changes.Topic.NAMESPACE, spec.name());
        return spec;
    }

    private static void refuseRemoving(NamespaceSpec spec) {
        if (spec.removing()) {
            throw VapiException.of(
                    VapiError.NOT_ALLOWED_IN_CURRENT_STATE,
                    "com.vmware.vapi.std.errors.not_allowed_in_current_state",
                    "namespace '" + spec.name() + "' is being removed; try again when it is gone");
        }
    }

    private static void refuse(KubeObject present) {
        if (present.deleting()) {
            throw VapiException.of(
                    VapiError.NOT_ALLOWED_IN_CURRENT_STATE,
                    "com.vmware.vapi.std.errors.not_allowed_in_current_state",
                    "namespace '" + present.name() + "' is being removed; try again when it is gone");
        }
        throw VapiException.invalid("namespace: '" + present.name() + "' is a system namespace of the Supervisor");
    }

    /** Replaces a namespace's settings. */
    public synchronized void set(NamespaceSpec spec) {
        refuseRemoving(get(spec.name()));
        requireRunning(spec.cluster());
        check(spec);
        documents.put(KEY + spec.name(), spec.toJson());
        apply(spec);
        changes.publish(Changes.Topic.NAMESPACE, spec.name());
    }

    /** Begins to remove a namespace with everything in it; one that is being removed already is no error. */
    public synchronized void delete(String name) {
        NamespaceSpec spec = get(name);
        KubeClient client = requireRunning(spec.cluster());
        documents.put(KEY + name, spec.leaving().toJson());
        try {
            client.delete(Resources.NAMESPACES, NamespacedName.clusterScoped(name), DeleteOptions.background());
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
        changes.publish(Changes.Topic.NAMESPACE, name);
        sweep();
    }

    private KubeClient requireRunning(String cluster) {
        WorkloadManagement.Enabled enabled = workload.find(cluster)
                .orElseThrow(() -> VapiException.of(
                        VapiError.UNSUPPORTED,
                        "com.vmware.vapi.std.errors.unsupported",
                        "cluster " + cluster + " is not enabled; enable Workload Management on it first"));
        if (enabled.status().state() != SupervisorStatus.State.RUNNING) {
            throw VapiException.of(
                    VapiError.NOT_ALLOWED_IN_CURRENT_STATE,
                    "com.vmware.vapi.std.errors.not_allowed_in_current_state",
                    "cluster " + cluster + " is " + enabled.status().state() + ": "
                            + enabled.status().message());
        }
        return clusters.cluster(ClusterId.SUPERVISOR);
    }

    private void check(NamespaceSpec spec) {
        Set<String> policies = new HashSet<>(policyNames().keySet());
        for (NamespaceSpec.Storage storage : spec.storage()) {
            if (!policies.contains(storage.policy())) {
                throw VapiException.invalid("storage_specs.policy: there is no storage policy '" + storage.policy()
                        + "'; known: " + new TreeMap<>(policyNames()));
            }
        }
        for (String limit : spec.limits().keySet()) {
            if (!NamespaceObjects.knows(limit)) {
                throw VapiException.invalid("resource_spec." + limit + ": is not a known limit");
            }
        }
        for (Access access : spec.access()) {
            if (!PRINCIPAL.matcher(access.subject()).matches()
                    || !PRINCIPAL.matcher(access.domain()).matches()) {
                throw VapiException.invalid("access_list.subject: '" + access.subject() + "@" + access.domain()
                        + "' cannot name a user or group: use letters, digits, blanks and . _ - $ only");
            }
            if (access.type() == NamespaceSpec.SubjectType.USER
                    && access.domain().equals(Users.DOMAIN)
                    && !users.exists(access.subject())) {
                throw VapiException.invalid("access_list.subject: there is no user " + access.subject() + "@"
                        + access.domain() + "; make it first (kantoku user create " + access.subject() + ")");
            }
        }
        for (String library : spec.vmService().libraries()) {
            if (inventory.libraries().list().stream()
                    .noneMatch(known -> known.id().toString().equals(library))) {
                throw VapiException.invalid(
                        "vm_service_spec.content_libraries: there is no content library '" + library + "'");
            }
        }
        for (String vmClass : spec.vmService().classes()) {
            if (workload.vmClasses().find(vmClass).isEmpty()) {
                throw VapiException.invalid("vm_service_spec.vm_classes: there is no VM class '" + vmClass
                        + "'; known: "
                        + workload.vmClasses().list().stream().map(VmClass::id).toList());
            }
        }
        WorkloadManagement.Enabled enabled = workload.find(spec.cluster()).orElseThrow();
        List<String> known = enabled.spec().workloadNetworks().stream()
                .map(network -> network.name())
                .toList();
        for (String network : spec.networks()) {
            if (!known.contains(network)) {
                throw VapiException.invalid(
                        "networks: there is no workload network '" + network + "'; known: " + known);
            }
        }
    }

    private void apply(NamespaceSpec spec) {
        KubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
        List<KubeObject> wanted = NamespaceObjects.of(spec, place(spec));
        ObjectInstaller installer = new ObjectInstaller(client);
        wanted.forEach(object -> {
            if (NamespaceObjects.MANAGED_VALUE.equals(object.labels().get(NamespaceObjects.MANAGED))) {
                installer.replace(object);
            } else {
                installer.install(object);
            }
        });
        Set<String> names = new HashSet<>();
        wanted.forEach(object -> names.add(object.kind() + "/" + object.name()));
        for (GroupVersionResource kind : MANAGED_KINDS) {
            Query managed =
                    Query.in(spec.name()).labelled(NamespaceObjects.MANAGED + "=" + NamespaceObjects.MANAGED_VALUE);
            for (KubeObject present : client.list(kind, managed).items()) {
                if (!names.contains(present.kind() + "/" + present.name())) {
                    client.delete(kind, present.namespacedName(), DeleteOptions.background());
                }
            }
        }
    }

    private NamespaceObjects.Place place(NamespaceSpec spec) {
        MoRef cluster = MoRef.parse(spec.cluster());
        ResourcePool top =
                inventory.resourcePools().ensure(inventory.cluster(cluster).resourcePool(), TOP);
        ResourcePool pool = inventory.resourcePools().ensure(top.id(), spec.name());
        limit(pool, spec);
        Folder folders = inventory.folders().ensure(vmFolder(cluster), TOP);
        Folder folder = inventory.folders().ensure(folders.id(), spec.name());
        WorkloadManagement.Enabled enabled = workload.find(spec.cluster()).orElseThrow();
        String network = spec.networks().isEmpty()
                ? enabled.spec().primary().name()
                : spec.networks().getFirst();
        return new NamespaceObjects.Place(pool.id().toString(), folder.id().toString(), network, policyNames());
    }

    private void limit(ResourcePool pool, NamespaceSpec spec) {
        PoolLimits limits = new PoolLimits(
                Optional.ofNullable(spec.limits().get("cpu_limit")).orElse(PoolLimits.UNLIMITED),
                Optional.ofNullable(spec.limits().get("memory_limit")).orElse(PoolLimits.UNLIMITED));
        if (!pool.limits().equals(limits)) {
            inventory.resourcePools().limit(pool.id(), limits);
        }
    }

    private Map<String, String> policyNames() {
        Map<String, String> names = new HashMap<>();
        for (StoragePolicy policy : inventory.storagePolicies()) {
            names.put(policy.id().toString(), policy.name());
        }
        return names;
    }

    private static boolean concerns(Access entry, Principal user) {
        return entry.domain().equals(user.domain())
                && switch (entry.type()) {
                    case USER -> entry.subject().equals(user.name());
                    case GROUP -> user.groups().contains(entry.subject());
                };
    }

    /** Reads the settings that a create or set call gives; absent members take the value of {@code present}. */
    public static NamespaceSpec read(JsonNode json, NamespaceSpec present) {
        List<Access> access = new ArrayList<>();
        for (JsonNode entry : json.path("access_list")) {
            access.add(new Access(
                    oneOf(NamespaceSpec.SubjectType.class, entry, "subject_type"),
                    subject(entry),
                    entry.path("domain").asText(Users.DOMAIN),
                    oneOf(NamespaceSpec.Role.class, entry, "role")));
        }
        NamespaceSpec given = NamespaceSpec.of(
                json instanceof ObjectNode object
                        ? object.deepCopy().without(List.of("access_list", "resource_spec"))
                        : json);
        return new NamespaceSpec(
                present.name(),
                present.cluster(),
                json.hasNonNull("description") ? given.description() : present.description(),
                json.hasNonNull("resource_spec") ? limits(json.path("resource_spec")) : present.limits(),
                json.hasNonNull("access_list") ? access : present.access(),
                json.hasNonNull("storage_specs") ? given.storage() : present.storage(),
                json.hasNonNull("networks") ? given.networks() : present.networks(),
                json.hasNonNull("vm_service_spec") ? given.vmService() : present.vmService(),
                present.removing());
    }

    private static String subject(JsonNode entry) {
        String subject = entry.path("subject").asText("");
        if (subject.isEmpty()) {
            throw VapiException.invalid("access_list.subject: is required");
        }
        return subject;
    }

    /** Numbers that are null, as Go clients send what they leave out, are no limits. */
    private static Map<String, Long> limits(JsonNode resourceSpec) {
        Map<String, Long> limits = new LinkedHashMap<>();
        resourceSpec.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isIntegralNumber() && value.asLong() >= 0) {
                limits.put(entry.getKey(), value.asLong());
            } else if (!value.isNull()) {
                throw VapiException.invalid("resource_spec." + entry.getKey()
                        + ": must be a whole number that is not negative, found " + value);
            }
        });
        return limits;
    }

    private static <E extends Enum<E>> E oneOf(Class<E> type, JsonNode entry, String field) {
        String text = entry.path(field).asText();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw VapiException.invalid(
                "access_list." + field + ": '" + text + "' is not one of " + List.of(type.getEnumConstants()));
    }
}
