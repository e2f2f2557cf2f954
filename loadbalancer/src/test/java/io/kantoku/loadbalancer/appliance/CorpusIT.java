package io.kantoku.loadbalancer.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.lab.Ledger;
import io.kantoku.lab.Processes;
import io.kantoku.loadbalancer.Corpus;
import io.kantoku.loadbalancer.DataPlaneEndpoint;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What third parties ask is answered as they are used to, over HTTPS and by a real HAProxy, which accepts all of it. */
@Timeout(120)
class CorpusIT {
    private static final Path HAPROXY = Path.of(System.getProperty("haproxy", "/usr/sbin/haproxy"));
    private static final List<String> TOLD = List.of("Reload-ID", "Configuration-Version", "Allow");

    @TempDir
    Path directory;

    private final HttpServer server = HttpServer.start();
    private final HttpClient http = HttpClient.start();
    private Ledger ledger;
    private Appliance appliance;

    @BeforeEach
    void start() throws IOException {
        ledger = Ledger.open(directory.resolve("ledger"));
        ApplianceSpec spec = ApplianceSpec.onHost(
                "corpus",
                directory.resolve("appliance"),
                HAPROXY,
                new InetSocketAddress("127.61.58.9", 0),
                List.of(Cidr.parse("127.61.59.0/24")),
                "admin",
                "secret");
        appliance = Appliance.start(spec, server, new Processes(ledger, new Random()), InstantSource.system());
    }

    @AfterEach
    void stop() {
        appliance.stop();
        ledger.close();
        http.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3", "runtime"})
    void isAnsweredAsByTheApisOwnServer(String file) throws IOException {
        assertThat(Corpus.faults(file, this::send)).isEmpty();
    }

    private Corpus.Answer send(String method, String target, String contentType, String body) {
        DataPlaneEndpoint endpoint = appliance.endpoint();
        String user = endpoint.user() + ":" + endpoint.password();
        HttpRequest request = HttpRequest.of(
                        method,
                        new Target(
                                endpoint.host(),
                                endpoint.port(),
                                Optional.of(ClientTls.trusting(endpoint.authorities())),
                                new Dialler.Tcp(endpoint.stack())),
                        target)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
                .timeout(Duration.ofSeconds(60));
        HttpResponse response =
                http.send(body.isEmpty() ? request : request.body(contentType, body.getBytes(StandardCharsets.UTF_8)));
        Map<String, String> headers = new TreeMap<>();
        TOLD.forEach(name -> response.header(name).ifPresent(value -> headers.put(name, value)));
        return new Corpus.Answer(response.status(), headers, response.text());
    }
}
