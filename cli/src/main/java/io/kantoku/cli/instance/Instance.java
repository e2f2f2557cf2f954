package io.kantoku.cli.instance;

import io.kantoku.apiserver.audit.Auditor;
import io.kantoku.apiserver.webhook.AddressPolicy;
import io.kantoku.cli.plugin.PluginArchive;
import io.kantoku.client.Clusters;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.ControllerSettings;
import io.kantoku.console.WebConsole;
import io.kantoku.controllers.ControllerOptions;
import io.kantoku.controllers.KubeControllers;
import io.kantoku.kubelet.fleet.SimulatedFleet;
import io.kantoku.lab.InstanceLock;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.NetworkStack;
import io.kantoku.lab.Processes;
import io.kantoku.supervisor.Changes;
import io.kantoku.supervisor.audit.AuditLog;
import io.kantoku.supervisor.console.ConsoleOperations;
import io.kantoku.supervisor.console.ConsoleSources;
import io.kantoku.supervisor.login.LoginTokens;
import io.kantoku.supervisor.login.WcpFront;
import io.kantoku.supervisor.namespaces.Namespaces;
import io.kantoku.supervisor.rest.ClusterOperations;
import io.kantoku.supervisor.rest.InventoryOperations;
import io.kantoku.supervisor.rest.MachineOperations;
import io.kantoku.supervisor.rest.NamespaceOperations;
import io.kantoku.supervisor.rest.OpenApi;
import io.kantoku.supervisor.rest.SoftwareOperations;
import io.kantoku.supervisor.rest.Statistics;
import io.kantoku.supervisor.rest.SupportBundles;
import io.kantoku.supervisor.rest.UserOperations;
import io.kantoku.supervisor.rest.VcenterApi;
import io.kantoku.supervisor.rest.VmClassOperations;
import io.kantoku.supervisor.sso.Logins;
import io.kantoku.supervisor.sso.Principal;
import io.kantoku.supervisor.sso.Sessions;
import io.kantoku.supervisor.sso.Users;
import io.kantoku.supervisor.workload.SupervisorServices;
import io.kantoku.supervisor.workload.WorkloadManagement;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.vsphere.Inventory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One running instance: everything from the store to the console, started from below and ended from above.
 *
 * <p>Ending it leaves the state directory and HAProxy; the next start takes both over.
 */
