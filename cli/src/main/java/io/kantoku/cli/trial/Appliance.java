package io.kantoku.cli.trial;

import io.kantoku.cli.instance.InstanceOptions;
import io.kantoku.cli.instance.StateDirectory;
import io.kantoku.lab.NetworkStack;
import io.kantoku.loadbalancer.DataPlaneClient;
import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.loadbalancer.RuntimeServer;
import io.kantoku.loadbalancer.model.Bind;
import io.kantoku.loadbalancer.model.Frontend;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.Kinds;
import io.kantoku.loadbalancer.model.Parent;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.pki.Pem;
import java.util.ArrayList;
import java.util.List;

/** What the HAProxy of an instance is configured with and serves, read through its Data Plane API. */
public final class Appliance implements AutoCloseable {
    private static final int PORT = 5556;

    private final HttpClient http;
    private final DataPlaneClient client;

    private Appliance(HttpClient http, DataPlaneClient client) {
        this.http = http;
        this.client = client;
    }

    /** @param from where its API can be reached from */
    static Appliance of(StateDirectory state, InstanceOptions options, NetworkStack from) {
        HttpClient http = HttpClient.start();
        DataPlaneEndpoint endpoint = new DataPlaneEndpoint(
                options.addresses().applianceManagement(0).address().toString(),
                PORT,
                Pem.certificates(
                        StateDirectory.read(state.haproxy().resolve("ca.crt")).orElseThrow()),
                "admin",
                StateDirectory.read(state.haproxyPassword()).orElseThrow().strip(),
                from);
        return new Appliance(http, DataPlaneClient.to(endpoint, http));
    }

    /**
     * One address and port of a frontend.
     *
     * @param servers as HAProxy itself sees them now
     */
    public record Front(String name, String address, int port, List<RuntimeServer> servers) {
        /** The servers that get connections, as {@code address:port}, sorted. */
        public List<String> serving() {
            return servers.stream()
                    .filter(RuntimeServer::serving)
                    .map(server -> server.address() + ":" + server.port())
                    .sorted()
                    .toList();
        }
    }

    /** All addresses and ports that are served. */
    public List<Front> fronts() {
        HaproxyConfig config = client.read();
        List<Front> fronts = new ArrayList<>();
        for (Frontend frontend : Kinds.FRONTENDS.list(config, Parent.NONE)) {
            for (Bind bind : Kinds.BINDS.list(config, Parent.frontend(frontend.name()))) {
                String address = String.valueOf(bind.address());
                int port = bind.port() == null ? 0 : bind.port();
                String portName = bind.name().substring(bind.name().lastIndexOf(':') + 1);
                fronts.add(new Front(frontend.name(), address, port, client.servers(frontend.name() + "-" + portName)));
            }
        }
        return fronts;
    }

    /**
     * The one at an address and port.
     *
     * @throws TrialFailure when there is none, with what there is
     */
    public Front front(String address, int port) {
        List<Front> fronts = fronts();
        return fronts.stream()
                .filter(front -> front.address().equals(address) && front.port() == port)
                .findFirst()
                .orElseThrow(() -> new TrialFailure("HAProxy serves nothing at " + address + ":" + port + "; it serves "
                        + fronts.stream()
                                .map(front -> front.address() + ":" + front.port())
                                .toList()));
    }

    @Override
    public void close() {
        http.close();
    }
}
