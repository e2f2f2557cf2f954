package io.kantoku.supervisor.workload;

import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Asks the Supervisor's API through its virtual IP whether it is ready, as a user's kubectl would reach it. */
final class VipProbe {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final HttpClient http;
    private final Dialler dialler;

    VipProbe(HttpClient http, NetworkStack from) {
        this.http = http;
        this.dialler = new Dialler.Tcp(from);
    }

    /** Why the API does not answer; empty when it does. */
    Optional<String> unreachable(String vip, int port, List<X509Certificate> authorities) {
        Target target = Target.https(vip, port, ClientTls.trusting(authorities)).via(dialler);
        try {
            HttpResponse response = http.send(HttpRequest.get(target, "/readyz").timeout(LIMIT));
            return response.status() == 200
                    ? Optional.empty()
                    : Optional.of("https://" + vip + ":" + port + "/readyz answers " + response.status());
        } catch (TransportException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
