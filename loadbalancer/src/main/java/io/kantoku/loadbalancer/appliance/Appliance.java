package io.kantoku.loadbalancer.appliance;

import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.loadbalancer.appliance.PairMessage.Role;
import io.kantoku.loadbalancer.dataplane.Configuration;
import io.kantoku.loadbalancer.dataplane.DataPlaneApi;
import io.kantoku.loadbalancer.dataplane.DurableFile;
import io.kantoku.loadbalancer.dataplane.FileWatch;
import io.kantoku.loadbalancer.model.DataPlaneException;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.pki.Pem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running load-balancer appliance: HAProxy, and the Data Plane API in front of it.
 *
 * <p>All that it knows is in its directory. After {@code kill -9} of this process HAProxy goes on serving, and the next start
 * finds and keeps it.
 */
public final class Appliance implements AutoCloseable {
    private static final Duration QUARANTINE_RETRY = Duration.ofSeconds(5);

    private final ApplianceSpec spec;
    private final ApiIdentity identity;
    private final Engine engine;
    private final Configuration configuration;
    private final Listener listener;
    private final FileWatch fileWatch;
    private final Thread quarantineWatch;
    private volatile @Nullable Pair pair;

    private Appliance(
            ApplianceSpec spec,
            ApiIdentity identity,
            Engine engine,
            Configuration configuration,
            Listener listener,
            FileWatch fileWatch) {
        this.spec = spec;
        this.identity = identity;
        this.engine = engine;
        this.configuration = configuration;
        this.listener = listener;
        this.fileWatch = fileWatch;
        this.quarantineWatch =
                Thread.ofVirtual().name("quarantine-" + spec.name()).start(this::watchQuarantine);
    }

    /**
     * Starts HAProxy, or takes over the one that runs, and then opens the API.
     *
     * @param processes starts HAProxy and finds it again, under the role {@code haproxy-<name>}
     * @throws IOException when the directory cannot be used or the API's address cannot be bound
     * @throws io.kantoku.loadbalancer.model.DataPlaneException when HAProxy does not start; the message is HAProxy's own
     */
    public static Appliance start(ApplianceSpec spec, HttpServer server, Processes processes, InstantSource clock)
            throws IOException {
        return start(spec, server, processes, clock, Interception.TPROXY);
    }

    static Appliance start(
            ApplianceSpec spec, HttpServer server, Processes processes, InstantSource clock, Interception wish)
            throws IOException {
        ApplianceFiles files = ApplianceFiles.in(spec.directory());
        String apiHost = spec.apiAddress().getAddress().getHostAddress();
        ApiIdentity identity =
                ApiIdentity.open(spec.directory(), spec.name(), List.of(apiHost, "127.0.0.1", "localhost"), clock);
        HaproxyConfig config = ConfigurationFile.open(files, spec.user(), spec.password(), new SecureRandom());
        Engine engine = new Engine(spec, files, processes, wish);
        boolean heldBefore =
                Files.exists(files.role()) && Files.readString(files.role()).equals(Role.ACTIVE.name());
        boolean adopted = engine.start(config, heldBefore);
        Configuration configuration =
                new Configuration(files.configuration(), config, engine, spec.reloadDelay(), clock);
        Optional<Listener> opened = Optional.empty();
        try {
            Listener listener = server.listen(new ListenSpec(
                    "data-plane-" + spec.name(),
                    spec.stack(),
                    spec.apiAddress(),
                    Optional.of(identity.identity()),
                    List.of(),
                    new DataPlaneApi(configuration, engine)));
            opened = Optional.of(listener);
            FileWatch watch = FileWatch.of(files.configuration(), configuration::refresh);
            Appliance started = new Appliance(spec, identity, engine, configuration, listener, watch);
            if (spec.pair().isPresent()) {
                started.pair = pair(spec, spec.pair().get(), files, engine, adopted && heldBefore);
            }
            return started;
        } catch (IOException e) {
            opened.ifPresent(Listener::close);
            configuration.close();
            if (adopted) {
                engine.detach(); // it was serving before, and no address of the API's is a reason to end that
            } else {
                engine.stop();
            }
            throw e;
        }
    }

    private static Pair pair(ApplianceSpec spec, PairSpec twin, ApplianceFiles files, Engine engine, boolean holds)
            throws IOException {
        return new Pair(
                spec.name(),
                twin,
                spec.stack(),
                spec.password(),
                holds ? Role.ACTIVE : Role.STARTING,
                yes -> {
                    engine.vips().hold(yes);
                    DurableFile.write(files.role(), (yes ? Role.ACTIVE : Role.STANDBY).name());
                },
                engine::running,
                engine.vips()::connected,
                engine.vips()::addresses);
    }

    /** Whether it holds the virtual IPs: always, unless it is one of a pair. */
    public boolean active() {
        Pair twin = pair;
        return twin == null || twin.role() == Role.ACTIVE;
    }

    /** Where its API listens. */
    public InetSocketAddress apiAddress() {
        return listener.address();
    }

    /** The certificate of the authority that its API's certificate is issued by. */
    public String authorityPem() {
        return identity.authorityPem();
    }

    /** How its API is used, from its own network; {@link DataPlaneEndpoint#from} for another. */
    public DataPlaneEndpoint endpoint() {
        InetSocketAddress address = listener.address();
        return new DataPlaneEndpoint(
                address.getAddress().getHostAddress(),
                address.getPort(),
                Pem.certificates(identity.authorityPem()),
                spec.user(),
                spec.password(),
                spec.stack());
    }

    /** What is configured and cannot be served, with the reasons. */
    public Quarantine quarantine() {
        return engine.quarantined();
    }

    /** Whether HAProxy runs. */
    public boolean running() {
        return engine.running();
    }

    /** The process id of HAProxy's master. */
    public long haproxyPid() {
        return engine.process().pid();
    }

    /** What HAProxy's master answers to a command. */
    String masterSays(String command) {
        return engine.process().master(command);
    }

    /** An address becomes local without anybody telling us; what waits for that is looked at from time to time. */
    private void watchQuarantine() {
        try {
            while (true) {
                Thread.sleep(QUARANTINE_RETRY);
                if (engine.wantsReload()) {
                    configuration.reloadAgain();
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /**
     * Closes the API and ends HAProxy; the other one of a pair takes the virtual IPs over at once. Connections that have just begun
     * are brought to their end before.
     */
    public void stop() {
        Pair twin = pair;
        if (twin != null) {
            try {
                if (twin.role() == Role.ACTIVE) {
                    engine.vips().drain();
                }
                twin.resign();
            } catch (IOException e) {
                throw new DataPlaneException(
                        DataPlaneException.Code.INTERNAL, "the virtual IPs are not released: " + e.getMessage(), e);
            }
        }
        shut();
        engine.stop();
    }

    /** Closes the API; HAProxy goes on serving, and the next start takes it over. */
    @Override
    public void close() {
        shut();
        engine.detach();
    }

    private void shut() {
        Pair twin = pair;
        if (twin != null) {
            twin.close();
        }
        listener.close();
        fileWatch.close();
        quarantineWatch.interrupt();
        configuration.close();
    }
}
