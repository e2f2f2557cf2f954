package io.kantoku.cli.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.Json;
import io.kantoku.client.Kubeconfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole commands against a Supervisor's {@code /wcp} endpoints. */
class KubectlVsphereTest {
    @TempDir
    Path home;

    private FakeSupervisor supervisor;
    private final Map<String, String> variables = new HashMap<>();
    private FakeTerminal terminal = new FakeTerminal("", "");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void start() throws IOException {
        supervisor = new FakeSupervisor("127.0.0.23");
        variables.put("KUBECTL_VSPHERE_PASSWORD", FakeSupervisor.PASSWORD);
    }

    @AfterEach
    void stop() {
        supervisor.close();
    }

    @Test
    void logsInAndListsTheContexts() throws IOException {
        supervisor.banner = "Authorised use only.\n";

        assertThat(login("--insecure-skip-tls-verify")).isZero();

        assertThat(lines(out))
                .startsWith(
                        "Authorised use only.",
                        "",
                        "Logged in successfully.",
                        "",
                        "You have access to the following contexts:",
                        "   127.0.0.23",
                        "   ns1",
                        "   ns2",
                        "")
                .endsWith("To change context, use `kubectl config use-context <workload name>`");
        assertThat(err.toString()).isEmpty();
        assertThat(supervisor.requests)
                .containsExactly("GET /wcp/loginbanner", "POST /wcp/login", "GET /wcp/workloads");
        assertThat(supervisor.logins).containsExactly(Json.object());
        Kubeconfig written = kubeconfig();
        assertThat(written.cluster("127.0.0.23")).contains(new Kubeconfig.Cluster("https://127.0.0.23:6443", "", true));
        assertThat(written.user("wcp:127.0.0.23:devops@vsphere.local"))
                .contains(Kubeconfig.User.token(FakeSupervisor.TOKEN));
        assertThat(written.context("ns1"))
                .contains(new Kubeconfig.Context("127.0.0.23", "wcp:127.0.0.23:devops@vsphere.local", "ns1"));
        assertThat(written.current()).isEqualTo("ns1");
    }

    @Test
    void takesAGuestNamespaceWithoutANameAsALoginToTheSupervisorOnly() throws IOException {
        assertThat(login("--insecure-skip-tls-verify", "--tanzu-kubernetes-cluster-namespace", "ns1"))
                .isZero();

        assertThat(supervisor.logins).containsExactly(Json.object());
        assertThat(kubeconfig().contexts()).containsExactlyInAnyOrder("127.0.0.23", "ns1", "ns2");
    }

    @Test
    void logsInToAGuestClusterWithItsOwnAuthority() throws IOException {
        int code = login(
                "--certificate-authority=" + authorityFile(),
                "--tanzu-kubernetes-cluster-name=tkc01",
                "--tanzu-kubernetes-cluster-namespace=ns1");

        assertThat(code).isZero();
        assertThat(supervisor.logins)
                .containsExactly(
                        Json.object().put("guest_cluster_name", "tkc01").put("guest_cluster_namespace", "ns1"));
        Kubeconfig written = kubeconfig();
        assertThat(written.current()).isEqualTo("tkc01");
        assertThat(written.context("tkc01"))
                .contains(new Kubeconfig.Context("127.0.0.77", "wcp:127.0.0.77:devops@vsphere.local", ""));
        assertThat(written.cluster("127.0.0.77"))
                .contains(new Kubeconfig.Cluster("https://127.0.0.77:6443", FakeSupervisor.GUEST_CA, false));
        assertThat(written.cluster("127.0.0.23"))
                .contains(new Kubeconfig.Cluster(
                        "https://127.0.0.23:6443", supervisor.authority.certificatePem(), false));
    }

    @Test
    void saysWhichGuestClusterIsNotThere() {
        supervisor.guestServer = Optional.empty();

        assertThat(login("--insecure-skip-tls-verify", "--tanzu-kubernetes-cluster-name=tkc01"))
                .isEqualTo(1);

        assertThat(error()).contains("level=fatal msg=\"Login failed: there is no such cluster\"");
        assertThat(home.resolve(".kube/config")).doesNotExist();
    }

    @Test
    void takesAnAnswerWithoutAGuestServerAsClusterNotFound() {
        supervisor.guestServer = Optional.of("");

        assertThat(login("--insecure-skip-tls-verify", "--tanzu-kubernetes-cluster-name=tkc01"))
                .isEqualTo(1);

        assertThat(error()).contains("knows no Tanzu Kubernetes cluster \\\"tkc01\\\"");
    }

    @Test
    void asksForWhatIsNotGiven() {
        variables.remove("KUBECTL_VSPHERE_PASSWORD");
        terminal = new FakeTerminal(FakeSupervisor.USER, FakeSupervisor.PASSWORD);

        assertThat(run("login", "--server", supervisor.address(), "--insecure-skip-tls-verify"))
                .isZero();

        assertThat(terminal.prompts()).containsExactly("Username: ", "Password: ");
        assertThat(out.toString()).contains("KUBECTL_VSPHERE_PASSWORD is not set");
    }

