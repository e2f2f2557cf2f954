package io.kantoku.kubelet.boot;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Kubeconfig;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.kubeadm.ClusterConfiguration;
import io.kantoku.kubelet.kubeadm.Discovery;
import io.kantoku.kubelet.kubeadm.KubeadmReader;
import io.kantoku.lab.NetworkStack;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpRequest;
import io.kantoku.transport.HttpResponse;
import io.kantoku.transport.Target;
import io.kantoku.transport.TransportException;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.PkiException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks the control-plane endpoint over HTTPS, trusting nobody until the public key of the cluster's authority has been compared
 * with the pins of the bootstrap data.
 *
 * <p>The order is that of {@code kubeadm join} with {@code --discovery-token-ca-cert-hash}: {@code kube-public/cluster-info}
 * from a server not yet trusted, the pin, {@code cluster-info} again from a server that shows a certificate of a pinned
 * authority, and {@code kube-system/kubeadm-config} with the bootstrap token.
 */
public final class HttpDiscovery implements ClusterDiscovery {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String CLUSTER_INFO = "kube-public/configmaps/cluster-info";
    private static final String CONFIGURATION = "kube-system/configmaps/kubeadm-config";

    private final HttpClient http;

    public HttpDiscovery(HttpClient http) {
        this.http = http;
    }

    @Override
    public ClusterConfiguration discover(Discovery discovery, NetworkStack network) {
        Asking asking = new Asking(discovery, network);
        CaPins pins = new CaPins(discovery.caCertHashes());
        if (pins.isEmpty()) {
            throw asking.failed("checking the bootstrap data", "it has no caCertHashes, so no server can be trusted");
        }
        Target target = asking.target();

        String unproven = asking.clusterInfo(target, ClientTls.insecure());
        List<X509Certificate> pinned = asking.pinned(unproven, pins);

        ClientTls tls = ClientTls.trusting(pinned);
        asking.pinned(asking.clusterInfo(target, tls), pins);
        return asking.configuration(target, tls);
    }

    /** One attempt; knows what to say when it fails. */
    private final class Asking {
        private final Discovery discovery;
        private final NetworkStack network;

        Asking(Discovery discovery, NetworkStack network) {
            this.discovery = discovery;
            this.network = network;
        }

        Target target() {
            String endpoint = discovery.apiServerEndpoint();
            int colon = endpoint.lastIndexOf(':');
            try {
                String host = endpoint.substring(0, Math.max(colon, 0));
                if (host.startsWith("[") && host.endsWith("]")) {
                    host = host.substring(1, host.length() - 1);
                }
                return Target.http(host, Integer.parseInt(endpoint.substring(colon + 1)))
                        .via(new Dialler.Tcp(network));
            } catch (IllegalArgumentException e) {
                throw failed("checking the bootstrap data", "apiServerEndpoint must be HOST:PORT", e);
            }
        }

        /** The kubeconfig in the ConfigMap that anybody may read. */
        String clusterInfo(Target target, ClientTls tls) {
            String step = "reading " + CLUSTER_INFO;
            return get(step, request(target, tls, CLUSTER_INFO), "kubeconfig");
        }

        List<X509Certificate> pinned(String kubeconfig, CaPins pins) {
            String step = "checking the authority of cluster-info";
            try {
                Kubeconfig config = Kubeconfig.parse(kubeconfig);
                String name =
                        config.tree().path("clusters").path(0).path("name").asText();
                String authorities = config.cluster(name)
                        .map(Kubeconfig.Cluster::authoritiesPem)
                        .orElse("");
                if (authorities.isEmpty()) {
                    throw failed(step, "its kubeconfig has no certificate-authority-data");
                }
                List<X509Certificate> pinned = pins.pinned(Pem.certificates(authorities));
                if (pinned.isEmpty()) {
                    throw failed(
                            step,
                            "no public key in it has one of the hashes " + pins
                                    + "; is this the endpoint of another cluster?");
                }
                return pinned;
            } catch (ApiException | PkiException | IllegalArgumentException e) {
                throw failed(step, String.valueOf(e.getMessage()), e);
            }
        }

        ClusterConfiguration configuration(Target target, ClientTls tls) {
            String step = "reading " + CONFIGURATION;
            String document = get(
                    step,
                    request(target, tls, CONFIGURATION).header("Authorization", "Bearer " + discovery.token()),
                    "ClusterConfiguration");
            try {
                return KubeadmReader.readCluster(Yaml.parse(document));
            } catch (ApiException | NodeException e) {
                throw failed(step, String.valueOf(e.getMessage()), e);
            }
        }

        private HttpRequest request(Target target, ClientTls tls, String configMap) {
            return HttpRequest.get(
                            new Target(target.host(), target.port(), Optional.of(tls), target.dialler()),
                            "/api/v1/namespaces/" + configMap)
                    .header("Accept", "application/json")
                    .header("Connection", "close") // nobody will ask this way again
                    .timeout(TIMEOUT);
        }

        private String get(String step, HttpRequest request, String key) {
            try {
                HttpResponse response = http.send(request);
                JsonNode body = Json.parse(response.body());
                if (response.status() != 200) {
                    throw failed(
                            step,
                            "HTTP " + response.status() + " "
                                    + body.path("message").asText());
                }
                String value = body.path("data").path(key).asText("");
                if (value.isEmpty()) {
                    throw failed(step, "it has no data." + key);
                }
                return value;
            } catch (TransportException e) {
                throw failed(step, String.valueOf(e.getMessage()), e);
            } catch (ApiException e) {
                throw failed(step, "the answer is not a Kubernetes API server's: " + e.getMessage(), e);
            }
        }

        NodeException failed(String step, String why) {
            return new NodeException(NodeException.Code.JOIN_FAILED, message(step, why));
        }

        private NodeException failed(String step, String why, Throwable cause) {
            return new NodeException(NodeException.Code.JOIN_FAILED, message(step, why), cause);
        }

        private String message(String step, String why) {
            return "cannot join through " + discovery.apiServerEndpoint() + ": " + step + " failed: " + why;
        }
    }
}
