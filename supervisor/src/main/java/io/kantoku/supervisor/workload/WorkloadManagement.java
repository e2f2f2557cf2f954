package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.loadbalancer.ConnectionCheck;
import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.supervisor.Changes;
import io.kantoku.supervisor.DocumentStore;
import io.kantoku.supervisor.vapi.LocalizableMessage;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.PkiException;
import io.kantoku.vsphere.ComputeCluster;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.library.ReleaseVersion;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Workload Management: which vSphere clusters are Supervisors, and becoming one. Enabling returns once it is accepted and kept;
 * it goes on by itself, also over restarts.
 */
public final class WorkloadManagement implements AutoCloseable {
    private static final String KEY = "workload/clusters/";

    private final SupervisorServices services;
    private final DocumentStore documents;
    private final CertificateAuthority vcenter;
    private final Changes changes;
    private final VmClasses vmClasses;
    /** Guards reading, changing and writing of the records, by any thread and for moments. */
    private final Object records = new Object();

    private final ConcurrentNavigableMap<String, SupervisorRun> runs = new ConcurrentSkipListMap<>();

    public WorkloadManagement(
            SupervisorServices services, DocumentStore documents, CertificateAuthority vcenter, Changes changes) {
        this.services = services;
        this.documents = documents;
        this.vcenter = vcenter;
        this.changes = changes;
        this.vmClasses = new VmClasses(documents, services.clusters());
    }

    /** An enabled cluster and where it stands. */
    public record Enabled(String cluster, UUID id, EnableSpec spec, SupervisorStatus status, String authorityPem) {}

    /** The sizes of machines. */
    public VmClasses vmClasses() {
        return vmClasses;
    }

    /** Takes up the work on the clusters that were enabled before. */
    public synchronized void start() {
        documents.list(KEY).values().forEach(document -> {
            SupervisorRecord record = SupervisorRecord.of(document);
            Faults faults = new Faults();
            EnableSpec spec = EnableSpecReader.read(record.specification(), faults)
                    .orElseThrow(() -> new IllegalStateException(
                            "the kept specification of " + record.cluster() + " cannot be read: " + faults.texts()));
            run(record, spec);
        });
    }

    /**
     * Accepts a cluster for enabling.
     *
     * @param specification the enable specification of vCenter 7.0.1
     * @throws VapiException {@code NOT_FOUND}, {@code ALREADY_EXISTS}, or {@code INVALID_ARGUMENT} with every fault
     */
    public void enable(String cluster, JsonNode specification) {
        requireCompatible(requireCluster(cluster));
        requireNew(cluster);
        EnableSpec spec = check(specification); // asks the load balancer: not under the lock
        synchronized (this) {
            requireNew(cluster);
            SupervisorRecord record = new SupervisorRecord(
                    cluster,
                    UUID.randomUUID(),
                    specification,
                    SupervisorKeys.create(vcenter, "Supervisor " + cluster, services.clock()),
                    SupervisorVersions.FIRST,
                    false,
                    false);
            documents.put(KEY + cluster, record.toJson());
            run(record, spec);
        }
    }

    private synchronized void requireNew(String cluster) {
        SupervisorRun present = runs.get(cluster);
        if (present != null) {
            throw VapiException.of(
                    VapiError.ALREADY_EXISTS,
                    "com.vmware.vapi.std.errors.already_exists",
                    "cluster " + cluster + " is enabled already, in state "
                            + present.status().state());
        }
    }

    /** Reads and checks a specification whole: its form, its sense, the inventory, and the Data Plane API. */
    public EnableSpec check(JsonNode specification) {
        Faults faults = new Faults();
        Optional<EnableSpec> spec = EnableSpecReader.read(specification, faults);
        spec.ifPresent(read -> {
            EnableSpecCheck.check(read, services.inventory(), faults);
            services.control()
                    .reasonAgainst(read)
                    .ifPresent(reason -> faults.add("default_kubernetes_service_content_library", reason));
            checkLoadBalancer(read.loadBalancer(), faults);
        });
        faults.throwIfAny();
        return spec.orElseThrow();
    }

    /** Tries what a specification, or the part of it that is there, says about the network. Blocks for some seconds. */
    public List<NetworkCheck.Finding> checkNetwork(JsonNode specification) {
        return new NetworkCheck(services.inventory(), services.http(), services.network()).run(specification);
    }

    public List<Enabled> list() {
        return runs.values().stream().map(WorkloadManagement::enabled).toList();
    }

    /** The enabled cluster; empty when the cluster exists but is not enabled. */
    public Optional<Enabled> find(String cluster) {
        requireCluster(cluster);
        return Optional.ofNullable(runs.get(cluster)).map(WorkloadManagement::enabled);
    }