    @Test
    void explainsAnUntrustedCertificateAndSendsNoPassword() {
        variables.put("SSL_CERT_FILE", "/nonexistent");

        assertThat(login()).isEqualTo(1);

        assertThat(error())
                .contains("level=fatal msg=\"Error while connecting to host 127.0.0.23")
                .contains("unknown authority")
                .contains("https://<vcenter>:8443/certs/download.zip")
                .contains("--certificate-authority", "SSL_CERT_FILE", "--insecure-skip-tls-verify");
        assertThat(supervisor.requests).isEmpty();
    }

    @Test
    void trustsTheAuthoritiesOfTheMachine() throws IOException {
        variables.put("SSL_CERT_FILE", authorityFile());

        assertThat(login()).isZero();

        assertThat(kubeconfig().cluster("127.0.0.23"))
                .contains(new Kubeconfig.Cluster("https://127.0.0.23:6443", "", false));
    }

    @Test
    void saysThatThePasswordIsWrongWithoutShowingIt() {
        variables.put("KUBECTL_VSPHERE_PASSWORD", "secret-but-wrong");

        assertThat(login("--insecure-skip-tls-verify", "-v", "9")).isEqualTo(1);

        assertThat(error())
                .contains("level=debug msg=\"POST https://127.0.0.23:")
                .contains("level=fatal msg=\"Login failed: ", "devops@vsphere.local");
        assertThat(error() + out).doesNotContain("secret-but-wrong").doesNotContain("Basic ");
    }

    @Test
    void saysThatNothingListensThere() {
        String address = supervisor.address();
        supervisor.close();

        assertThat(run("login", "--server", "https://" + address + "/", "-u", FakeSupervisor.USER))
                .isEqualTo(1);

        assertThat(error()).contains("nothing listens there").contains("--server");
        assertThat(lines(err)).hasSize(1);
    }

    @Test
    void keepsTerminalControlOutOfBanners() {
        supervisor.banner = "Hello\u001b[2Jworld\n";

        assertThat(login("--insecure-skip-tls-verify")).isZero();

        assertThat(out.toString()).startsWith("Hello [2Jworld\n");
    }

    @Test
    void leavesWhatOtherToolsWroteAndTakesItsOwnBackAtLogout() throws IOException {
        String foreign = """
                apiVersion: v1
                kind: Config
                current-context: kind
                clusters:
                - name: kind
                  cluster: {server: "https://127.0.0.1:1", future-field: {a: [1, "0x1"]}}
                users:
                - name: kind
                  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: ["0123", "yes"]}}
                contexts:
                - name: kind
                  context: {cluster: kind, user: kind, extensions: [{name: x, extension: {y: 1}}]}
                """;
        Files.createDirectories(home.resolve(".kube"));
        Files.writeString(home.resolve(".kube/config"), foreign);

        assertThat(login("--insecure-skip-tls-verify")).isZero();
        assertThat(kubeconfig().current()).isEqualTo("kind");
        assertThat(kubeconfig().contexts()).containsExactly("kind", "127.0.0.23", "ns1", "ns2");
        assertThat(run("logout")).isZero();

        assertThat(out.toString()).endsWith("Logged out of all vSphere namespaces.\n");
        assertThat(Json.equal(kubeconfig().tree(), Kubeconfig.parse(foreign).tree()))
                .isTrue();
    }

    @Test
    void warnsOfAProxyThatKubectlWouldUse() {
        supervisor.guestServer = Optional.of("192.0.2.77");
        variables.put("HTTPS_PROXY", "http://user:secret@proxy.example:3128");

        assertThat(login("--insecure-skip-tls-verify", "--tanzu-kubernetes-cluster-name=tkc01"))
                .isZero();

        assertThat(error()).contains("level=warning", "NO_PROXY=192.0.2.77").doesNotContain("secret");
    }

    @Test
    void helpsAndRefusesUnknownFlagsInOneLine() {
        assertThat(run("help", "login")).isZero();
        assertThat(out.toString()).contains("--insecure-skip-tls-verify", "--tanzu-kubernetes-cluster-name");

        assertThat(run("login", "--nonsense")).isEqualTo(1);
        assertThat(lines(err)).hasSize(1).first().asString().contains("level=fatal", "login --help");
    }

    private int login(String... more) {
        return run(Stream.concat(
                        Stream.of("login", "--server", supervisor.address(), "--vsphere-username", FakeSupervisor.USER),
                        Arrays.stream(more))
                .toArray(String[]::new));
    }

    private int run(String... arguments) {
        PluginEnvironment environment = new PluginEnvironment(
                variables,
                home,
                terminal,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                InstantSource.fixed(Instant.EPOCH));
        return KubectlVsphere.run(environment, arguments);
    }

    private String authorityFile() throws IOException {
        Path file = home.resolve("authority.pem");
        Files.writeString(file, supervisor.authority.certificatePem());
        return file.toString();
    }

    private Kubeconfig kubeconfig() throws IOException {
        return Kubeconfig.parse(Files.readString(home.resolve(".kube/config")));
    }

    private String error() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static List<String> lines(ByteArrayOutputStream text) {
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
