package io.kantoku.apiserver.streams;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.ApiServer;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.apiserver.StandardCatalog;
import io.kantoku.apiserver.StandardParts;
import io.kantoku.apiserver.auth.ClusterKeys;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Resources;
import io.kantoku.lab.NetworkStack;
import io.kantoku.store.EmbeddedStore;
import io.kantoku.transport.ClientTls;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import io.kantoku.transport.Target;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.Keys;
import io.kantoku.transport.pki.LeafSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** An API server over TLS with a node {@code n1}, whose kubelet is a fake on 127.0.0.2, and the pod {@code default/web} on it. */
final class StreamsApi implements AutoCloseable {
    static final ClusterId CLUSTER = new ClusterId("guest");

    final CertificateAuthority authority =
            CertificateAuthority.create("kubernetes", Duration.ofDays(1), InstantSource.system());
    final FakeKubelet kubelet = new FakeKubelet();
    final HttpClient http = HttpClient.start();
    final KubeClient admin;
    final Listener listener;
    volatile Predicate<InetAddress> addresses = address -> true;
    volatile String simulated = "";
    private final HttpServer server = HttpServer.start();
    private final EmbeddedStore store;
    private final ApiServer api;

    StreamsApi(Path directory, String version) throws IOException {
        KeyPair tokens = Keys.generate();
        ClusterKeys keys = new ClusterKeys(
                List.of(authority.certificate()),
                "https://kubernetes.default.svc",
                (ECPrivateKey) tokens.getPrivate(),
                List.of((ECPublicKey) tokens.getPublic()));
        ClientTls kubelets = ClientTls.trusting(List.of(authority.certificate()))
                .presenting(
                        authority.issue(LeafSpec.client("kube-apiserver-kubelet-client", List.of("system:masters"))));
        NodeAccess access = new NodeAccess() {
            @Override
            public Caller caller(ClusterId cluster, InetSocketAddress local) {
                return new Caller(NetworkStack.host(), kubelets, addresses);
            }

            @Override
            public Optional<Caller> anyCaller(ClusterId cluster) {
                return Optional.of(new Caller(NetworkStack.host(), kubelets, addresses));
            }

            @Override
            public Optional<String> unavailable(ClusterId cluster, String node) {
                return Optional.of(simulated).filter(reason -> !reason.isEmpty());
            }
        };
        store = EmbeddedStore.open(directory.resolve("store"));
        api = ApiServer.builder(store)
                .catalog(StandardCatalog::types)
                .questions(StandardCatalog.questions())
                .parts(environment -> StandardParts.of(environment, cluster -> Optional.of(keys), List.of(), List.of())
                        .nodes(new NodeStreams(environment.objects(), access, () -> http)))
                .start();
        api.clusters().create(CLUSTER, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", version));
        listener = listen("127.0.0.1", Optional.of(serving("127.0.0.1")), api.handler(CLUSTER));
        int port = listen("127.0.0.2", Optional.of(serving("127.0.0.2")), kubelet)
                .address()
                .getPort();
        admin = api.inProcess(UserInfo.master("admin")).cluster(CLUSTER);
        node("n1", "127.0.0.2", port);
        pod("web", "n1", "127.0.0.2");
    }

    TlsIdentity serving(String host) {
        return authority.issue(LeafSpec.server(host, List.of(host)));
    }

    Listener listen(String address, Optional<TlsIdentity> identity, io.kantoku.transport.HttpHandler handler)
            throws IOException {
        return server.listen(new ListenSpec(
                "test",
                NetworkStack.host(),
                new InetSocketAddress(InetAddress.ofLiteral(address), 0),
                identity,
                List.of(authority.certificate()),
                handler));
    }

    void node(String name, String address, int port) {
        KubeObject node = admin.create(Resources.NODES, yaml("""
                apiVersion: v1
                kind: Node
                metadata: {name: %s}
                """.formatted(name)));
        node.json().set("status", Yaml.parse("""
                addresses: [{type: Hostname, address: somewhere}, {type: InternalIP, address: "%s"}]
                daemonEndpoints: {kubeletEndpoint: {Port: %d}}
                """.formatted(address, port)));
        admin.updateStatus(Resources.NODES, node);
    }

    void pod(String name, String node, String address) {
        admin.find(Resources.SERVICE_ACCOUNTS, new io.kantoku.apimachinery.NamespacedName("default", "default"))
                .orElseGet(() -> admin.create(Resources.SERVICE_ACCOUNTS, yaml("""
                        apiVersion: v1
                        kind: ServiceAccount
                        metadata: {name: default, namespace: default}
                        """)));
        KubeObject pod = admin.create(Resources.PODS, yaml("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: default, labels: {app: %s}}
                spec:
                  nodeName: "%s"
                  containers: [{name: app, image: web, ports: [{containerPort: 8080}]}]
                """.formatted(name, name, node)));
        pod.json().set("status", Yaml.parse("""
                phase: Running
                podIP: "%s"
                podIPs: [{ip: "%s"}]
                conditions: [{type: Ready, status: "True"}]
                containerStatuses: [{name: app, ready: true, restartCount: 0, image: web, imageID: "", state: {running: {}}}]
                """.formatted(address, address)));
        admin.updateStatus(Resources.PODS, pod);
    }

    static KubeObject yaml(String text) {
        return KubeObject.of(Yaml.parseObject(text));
    }

    /** The API as a user with a certificate sees it. */
    Target as(String user, String... groups) {
        ClientTls tls = ClientTls.trusting(List.of(authority.certificate()))
                .presenting(authority.issue(LeafSpec.client(user, List.of(groups))));
        return Target.https("127.0.0.1", listener.address().getPort(), tls);
    }

    @Override
    public void close() {
        http.close();
        server.close();
        api.close();
        store.close();
    }
}
