package io.kantoku.client;

import io.kantoku.transport.ClientTls;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.Target;
import io.kantoku.transport.pki.Pem;
import java.net.URI;
import java.util.Optional;

/**
 * An API server and who the client says it is. Keep one per server and identity: it stands for their pooled connections.
 *
 * @param prefix the path before {@code /api}, {@code ""} or beginning with a slash
 * @param token the bearer token, {@code ""} for none
 */
public record Endpoint(Target target, String prefix, String token) {
    /**
     * The endpoint of a context.
     *
     * @throws IllegalArgumentException when the context or what it names is not in the file
     */
    public static Endpoint of(Kubeconfig config, String contextName, Dialler dialler) {
        Kubeconfig.Context context = config.context(contextName)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the kubeconfig has no context \"" + contextName + "\"; it has " + config.contexts()));
        Kubeconfig.Cluster cluster = config.cluster(context.cluster())
                .orElseThrow(() -> new IllegalArgumentException("context \"" + contextName
                        + "\" of the kubeconfig names the cluster \"" + context.cluster() + "\", which is not there"));
        Kubeconfig.User user = config.user(context.user()).orElse(Kubeconfig.User.token(""));
        return of(cluster, user, dialler);
    }

    public static Endpoint of(Kubeconfig.Cluster cluster, Kubeconfig.User user, Dialler dialler) {
        URI uri = URI.create(cluster.server());
        boolean https = "https".equals(uri.getScheme());
        String host = uri.getHost() == null ? "" : uri.getHost().replaceAll("^\\[|\\]$", "");
        int port = uri.getPort() > 0 ? uri.getPort() : https ? 443 : 80;
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        Optional<ClientTls> tls = https ? Optional.of(tls(cluster, user)) : Optional.empty();
        return new Endpoint(
                new Target(host, port, tls, dialler),
                path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
                user.token());
    }

    private static ClientTls tls(Kubeconfig.Cluster cluster, Kubeconfig.User user) {
        ClientTls tls;
        if (cluster.insecure()) {
            tls = ClientTls.insecure();
        } else if (cluster.authoritiesPem().isEmpty()) {
            throw new IllegalArgumentException("the kubeconfig has no certificate-authority-data for "
                    + cluster.server() + "; add it, or set insecure-skip-tls-verify");
        } else {
            tls = ClientTls.trusting(cluster.authoritiesPem());
        }
        return user.certificatePem().isEmpty()
                ? tls
                : tls.presenting(Pem.identity(user.certificatePem(), user.keyPem()));
    }

    /** Never the token. */
    @Override
    public String toString() {
        return target + prefix;
    }
}