    @Override
    public synchronized void close() {
        runs.values().forEach(SupervisorRun::close);
        runs.clear();
    }

    private void run(SupervisorRecord record, EnableSpec spec) {
        String cluster = record.cluster();
        SupervisorRun run = new SupervisorRun(
                new SupervisorRun.Aim(record, spec),
                services,
                vmClasses,
                status -> changed(cluster, status),
                () -> removed(cluster));
        runs.put(cluster, run);
        run.start();
    }

    private void changed(String cluster, SupervisorStatus status) {
        if (status.state() == SupervisorStatus.State.RUNNING) {
            synchronized (records) {
                record(cluster)
                        .filter(record -> !record.everRunning())
                        .ifPresent(record ->
                                documents.put(KEY + cluster, record.running().toJson()));
            }
        }
        changes.publish(Changes.Topic.SUPERVISOR, cluster);
    }

    private void removed(String cluster) {
        synchronized (records) {
            documents.delete(KEY + cluster);
        }
        SupervisorRun run = runs.remove(cluster);
        if (run != null) {
            Thread.ofVirtual().name("supervisor-end-" + cluster).start(run::close);
        }
        changes.publish(Changes.Topic.SUPERVISOR, cluster);
    }

    /**
     * Begins to take a Supervisor down, with all namespaces and guest clusters; it goes on by itself, also over restarts. One that
     * is being taken down already is no error.
     *
     * @throws VapiException {@code NOT_FOUND} when the cluster does not exist or is not enabled
     */
    public synchronized void disable(String cluster) {
        SupervisorRun run = requireEnabled(cluster);
        synchronized (records) {
            record(cluster).filter(record -> !record.removing()).ifPresent(record -> {
                SupervisorRecord leaving = record.leaving();
                documents.put(KEY + cluster, leaving.toJson());
                run.aimAt(new SupervisorRun.Aim(leaving, run.aim().spec()));
            });
        }
    }

    /**
     * Changes what a Supervisor is; it takes the change on by itself.
     *
     * @param change {@code Clusters.UpdateSpec} or {@code SetSpec}; see {@link SpecUpdate}
     * @param replace whether what the change does not name loses its value
     * @throws VapiException {@code NOT_FOUND}, {@code NOT_ALLOWED_IN_CURRENT_STATE} while it is being removed, or
     *     {@code INVALID_ARGUMENT} with every fault
     */
    public void update(String cluster, JsonNode change, boolean replace) {
        SupervisorRun run = requireEnabled(cluster);
        SupervisorRun.Aim before = run.aim();
        refuseRemoving(before.record());
        Faults faults = new Faults();
        JsonNode merged = SpecUpdate.merge(before.record().specification(), change, replace, faults);
        faults.throwIfAny();
        EnableSpec spec = check(merged); // asks the load balancer: not under the lock
        new TakenAddresses(services, faults).check(before.spec(), spec);
        faults.throwIfAny();
        synchronized (records) {
            if (!run.aim().equals(before)) {
                throw VapiException.of(
                        VapiError.NOT_ALLOWED_IN_CURRENT_STATE,
                        "com.vmware.vapi.std.errors.not_allowed_in_current_state",
                        "cluster " + cluster + " is being changed by somebody else; look at it and repeat");
            }
            record(cluster).ifPresent(record -> {
                SupervisorRecord changed = record.with(merged);
                documents.put(KEY + cluster, changed.toJson());
                run.aimAt(new SupervisorRun.Aim(changed, spec));
            });
        }
        changes.publish(Changes.Topic.SUPERVISOR, cluster);
    }

    /**
     * Begins to replace the control VMs by ones of another version, one after the other; it goes on by itself, also over restarts. The
     * API answers throughout.
     *
     * @throws VapiException {@code NOT_FOUND}, {@code NOT_ALLOWED_IN_CURRENT_STATE} while it is not running whole, or {@code
     *     INVALID_ARGUMENT} for a version that it cannot go to
     */
    public synchronized void upgrade(String cluster, String version) {
        SupervisorRun run = requireEnabled(cluster);
        SupervisorRecord now = run.aim().record();
        refuseRemoving(now);
        List<String> offered = SupervisorVersions.upgradesOf(now.version());
        if (!offered.contains(version)) {
            throw VapiException.invalid("desired_version: '" + version + "' is not available; the Supervisor has "
                    + now.version()
                    + (offered.isEmpty()
                            ? ", which is the newest of this build"
                            : " and can go to " + String.join(", ", offered)));
        }
        SupervisorStatus status = run.status();
        if (status.state() != SupervisorStatus.State.RUNNING
                || !status.message().isEmpty()) {
            throw VapiException.of(
                    VapiError.NOT_ALLOWED_IN_CURRENT_STATE,
                    "com.vmware.vapi.std.errors.not_allowed_in_current_state",
                    "cluster " + cluster + " is not ready for an upgrade: " + status.state() + " " + status.message());
        }
        synchronized (records) {
            record(cluster).ifPresent(record -> {
                SupervisorRecord upgraded = record.upgradedTo(version);
                documents.put(KEY + cluster, upgraded.toJson());
                run.aimAt(new SupervisorRun.Aim(upgraded, run.aim().spec()));
            });
        }
        changes.publish(Changes.Topic.SUPERVISOR, cluster);
    }

