package io.kantoku.cli.instance;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.ApiServer;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.apiserver.StandardCatalog;
import io.kantoku.apiserver.StandardParts;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.admission.OperatorAdmission;
import io.kantoku.apiserver.admission.RefusedResources;
import io.kantoku.apiserver.audit.Auditor;
import io.kantoku.apiserver.auth.LoginTokenAuthenticator;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.apiserver.streams.NodeStreams;
import io.kantoku.apiserver.streams.PodServices;
import io.kantoku.apiserver.webhook.AddressPolicy;
import io.kantoku.client.Clusters;
import io.kantoku.client.ObjectAdmission;
import io.kantoku.store.EmbeddedStore;
import io.kantoku.supervisor.audit.Audit;
import io.kantoku.supervisor.audit.Deed;
import io.kantoku.supervisor.login.LoginTokens;
import io.kantoku.tkg.GuestClusters;
import io.kantoku.transport.Exchange;
import io.kantoku.transport.HttpClient;
import io.kantoku.vsphere.library.ReleaseVersion;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** The Kubernetes part of an instance: the store, and the engine that serves every logical cluster from it. */
final class Platform implements GuestClusters, AutoCloseable {
    private static final Set<GroupResource> POD_MAKERS = Set.of(
            new GroupResource("", "pods"),
            new GroupResource("", "replicationcontrollers"),
            new GroupResource("apps", "deployments"),
            new GroupResource("apps", "replicasets"),
            new GroupResource("apps", "statefulsets"),
            new GroupResource("apps", "daemonsets"),
            new GroupResource("batch", "jobs"),
            new GroupResource("batch", "cronjobs"));
    private static final String SSO = "sso:";
    private static final String NO_PODS =
            "this Supervisor has no vSphere Pods: they need NSX-T, and it runs on vCenter Server"
                    + " Network. Create a TanzuKubernetesCluster in this namespace and run the workload there";

    private final EmbeddedStore store;
    private final ApiServer engine;
    private final KeyRing keyRing = new KeyRing();
    private volatile List<ObjectAdmission> operators = List.of();
    private volatile Audit audit = Audit.NONE;

    /**
     * Opens the store and all clusters in it.
     *
     * @param webhooks where servers may be that users of clusters name by URL
     * @param auditor takes requests down
     */
    Platform(
            Path directory,
            LoginTokens logins,
            NodeCalls nodes,
            HttpClient http,
            AddressPolicy webhooks,
            Auditor auditor,
            InstantSource clock) {
        store = EmbeddedStore.open(directory);
        engine = ApiServer.builder(store)
                .catalog(StandardCatalog::types)
                .questions(StandardCatalog.questions())
                .addresses(webhooks)
                .services(objects -> new PodServices(objects, nodes))
                .clock(clock)
                .random(new SecureRandom())
                .writes(this::written)
                .audit(auditor)
                .parts(environment -> StandardParts.of(
                                environment,
                                keyRing,
                                List.of(new LoginTokenAuthenticator(
                                        LoginTokens.ISSUER, logins::verificationKeys, clock)),
                                admission())
                        .nodes(new NodeStreams(environment.objects(), nodes, () -> http)))
                .start();
    }

    /** Takes down what people write from now on. */
    void audit(Audit log) {
        audit = log;
    }

    /** Nodes, operators and service accounts write all the time; what people do is to be found. */
    private void written(ClusterId cluster, UserInfo user, Exchange exchange) {
        boolean person = !user.name().startsWith("system:");
        if (person && exchange.query("dryRun").isEmpty()) {
            audit.add(new Deed(
                    Deed.Source.KUBERNETES,
                    user.name().startsWith(SSO) ? user.name().substring(SSO.length()) : user.name(),
                    exchange.method(),
                    cluster.value(),
                    exchange.rawPath(),
                    exchange.status(),
                    exchange.remote().getAddress().getHostAddress()));
        }
    }

    ApiServer engine() {
        return engine;
    }

    KeyRing keyRing() {
        return keyRing;
    }

    @Override
    public void delete(ClusterId cluster) {
        engine.clusters().delete(cluster);
        keyRing.forget(cluster);
    }

    @Override
    public void bringTo(ClusterId cluster, String version) {
        engine.clusters()
                .options(cluster)
                .filter(known ->
                        ReleaseVersion.parse(known.kubernetesVersion()).compareTo(ReleaseVersion.parse(version)) < 0)
                .ifPresent(known -> engine.clusters().reconfigure(cluster, known.withKubernetesVersion(version)));
    }

    /** All clusters with the rights of the system itself. */
    Clusters clusters(String component) {
        return engine.inProcess(UserInfo.master("system:" + component));
    }

    /** The addresses of a cluster's pods; {@code ""} when it has none. */
    String podCidr(ClusterId cluster) {
        return engine.clusters().options(cluster).map(ClusterOptions::podCidr).orElse("");
    }

    /** The minor of a cluster's Kubernetes release; that of the newest when there is no such cluster. */
    int minor(ClusterId cluster) {
        return KubernetesRelease.minorOf(engine.clusters()
                .options(cluster)
                .map(ClusterOptions::kubernetesVersion)
                .orElse(""));
    }

    /** What operators have to say in writes on the Supervisor from now on. */
    void operators(List<ObjectAdmission> admission) {
        operators = List.copyOf(admission);
    }

    @Override
    public void close() {
        engine.close();
        store.close();
    }

    private List<AdmissionPlugin> admission() {
        return List.of(
                new RefusedResources(ClusterId.SUPERVISOR, POD_MAKERS, Platform::system, NO_PODS),
                new OperatorAdmission(ClusterId.SUPERVISOR, () -> operators));
    }

    private static boolean system(String namespace) {
        return namespace.startsWith("kube-") || namespace.startsWith("vmware-system-");
    }
}