public final class Instance implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final StateDirectory state;
    private final InstanceOptions options;
    private final InstantSource clock = InstantSource.system();

    private Instance(StateDirectory state, InstanceOptions options) {
        this.state = state;
        this.options = options;
    }

    /**
     * Starts an instance.
     *
     * @param haproxy the HAProxy program
     * @throws IOException when a part cannot start; what had started is ended again
     */
    public static Instance start(StateDirectory state, InstanceOptions options, Path haproxy, Progress progress)
            throws IOException {
        Instance instance = new Instance(state, options);
        try {
            instance.run(haproxy, progress);
            return instance;
        } catch (IOException | RuntimeException e) {
            instance.close();
            throw e;
        }
    }

    public InstanceOptions options() {
        return options;
    }

    private void run(Path haproxy, Progress progress) throws IOException {
        state.create();
        keep(InstanceLock.acquire(state.path()));
        state.writeOptions(options);
        Ledger ledger = keep(Ledger.open(state.ledger()));
        Processes processes = new Processes(ledger, new SecureRandom());
        HttpServer server = keep(HttpServer.start());
        HttpClient http = keep(HttpClient.start());
        Documents documents = new Documents(state.documents());
        VcenterAuthority authority = VcenterAuthority.open(state, clock);
        Users users = new Users(documents);
        CompletableFuture<Void> administrator =
                CompletableFuture.runAsync(() -> administrator(users), Thread::startVirtualThread);
        LoginTokens logins = LoginTokens.open(documents, clock);
        Logins directories = new Logins(
                users, keep(Directories.open(state, options, http, clock)).sources(), clock);

        progress.step("opening the store and the API server");
        NodeCalls calls = new NodeCalls();
        Auditor auditor = options.audit().isPresent() ? auditor(options.audit().get()) : Auditor.NONE;
        Platform platform = keep(new Platform(state.store(), logins, calls, http, webhookAddresses(), auditor, clock));
        Clusters clusters = platform.clusters("kantoku");
        SimulatedFleet fleet =
                keep(new SimulatedFleet(platform.clusters("kubelet"), ControllerSettings.standard()).start());
        calls.refuse(fleet::refusal);
        JvmControlPlanes planes = new JvmControlPlanes(platform, clusters, server, calls, clock);
        FrontedControlPlanes fronted =
                new FrontedControlPlanes(planes, options.frontPort(), new SupervisorAccess(state, clock));
        progress.step("opening the inventory");
        Site site = site(
                new SiteParts(state, options, ledger, processes, server, http, platform, fleet, fronted, clock, parts),
                haproxy,
                progress);
        Inventory inventory = site.inventory();

        progress.step("starting controllers");
        ControllerGroup controllers = keep(KubeControllers.all(
                platform.clusters("kube-controller-manager"),
                ControllerOptions.standard(platform.keyRing())
                        .authorities(platform.keyRing()::authority)
                        .podCidr(platform::podCidr)
                        .minors(platform::minor)));
        controllers.start();
        Operators operators = new Operators(platform, inventory, http, site, clock);
        platform.operators(operators.admission());
        Changes changes = new Changes();
        AuditLog audit = keep(AuditLog.open(state.auditLog(), changes, clock));
        platform.audit(audit);
        WorkloadManagement workload = keep(new WorkloadManagement(
                new SupervisorServices(
                        inventory,
                        site.control(),
                        clusters,
                        operators,
                        http,
                        site.vcenter(),
                        site.frontPort(),
                        platform::delete,
                        clock,
                        new SecureRandom()),
                documents,
                authority.authority(),
                changes));
        Namespaces namespaces = keep(new Namespaces(workload, clusters, inventory, users, documents, changes));
        SupervisorGuests guests = new SupervisorGuests(clusters, site.servesGuests(), clock);
        WcpFront front = new WcpFront(directories, logins, workload, namespaces, guests, new PluginArchive());
        fronted.serve(front);
        site.start();
        workload.start();
        site.supervisorsAreBack(workload, progress);
        namespaces.start();

        completed(administrator);
        progress.step("opening the console");
        Sessions sessions = new Sessions(clock);
        SupportBundles bundles = new SupportBundles(workload, inventory, clusters, state.log(), clock);
        Statistics statistics = keep(new Statistics(workload, namespaces, inventory, clock));
        VcenterApi api = new VcenterApi(
                directories,
                sessions,
                audit,
                List.of(
                        site.defaultSpec(),
                        new ConsoleOperations(new ConsoleOperations.Parts(
                                new ConsoleSources(
                                        inventory,
                                        clusters,
                                        workload,
                                        namespaces,
                                        audit,
                                        new HaproxyReport(() -> site.balancer(() -> workload), clock),
                                        changes),
                                sessions,
                                logins,
                                guests,
                                platform.engine()::handler)),
                        new InventoryOperations(inventory),
                        new ClusterOperations(workload, inventory),
                        new NamespaceOperations(namespaces, workload),
                        new VmClassOperations(workload.vmClasses(), namespaces),
                        new SoftwareOperations(workload, inventory),
                        bundles,
                        statistics,
                        new OpenApi(),
                        new UserOperations(users, sessions),
                        new MachineOperations(inventory),
                        new ExplainOperations(clusters, namespaces, clock)));
        InstanceStatus status = new InstanceStatus(options, site, workload, controllers);
        keep(server.listen(new ListenSpec(
                "console",
                NetworkStack.host(),
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), options.consolePort()),
                Optional.of(authority.identity(List.of("localhost", "127.0.0.1", "vcenter.lab"))),
                List.of(),
                new ConsoleDoor(api, front, bundles, status, WebConsole.load(status::toJson), authority.download()))));
        AotTraining.plan(state, processes).ifPresent(this::keep);
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("a part of the instance could not be closed", e);
            }
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private static void completed(CompletableFuture<Void> work) {
        try {
            work.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private Auditor auditor(AuditFiles files) throws IOException {
        return Auditor.of(files.readPolicy(), keep(files.open(clock)), clock);
    }

    /** Where everything lives on loopback addresses, webhooks do, too; a lab has networks of its own. */
    private AddressPolicy webhookAddresses() {
        return options.runtime().equals("lab") ? AddressPolicy.otherHosts() : AddressPolicy.ordinary();
    }

    private Site site(SiteParts given, Path haproxy, Progress progress) throws IOException {
        return options.vcenter().isPresent()
                ? VcenterSite.open(given, options.vcenter().get())
                : EmbeddedSite.open(given, haproxy, progress);
    }

    /** Hashing a new password takes a cold JVM half a second, in which everything else can start. */
    private void administrator(Users users) {
        String password = state.password(state.administratorPassword());
        if (!users.exists(Users.ADMINISTRATOR)) {
            users.create(Users.ADMINISTRATOR, password, List.of(Principal.ADMINISTRATORS));
        }
    }
}
