package io.kantoku.cli.plugin;

import io.kantoku.client.Kubeconfig;
import io.kantoku.transport.ClientTls;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/** Which servers the plugin trusts, and what kubectl is told about it. */
sealed interface Trust {
    /** Any server, by {@code --insecure-skip-tls-verify}. */
    record Anyone() implements Trust {}

    /** Servers that lead to the authorities of a file, by {@code --certificate-authority}. */
    record Given(List<X509Certificate> authorities, String pem) implements Trust {
        public Given {
            authorities = List.copyOf(authorities);
        }
    }

    /** Servers that lead to the authorities that the machine trusts. */
    record Machine(Map<String, String> variables) implements Trust {
        public Machine {
            variables = Map.copyOf(variables);
        }

        @Override
        public String toString() {
            return "Machine";
        }
    }

    /** TLS towards one server; the machine's authorities are read here and not earlier. */
    default ClientTls tls() {
        return switch (this) {
            case Anyone _ -> ClientTls.insecure();
            case Given given -> ClientTls.trusting(given.authorities());
            case Machine machine -> ClientTls.trusting(MachineAuthorities.load(machine.variables()));
        };
    }

    /** The kubeconfig entry of an API server under this trust. */
    default Kubeconfig.Cluster cluster(String url) {
        return switch (this) {
            case Anyone _ -> new Kubeconfig.Cluster(url, "", true);
            case Given given -> new Kubeconfig.Cluster(url, given.pem(), false);
            case Machine _ -> new Kubeconfig.Cluster(url, "", false); // kubectl finds them as the plugin does
        };
    }

    /** The kubeconfig entry of an API server whose authority is known from elsewhere; {@code ""} when it is not. */
    default Kubeconfig.Cluster cluster(String url, String authorityPem) {
        return switch (this) {
            case Anyone _ -> cluster(url);
            case Given _, Machine _ ->
                authorityPem.isEmpty() ? cluster(url) : new Kubeconfig.Cluster(url, authorityPem, false);
        };
    }
}
