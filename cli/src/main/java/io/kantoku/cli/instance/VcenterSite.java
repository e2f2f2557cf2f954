package io.kantoku.cli.instance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.kubelet.boot.HttpDiscovery;
import io.kantoku.kubelet.boot.NodeEnvironment;
import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.supervisor.rest.Operations;
import io.kantoku.supervisor.workload.ControlSite;
import io.kantoku.supervisor.workload.EnableSpec;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.tkg.guest.NodePorts;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.PkiException;
import io.kantoku.vsphere.Inventory;
import io.kantoku.vsphere.embedded.FileInventoryStorage;
import io.kantoku.vsphere.vcenter.VcenterInventory;
import io.kantoku.vsphere.vcenter.VcenterOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A vCenter that is not ours, with an HAProxy appliance that is there already and that the enable specification names. */
final class VcenterSite implements Site {
    /** The runtime's name. */
    static final String RUNTIME = "vcenter";

    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration NODE_PORT_LIMIT = Duration.ofMillis(500);
    private static final int HTTPS = 443;

    private final SiteParts given;
    private final VcenterConnection connection;
    private final VcenterInventory inventory;
    private final RelayedControl control;

    private VcenterSite(SiteParts given, VcenterConnection connection) throws IOException {
        this.given = given;
        this.connection = connection;
        inventory = given.keep(VcenterInventory.open(
                given.http(),
                new VcenterOptions(
                        connection.url(),
                        authorities(connection.authorities()),
                        connection.user(),
                        text(connection.passwordFile(), "--vcenter-password-file"),
                        connection.datacenter(),
                        connection.folder(),
                        "kantoku-" + given.state().tag(),
                        POLL),
                FileInventoryStorage.open(given.state().vsphere()),
                given.clock()));
        NodeEnvironment environment = new NodeEnvironment(
                new SharedControlPlane(given.planes()),
                given.platform().clusters("kantoku"),
                given.fleet(),
                new HttpDiscovery(given.http()),
                given.clock(),
                new SecureRandom());
        control = given.keep(new RelayedControl(
                inventory,
                environment,
                connection.address(),
                given.options().frontPort(),
                given.state().vsphere().resolve("disks")));
    }

    /**
     * Logs in and finds our machines again.
     *
     * @throws IOException when a file that the connection names cannot be read
     * @throws io.kantoku.vsphere.VsphereException when vCenter cannot be reached, is not trusted, or refuses
     */
    static VcenterSite open(SiteParts given, VcenterConnection connection) throws IOException {
        return new VcenterSite(given, connection);
    }

    private static List<X509Certificate> authorities(Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return SystemAuthorities.read();
        }
        try {
            return Pem.certificates(text(file.get(), "--vcenter-ca"));
        } catch (PkiException e) {
            throw new IOException(
                    "the file " + file.get() + " of --vcenter-ca has no certificates: " + e.getMessage(), e);
        }
    }

    private static String text(Path file, String option) throws IOException {
        return StateDirectory.read(file)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new IOException("the file " + file + " of " + option + " is missing or empty"));
    }

    @Override
    public Inventory inventory() {
        return inventory;
    }

    @Override
    public void start() {
        // vCenter runs its machines
    }

    @Override
    public ControlSite control() {
        return control;
    }

    @Override
    public int frontPort() {
        return HTTPS;
    }

    @Override
    public NetworkStack vcenter() {
        return NetworkStack.host();
    }

    @Override
    public NetworkStack supervisor() {
        return NetworkStack.host();
    }

    @Override
    public boolean servesGuests() {
        return false;
    }

    @Override
    public NodePorts nodePorts() {
        return NodePorts.dialled(supervisor(), NODE_PORT_LIMIT);
    }

    @Override
    public Optional<DataPlaneClient> balancer(Supplier<WorkloadManagement> workload) {
        return endpoint(workload.get()).map(endpoint -> DataPlaneClient.to(endpoint, given.http()));
    }

    private static Optional<DataPlaneEndpoint> endpoint(WorkloadManagement workload) {
        return workload.list().stream()
                .map(enabled -> enabled.spec().loadBalancer())
                .findFirst()
                .map(balancer -> {
                    EnableSpec.LoadBalancer.Server server = balancer.servers().getFirst();
                    return new DataPlaneEndpoint(
                            server.host(),
                            server.port(),
                            Pem.certificates(balancer.authorityPem()),
                            balancer.user(),
                            balancer.password(),
                            NetworkStack.host());
                });
    }

    @Override
    public void supervisorsAreBack(WorkloadManagement workload, Progress progress) {
        // the appliances are as they were
    }

    @Override
    public Operations defaultSpec() {
        return new VcenterSpec(inventory);
    }

    @Override
    public void describe(ObjectNode status, WorkloadManagement workload) {
        status.put(
                "runtime_description",
                "machines are made in the vCenter " + connection.url()
                        + "; the Supervisor's API is served by this process at " + connection.address()
                        + ", and its control plane VMs lead there");
        status.putObject("haproxy")
                .put("external", true)
                .put("running", true)
                .put(
                        "data_plane_api",
                        endpoint(workload).map(DataPlaneEndpoint::url).orElse(""));
    }
}
