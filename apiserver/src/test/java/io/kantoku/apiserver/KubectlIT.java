package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apiserver.auth.ClusterKeys;
import io.kantoku.lab.NetworkStack;
import io.kantoku.store.EmbeddedStore;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl over TLS, with the commands of every day. */
class KubectlIT {
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");
    private static final ClusterId CLUSTER = new ClusterId("guest");

    @TempDir
    Path directory;

    private EmbeddedStore store;
    private ApiServer server;
    private HttpServer http;
    private Path kubeconfig;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(KUBECTL), "SKIPPED: there is no " + KUBECTL);
        CertificateAuthority authority =
                CertificateAuthority.create("kubernetes", Duration.ofDays(1), InstantSource.system());
        KeyPair tokens = Keys.generate();
        ClusterKeys keys = new ClusterKeys(
                List.of(authority.certificate()),
                "https://kubernetes.default.svc",
                (ECPrivateKey) tokens.getPrivate(),
                List.of((ECPublicKey) tokens.getPublic()));
        store = EmbeddedStore.open(directory.resolve("store"));
        server = ApiServer.builder(store)
                .catalog(StandardCatalog::types)
                .questions(StandardCatalog.questions())
                .parts(environment -> StandardParts.of(environment, cluster -> Optional.of(keys), List.of(), List.of()))
                .start();
        server.clusters().create(CLUSTER, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.32.4+kantoku.1"));
        http = HttpServer.start();
        Listener listener = http.listen(new ListenSpec(
                "api",
                NetworkStack.host(),
                new InetSocketAddress("127.0.0.1", 0),
                Optional.of(authority.issue(LeafSpec.server("kube-apiserver", List.of("127.0.0.1")))),
                List.of(authority.certificate()),
                server.handler(CLUSTER)));
        server.publishAddresses(CLUSTER, List.of(listener.address()));
        kubeconfig = directory.resolve("kubeconfig");
        file = directory.resolve("objects.yaml");
        Files.writeString(kubeconfig, kubeconfig(listener, authority));
    }

    private static String kubeconfig(Listener listener, CertificateAuthority authority) {
        TlsIdentity admin = authority.issue(LeafSpec.client("admin", List.of("system:masters")));
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: "%s"}}]
                users: [{name: u, user: {client-certificate-data: "%s", client-key-data: "%s"}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(
                        listener.address().getPort(),
                        base64(authority.certificatePem()),
                        base64(Pem.certificates(admin)),
                        base64(Pem.key(admin)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        if (http != null) {
            http.close();
            server.close();
            store.close();
        }
    }

    private String kubectl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(KUBECTL.toString(), "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end: " + Files.readString(output));
        }
        return Files.readString(output);
    }

    private String apply(String yaml, String... options) throws Exception {
        Files.writeString(file, yaml);
        List<String> arguments = new ArrayList<>(List.of("apply", "-f", file.toString()));
        arguments.addAll(List.of(options));
        return kubectl(arguments.toArray(String[]::new));
    }

    @Test
    void looksAround() throws Exception {
        assertThat(kubectl("version")).contains("Server Version: v1.32.4+kantoku.1");
        assertThat(kubectl("get", "namespaces")).contains("default", "kube-system", "Active");
        assertThat(kubectl("get", "all", "-A")).contains("service/kubernetes", "10.96.0.1");
        assertThat(kubectl("get", "endpoints", "kubernetes")).contains("127.0.0.1:");
        assertThat(kubectl("api-resources")).contains("deployments", "deploy", "apps/v1");
        assertThat(kubectl("api-versions")).contains("rbac.authorization.k8s.io/v1");
        assertThat(kubectl("cluster-info")).contains("is running at");
        assertThat(kubectl("auth", "whoami")).contains("admin", "system:masters");
        assertThat(kubectl("get", "nosuch")).contains("the server doesn't have a resource type \"nosuch\"");
        assertThat(kubectl("explain", "deploy.spec.strategy")).contains("FIELD: strategy <DeploymentStrategy>");
    }

    @Test
    void appliesChangesAndDeletes() throws Exception {
        String deployment = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: c, image: nginx}]}
                """;
        assertThat(apply(deployment)).contains("deployment.apps/web created");
        assertThat(apply(deployment)).contains("unchanged");
        assertThat(apply(deployment.replace("replicas: 2", "replicas: 3"))).contains("configured");
        assertThat(kubectl("diff", "-f", file.toString())).isEmpty();
        assertThat(kubectl("get", "deploy", "web", "-o", "wide")).contains("0/3", "nginx", "app=web");
        assertThat(kubectl("scale", "deploy", "web", "--replicas", "5")).contains("scaled");
        assertThat(kubectl("set", "image", "deploy/web", "c=nginx:2")).contains("image updated");
        assertThat(kubectl("label", "deploy", "web", "tier=front")).contains("labeled");
        assertThat(kubectl("get", "deploy", "-l", "tier=front", "-o", "name")).contains("deployment.apps/web");
        assertThat(apply(deployment, "--server-side")).contains("Apply failed with", ".spec.replicas");
        assertThat(apply(deployment, "--server-side", "--force-conflicts")).contains("serverside-applied");
        assertThat(kubectl("wait", "--for=jsonpath={.spec.replicas}=2", "deploy/web", "--timeout=10s"))
                .contains("condition met");
        assertThat(kubectl("expose", "deploy", "web", "--port", "80", "--type", "LoadBalancer"))
                .contains("exposed");
        assertThat(kubectl("get", "svc", "web")).contains("LoadBalancer", "<pending>");
        assertThat(kubectl("autoscale", "deploy", "web", "--min", "1", "--max", "3"))
                .contains("autoscaled");
        assertThat(apply(deployment.replace("image: nginx", "image: nginx, colour: red")))
                .contains("unknown field \"spec.template.spec.containers[0].colour\"");
        assertThat(kubectl("delete", "deploy", "web")).contains("deleted");
    }

    @Test
    void createsWithProtobufBodies() throws Exception {
        assertThat(kubectl("create", "namespace", "ns1")).contains("namespace/ns1 created");
        assertThat(kubectl("create", "configmap", "cm", "--from-literal=a=b", "-n", "nope"))
                .contains("namespaces \"nope\" not found");
        assertThat(kubectl("create", "secret", "generic", "s", "--from-literal=a=b", "-n", "ns1"))
                .contains("created");
        assertThat(kubectl("get", "secret", "s", "-n", "ns1", "-o", "jsonpath={.data.a}"))
                .isEqualTo("Yg==");
        assertThat(kubectl("create", "deployment", "web", "--image=nginx", "-n", "ns1"))
                .contains("created");
        assertThat(kubectl("create", "serviceaccount", "bob", "-n", "ns1")).contains("created");
        assertThat(kubectl("create", "role", "r", "--verb=get,list", "--resource=pods", "-n", "ns1"))
                .contains("created");
        assertThat(kubectl("create", "rolebinding", "r", "--role=r", "--serviceaccount=ns1:bob", "-n", "ns1"))
                .contains("created");
        String bob = "--as=system:serviceaccount:ns1:bob";
        assertThat(kubectl("auth", "can-i", "list", "pods", "-n", "ns1", bob)).contains("yes");
        assertThat(kubectl("auth", "can-i", "list", "pods", bob)).contains("no");
        String token = kubectl("create", "token", "bob", "-n", "ns1").strip();
        assertThat(token.split("\\.", -1)).hasSize(3);
        assertThat(kubectl("create", "ingress", "i", "--rule=a.example/x=web:80", "-n", "ns1"))
                .contains("created");
        assertThat(kubectl("create", "cronjob", "j", "--image=x", "--schedule=* * * * *", "-n", "ns1"))
                .contains("created");
        assertThat(kubectl("create", "quota", "q", "--hard=pods=2", "-n", "ns1"))
                .contains("created");
    }

    @Test
    void customResourcesAreLikeOthers() throws Exception {
        String definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n";
        assertThat(apply(definition + CustomResourcesTest.WIDGETS)).contains("created");
        assertThat(kubectl("wait", "--for=condition=established", "crd/widgets.example.com", "--timeout=10s"))
                .contains("condition met");
        assertThat(apply("apiVersion: example.com/v1\nkind: Widget\n" + CustomResourcesTest.WIDGET))
                .contains("created");
        assertThat(kubectl("get", "wd")).contains("SIZE").containsPattern("w\\s+3");
        assertThat(kubectl("scale", "widget", "w", "--replicas=7")).contains("scaled");
        assertThat(kubectl("get", "wd", "-o", "jsonpath={.items[0].spec.size}")).isEqualTo("7");
        assertThat(kubectl("explain", "widget.spec.size")).contains("FIELD: size <integer>");
        assertThat(kubectl("delete", "crd", "widgets.example.com")).contains("deleted");
        assertThat(kubectl("get", "wd")).contains("the server could not find the requested resource");
    }

    @Test
    void watchesUntilTold() throws Exception {
        assertThat(kubectl("get", "ns", "--watch", "--request-timeout=1s")).contains("kube-system");
    }
}