    /**
     * The versions of a Supervisor.
     *
     * @param current what its oldest control VM has
     * @param desired what all are to have
     * @param completed how many have it and run
     */
    public record Software(String current, String desired, int completed, int total) {
        public boolean upgrading() {
            return !current.equals(desired);
        }
    }

    /**
     * Which versions the control VMs of a Supervisor have, and which they are to have.
     *
     * @throws VapiException {@code NOT_FOUND} when the cluster is not enabled
     */
    public Software software(String cluster) {
        SupervisorRecord record = requireEnabled(cluster).aim().record();
        List<VirtualMachine> vms = services.inventory().machines().list().stream()
                .filter(vm -> vm.name().startsWith(ControlVms.NAME_PREFIX))
                .toList();
        String current = vms.stream()
                .map(ControlVm::versionOf)
                .map(ReleaseVersion::parse)
                .min(ReleaseVersion::compareTo)
                .map(ReleaseVersion::toString)
                .orElse(record.version());
        long completed = vms.stream()
                .filter(vm -> ControlVm.versionOf(vm).equals(record.version())
                        && vm.guest().state() == GuestStatus.State.RUNNING)
                .count();
        return new Software(current, record.version(), (int) completed, ControlVm.COUNT);
    }

    private SupervisorRun requireEnabled(String cluster) {
        requireCluster(cluster);
        SupervisorRun run = runs.get(cluster);
        if (run == null) {
            throw VapiException.of(
                    VapiError.NOT_FOUND,
                    "com.vmware.vapi.std.errors.not_found",
                    "cluster " + cluster + " is not enabled for Workload Management");
        }
        return run;
    }

    private static void refuseRemoving(SupervisorRecord record) {
        if (record.removing()) {
            throw VapiException.of(
                    VapiError.NOT_ALLOWED_IN_CURRENT_STATE,
                    "com.vmware.vapi.std.errors.not_allowed_in_current_state",
                    "cluster " + record.cluster() + " is being disabled");
        }
    }

    private Optional<SupervisorRecord> record(String cluster) {
        return documents.get(KEY + cluster).map(SupervisorRecord::of);
    }

    private void requireCompatible(ComputeCluster cluster) {
        List<String> reasons = ClusterCompatibility.reasonsAgainst(cluster, services.inventory());
        if (!reasons.isEmpty()) {
            throw new VapiException(
                    VapiError.UNSUPPORTED,
                    reasons.stream()
                            .map(reason -> LocalizableMessage.of("io.kantoku.wcp.incompatible", reason))
                            .toList());
        }
    }

    private ComputeCluster requireCluster(String cluster) {
        try {
            return services.inventory().cluster(MoRef.parse(cluster));
        } catch (VsphereException e) {
            throw VapiException.notFound("cluster", cluster);
        }
    }

    private void checkLoadBalancer(EnableSpec.LoadBalancer balancer, Faults faults) {
        String config = "load_balancer_config_spec.ha_proxy_config_create_spec.";
        List<X509Certificate> authorities;
        try {
            authorities = Pem.certificates(balancer.authorityPem());
        } catch (PkiException e) {
            faults.add(config + "certificate_authority_chain", String.valueOf(e.getMessage()));
            return;
        }
        for (int i = 0; i < balancer.servers().size(); i++) {
            EnableSpec.LoadBalancer.Server server = balancer.servers().get(i);
            DataPlaneEndpoint endpoint = new DataPlaneEndpoint(
                    server.host(),
                    server.port(),
                    authorities,
                    balancer.user(),
                    balancer.password(),
                    services.network());
            int index = i;
            ConnectionCheck.check(endpoint, services.http()).ifPresent(fault -> {
                String field = switch (fault.kind()) {
                    case UNREACHABLE, NOT_DATA_PLANE_API -> "servers[" + index + "]";
                    case UNTRUSTED, NAME_MISMATCH -> "certificate_authority_chain";
                    case CREDENTIALS -> "password";
                };
                faults.add(config + field, fault.message());
            });
        }
    }

    private static Enabled enabled(SupervisorRun run) {
        return new Enabled(
                run.aim().record().cluster(),
                run.aim().record().id(),
                run.aim().spec(),
                run.status(),
                run.aim().record().keys().controlPlane().caCertificate());
    }
}
