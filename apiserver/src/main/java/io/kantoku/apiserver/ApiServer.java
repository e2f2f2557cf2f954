package io.kantoku.apiserver;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.admission.AdmissionPlugin;
import io.kantoku.apiserver.aggregation.AggregatedApis;
import io.kantoku.apiserver.aggregation.Availability;
import io.kantoku.apiserver.aggregation.FrontProxy;
import io.kantoku.apiserver.audit.Auditor;
import io.kantoku.apiserver.auth.AccessControl;
import io.kantoku.apiserver.auth.AnyOf;
import io.kantoku.apiserver.auth.AuthenticatorChain;
import io.kantoku.apiserver.auth.Authorizer;
import io.kantoku.apiserver.auth.Impersonation;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.crd.CustomTypes;
import io.kantoku.apiserver.crd.DefinitionAdmission;
import io.kantoku.apiserver.crd.DefinitionStrategy;
import io.kantoku.apiserver.crd.InstanceCleanup;
import io.kantoku.apiserver.metrics.ApiMetrics;
import io.kantoku.apiserver.registry.ObjectReader;
import io.kantoku.apiserver.registry.Registry;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.ResourceTypes;
import io.kantoku.apiserver.registry.WatchCache;
import io.kantoku.apiserver.rest.Actions;
import io.kantoku.apiserver.rest.ApiHandler;
import io.kantoku.apiserver.rest.Services;
import io.kantoku.apiserver.rest.UserInfos;
import io.kantoku.apiserver.webhook.AddressPolicy;
import io.kantoku.apiserver.webhook.ServiceDialler;
import io.kantoku.apiserver.webhook.WebhookCaller;
import io.kantoku.client.Clusters;
import io.kantoku.store.Store;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpHandler;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine that serves the Kubernetes APIs of all logical clusters of one store. There is one per process. */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(5);

    private final WatchCache cache;
    private final Registry registry;
    private final ResourceTypes types;
    private final LogicalClusters clusters;
    private final Services services;
    private final WriteListener writes;
    private final InstanceCleanup cleanup;
    private final Webhooks webhooks;
    private final AggregatedApis aggregation;
    private final ScheduledExecutorService housekeeping;

    private ApiServer(Builder builder) {
        this.writes = builder.writes;
        ClusterRecords records = new ClusterRecords(builder.store);
        byte[] secret = records.secret(builder.random);
        this.cache = WatchCache.open(builder.store, builder.clock);
        this.types = new ResourceTypes();
        this.clusters = new LogicalClusters(builder.store, cache, types, records, builder.types());
        DeferredReader reader = new DeferredReader();
        ServiceDialler dialler = builder.services.apply(reader);
        this.webhooks = new Webhooks(builder.addresses, dialler);
        ServerParts parts = builder.parts.apply(new Environment(
                reader,
                clusters,
                types,
                webhooks.caller(),
                webhooks::client,
                () -> inProcess(UserInfos.SERVER),
                builder.clock,
                builder.random));
        LocalApis local = new LocalApis(types, this::version);
        CustomTypes custom =
                new CustomTypes(types, cache, this::cleanUp, this::reconsider, local::changed, webhooks.caller());
        List<AdmissionPlugin> admission = new ArrayList<>(parts.admission());
        admission.add(new DefinitionAdmission(types, custom, builder.clock));
        this.registry = new Registry(builder.store, cache, admission, secret, builder.clock, builder.random);
        this.cleanup = new InstanceCleanup(registry, types, UserInfos.SERVER, builder.clock);
        reader.becomes(registry);
        AuthenticatorChain authenticators = new AuthenticatorChain(parts.authenticators());
        Authorizer authorizer = new AnyOf(parts.authorizers());
        this.aggregation = new AggregatedApis(
                registry,
                dialler,
                webhooks::client,
                new FrontProxy(builder.clock),
                parts.trust(),
                parts.nodes().usage());
        ApiMetrics metrics = new ApiMetrics(cache);
        this.services = new Services(
                registry,
                types,
                new AccessControl(authorizer),
                authenticators,
                new Impersonation(authorizer),
                new Actions(registry, types, parts.tokens(), parts.reviews(), builder.questions, builder.clock),
                parts.nodes(),
                parts.flow(),
                parts.documents(),
                aggregation,
                metrics,
                this::version,
                local::isComplete,
                builder.audit,
                builder.clock);
        List<ClusterBootstrap> bootstraps = new ArrayList<>();
        bootstraps.add(new CoreBootstrap());
        bootstraps.addAll(parts.bootstraps());
        custom.start();
        bootstraps.add((options, admin, objects) -> aggregation.open(admin));
        bootstraps.add((options, admin, objects) -> local.open(admin, objects));
        Clusters own = inProcess(UserInfos.SERVER);
        ServiceIpAddresses addresses = new ServiceIpAddresses(types, own);
        ServerIdentity identity =
                new ServerIdentity(own, builder.clock, UUID.randomUUID().toString());
        bootstraps.add(addresses);
        bootstraps.add(identity);
        Availability availability = new Availability(aggregation, registry, types, UserInfos.SERVER, builder.clock);
        EventExpiry events = new EventExpiry(registry, types, clusters::ids, UserInfos.SERVER, builder.clock);
        this.housekeeping = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("apiserver-housekeeping").factory());
        clusters.openAll(own, new InitialObjects(registry, types), bootstraps, custom::open, cluster -> {
            custom.close(cluster);
            addresses.close(cluster);
            identity.close(cluster);
            aggregation.close(cluster);
            local.close(cluster);
            metrics.forget(cluster);
        });
        GroupResource apiServices = new GroupResource("apiregistration.k8s.io", "apiservices");
        cache.subscribe(apiServices, availability);
        cache.subscribe(apiServices, local);
        cache.subscribe(ServiceIpAddresses.followed(), addresses);
        long renewal = ServerIdentity.BETWEEN_RENEWALS.toMinutes();
        var _ = housekeeping.scheduleWithFixedDelay(
                () -> upkeep("leases of API servers", identity::renewAll), renewal, renewal, TimeUnit.MINUTES);
        var _ = housekeeping.scheduleWithFixedDelay(availability::check, 10, 10, TimeUnit.SECONDS);
        var _ = housekeeping.scheduleWithFixedDelay(
                () -> upkeep("old events", events::sweep),
                BETWEEN_SWEEPS.toMinutes(),
                BETWEEN_SWEEPS.toMinutes(),
                TimeUnit.MINUTES);
    }

    private String version(ClusterId cluster) {
        return clusters.options(cluster).map(ClusterOptions::kubernetesVersion).orElse("");
    }

    private static void upkeep(String what, Runnable work) {
        try {
            work.run();
        } catch (ApiException e) {
            LOG.atWarn()
                    .setMessage("upkeep failed; it is tried again at its time")
                    .addKeyValue("what", what)
                    .setCause(e)
                    .log();
        }
    }

    private void reconsider(ClusterId cluster, String definition) {
        cleanup.reconsider(cluster, definition);
    }

    private void cleanUp(ClusterId cluster, String definition) {
        cleanup.begin(cluster, definition);
    }

    /** Begins the making of a server on a store, which stays the caller's to close. */
    public static Builder builder(Store store) {
        return new Builder(store);
    }

    public LogicalClusters clusters() {
        return clusters;
    }

    /** Serves one cluster's API; a listener per control-plane machine uses it. It may be made before the cluster. */
    public HttpHandler handler(ClusterId cluster) {
        return new ApiHandler(cluster, services, writes);
    }

    /** All clusters as a part of this process sees them: with an identity, and every check that a network client meets. */
    public Clusters inProcess(UserInfo user) {
        return new InProcessClusters(user, services, cache, clusters::ids);
    }

    /** Tells a cluster's pods where its API servers listen: what stands behind the Service {@code kubernetes}. */
    public void publishAddresses(ClusterId cluster, List<InetSocketAddress> addresses) {
        KubernetesEndpoints.publish(inProcess(UserInfos.SERVER).cluster(cluster), addresses);
    }

    /** Reads past authorization, for the server's own parts. */
    public ObjectReader objects() {
        return registry;
    }

    /** Which resource types each cluster serves. */
    public ResourceTypes types() {
        return types;
    }

    /** Ends all watches; the store stays open. */
    @Override
    public void close() {
        housekeeping.shutdownNow();
        webhooks.close();
        cache.close();
    }

    /**
     * What a server's parts are made from.
     *
     * @param objects reads all clusters; not before the server is complete
     * @param clusters tells what each cluster is
     * @param types tells what each cluster serves
     * @param webhooks calls what users of a cluster name
     * @param http the client of calls to other servers, which starts when it is asked for
     * @param writers all clusters with the rights of the server itself; not before the server is complete
     */
    public record Environment(
            ObjectReader objects,
            LogicalClusters clusters,
            ResourceTypes types,
            WebhookCaller webhooks,
            Supplier<HttpClient> http,
            Supplier<Clusters> writers,
            InstantSource clock,
            RandomGenerator random) {}

    /** Collects what a server is made of. */
    public static final class Builder {
        private final Store store;
        private Function<String, List<ResourceType>> catalog = version -> List.of();
        private Set<GroupResource> questions = Set.of();
        private Function<Environment, ServerParts> parts = environment -> new ServerParts();
        private AddressPolicy addresses = AddressPolicy.ordinary();
        private Function<ObjectReader, ServiceDialler> services = objects -> ServiceDialler.NONE;
        private WriteListener writes = WriteListener.NONE;
        private Auditor audit = Auditor.NONE;
        private InstantSource clock = InstantSource.system();
        private RandomGenerator random = new SecureRandom();

        private Builder(Store store) {
            this.store = store;
        }

        /** The built-in types that a Kubernetes version serves; the same list object for the same version. */
        public Builder catalog(Function<String, List<ResourceType>> value) {
            catalog = value;
            return this;
        }

        /** Types whose objects are answered rather than stored (reviews). */
        public Builder questions(Set<GroupResource> value) {
            questions = Set.copyOf(value);
            return this;
        }

        /** Authentication, authorization, admission and the rest. */
        public Builder parts(Function<Environment, ServerParts> value) {
            parts = value;
            return this;
        }

        /** Where webhooks may be that are named by URL. */
        public Builder addresses(AddressPolicy value) {
            addresses = value;
            return this;
        }

        /** How webhooks and aggregated APIs that are Services are reached. */
        public Builder services(Function<ObjectReader, ServiceDialler> value) {
            services = value;
            return this;
        }

        /** Who hears of writes over HTTP. */
        public Builder writes(WriteListener value) {
            writes = value;
            return this;
        }

        /** What is taken down of requests over HTTP. */
        public Builder audit(Auditor value) {
            audit = value;
            return this;
        }

        public Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /** The catalog with the rules of custom resource definitions; one list per list of the catalog's. */
        private Function<String, List<ResourceType>> types() {
            Map<List<ResourceType>, List<ResourceType>> made = new ConcurrentHashMap<>();
            return version -> made.computeIfAbsent(catalog.apply(version), listed -> DefinitionStrategy.in(listed));
        }

        /** Reads the store and opens all clusters that it holds. */
        public ApiServer start() {
            return new ApiServer(this);
        }
    }
}
