package io.kantoku.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.transport.Dialler;
import org.junit.jupiter.api.Test;

class KubeconfigTest {
    private static final String FILE = """
            apiVersion: v1
            kind: Config
            clusters:
            - cluster:
                insecure-skip-tls-verify: true
                server: https://192.0.2.1:6443
              name: one
            contexts:
            - context: {cluster: one, namespace: ns1, user: "wcp:192.0.2.1:me"}
              name: ns1
            current-context: ns1
            preferences: {}
            users:
            - name: wcp:192.0.2.1:me
              user:
                token: abc
            - name: other
              user:
                exec: {command: get-token}
            """;

    @Test
    void readsWhatKubectlWrites() {
        Kubeconfig config = Kubeconfig.parse(FILE);
        assertThat(config.current()).isEqualTo("ns1");
        assertThat(config.context("ns1")).contains(new Kubeconfig.Context("one", "wcp:192.0.2.1:me", "ns1"));
        assertThat(config.cluster("one")).contains(new Kubeconfig.Cluster("https://192.0.2.1:6443", "", true));
        Endpoint endpoint = Endpoint.of(config, "ns1", Dialler.host());
        assertThat(endpoint.target().port()).isEqualTo(6443);
        assertThat(endpoint.token()).isEqualTo("abc");
        assertThat(endpoint.toString()).doesNotContain("abc");
        assertThat(config.toString()).doesNotContain("abc");
    }

    @Test
    void keepsWhatItDoesNotKnow() {
        Kubeconfig config = Kubeconfig.parse(FILE)
                .withCluster("two", new Kubeconfig.Cluster("https://192.0.2.2", "PEM", false))
                .withUser("two", Kubeconfig.User.certificate("CERT", "KEY"))
                .withContext("two", new Kubeconfig.Context("two", "two", ""))
                .withCurrent("two");
        Kubeconfig read = Kubeconfig.parse(config.write());
        assertThat(read).isEqualTo(config);
        assertThat(read.write()).contains("command: get-token");
        assertThat(read.user("two")).contains(Kubeconfig.User.certificate("CERT", "KEY"));
        assertThat(read.contexts()).containsExactly("ns1", "two");
        assertThat(read.withoutContext("two")
                        .withoutCluster("two")
                        .withoutUser("two")
                        .withCurrent("ns1"))
                .isEqualTo(Kubeconfig.parse(FILE));
    }

    @Test
    void startsFromAnEmptyFileAndFromListsThatAreNull() {
        assertThat(Kubeconfig.parse("").contexts()).isEmpty();
        Kubeconfig config =
                Kubeconfig.parse("apiVersion: v1\nkind: Config\nclusters: null\ncontexts: null\nusers: null\n");
        assertThat(config.withUser("u", Kubeconfig.User.token("t")).user("u")).contains(Kubeconfig.User.token("t"));
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> Endpoint.of(Kubeconfig.parse(FILE), "nope", Dialler.host()))
                .hasMessageContaining("no context \"nope\"")
                .hasMessageContaining("ns1");
    }
}
