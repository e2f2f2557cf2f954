package io.kantoku.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Resources;
import io.kantoku.lab.Commands;
import io.kantoku.lab.NetworkNamespace;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every pod network does, tried with real packets. */
@Timeout(120)
abstract class PodNetworkContract {
    private static final String NODE_1 = "10.44.59.101";
    private static final String NODE_2 = "10.44.59.102";
    private static final String SERVICE = "10.96.10.1";

    @TempDir
    private Path directory;

    private final Cni cni;
    private TestBed bed;
    private NodeNetworkSpec first;
    private NodeNetworkSpec second;
    private NodeNetwork one;
    private NodeNetwork two;

    PodNetworkContract(Cni cni) {
        this.cni = cni;
    }

    @BeforeEach
    void make() throws Exception {
        bed = new TestBed(directory);
        put(node("n1", "192.168.1.0/24", NODE_1));
        put(node("n2", "192.168.2.0/24", NODE_2));
        first = bed.spec(cni, TestBed.CLUSTER, "n1", bed.machine("n1", NODE_1), NODE_1);
        second = bed.spec(cni, TestBed.CLUSTER, "n2", bed.machine("n2", NODE_2), NODE_2);
        one = bed.start(first);
        two = bed.start(second);
    }

    @AfterEach
    void remove() throws Exception {
        if (bed != null) {
            bed.close();
        }
    }

    private void put(KubeObject object) {
        bed.clusters.put(
                TestBed.CLUSTER,
                switch (object.kind()) {
                    case "Node" -> Resources.NODES;
                    case "Service" -> Resources.SERVICES;
                    case "Pod" -> Resources.PODS;
                    case "NetworkPolicy" -> Resources.NETWORK_POLICIES;
                    default -> Resources.ENDPOINT_SLICES;
                },
                object);
    }

    private static KubeObject read(String yaml) {
        return KubeObject.of(Yaml.parseObject(yaml));
    }

    private static KubeObject node(String name, String pods, String address) {
        return read("""
                {apiVersion: v1, kind: Node, metadata: {name: %s}, spec: {podCIDR: %s},
                 status: {addresses: [{type: InternalIP, address: %s}]}}""".formatted(name, pods, address));
    }

    private static KubeObject service(String name, String more) {
        return read("""
                {apiVersion: v1, kind: Service, metadata: {namespace: default, name: %s},
                 spec: {type: NodePort, clusterIP: %s, %s
                  ports: [{name: web, port: 80, nodePort: 30080}, {name: echo, port: 7, protocol: UDP, nodePort: 30007}]}}""".formatted(name, SERVICE, more));
    }

    private static KubeObject slice(String service, String... endpoints) {
        return read("""
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4,
                 metadata: {namespace: default, name: %1$s-1, labels: {kubernetes.io/service-name: %1$s}},
                 ports: [{name: web, port: 8080}, {name: echo, port: 7007, protocol: UDP}],
                 endpoints: [%2$s]}""".formatted(service, String.join(", ", endpoints)));
    }

    private static String endpoint(TestBed.Pod pod, String node) {
        return "{addresses: [" + pod.address() + "], nodeName: " + node + ", conditions: {ready: true}}";
    }

    private TestBed.Pod server(NodeNetwork node, String name) throws Exception {
        TestBed.Pod pod = bed.pod(node, name);
        bed.serve(pod.network(), pod.address(), 8080, name);
        bed.echo(pod.network(), pod.address(), 7007, name);
        return pod;
    }

    @Test
    void podsReachPodsNodesAndServices() throws Exception {
        TestBed.Pod a = server(one, "a");
        TestBed.Pod b = server(one, "b");
        TestBed.Pod c = server(two, "c");
        assertThat(TestBed.ask(a.network(), b.address(), 8080)).as("same node").isEqualTo("b " + a.address());
        assertThat(TestBed.ask(a.network(), c.address(), 8080)).as("other node").isEqualTo("c " + a.address());
        assertThat(TestBed.ask(first.machine(), b.address(), 8080))
                .as("from its node")
                .startsWith("b ");
        assertThat(TestBed.ask(first.machine(), c.address(), 8080))
                .as("from the other node")
                .startsWith("c ");
        bed.serve(first.machine(), NODE_1, 9000, "n1");
        bed.serve(second.machine(), NODE_2, 9000, "n2");
        assertThat(TestBed.ask(a.network(), NODE_1, 9000)).isEqualTo("n1 " + a.address());
        assertThat(TestBed.ask(a.network(), NODE_2, 9000))
                .as("by the node's address")
                .isEqualTo("n2 " + NODE_1);

        put(service("web", ""));
        put(slice("web", endpoint(b, "n1"), endpoint(c, "n2")));
        TestBed.await("the Service", () -> answers(a, SERVICE, 80));
        assertThat(whoAnswers(a, SERVICE, 80)).containsExactly("b", "c");
        assertThat(TestBed.ask(first.machine(), SERVICE, 80))
                .as("node to Service")
                .isNotEmpty();
        assertThat(TestBed.askUdp(a.network(), a.address(), SERVICE, 7)).isIn("b", "c");

        put(slice("web", endpoint(a, "n1")));
        TestBed.await(
                "the pod's own Service",
                () -> answers(a, SERVICE, 80)
                        && TestBed.ask(a.network(), SERVICE, 80).startsWith("a "));
        assertThat(TestBed.ask(first.machine(), SERVICE, 80)).startsWith("a ");
        assertThat(TestBed.askUdp(a.network(), a.address(), SERVICE, 7))
                .as("hairpin by UDP")
                .isEqualTo("a");
        assertThat(TestBed.ask(c.network(), SERVICE, 80))
                .as("from another node")
                .isEqualTo("a " + c.address());

        put(slice("web"));
        TestBed.await("the end of the Service", () -> !answers(a, SERVICE, 80));
        assertThatThrownBy(() -> TestBed.ask(a.network(), SERVICE, 80))
                .as("without endpoints")
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
        assertThatThrownBy(() -> TestBed.ask(first.machine(), SERVICE, 80))
                .as("without endpoints, from the node")
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void nodePortsAnswerOnEveryNodeAndKeepTheSourceWhereAsked() throws Exception {
        TestBed.Pod a = server(one, "a");
        TestBed.Pod b = server(one, "b");
        NetworkNamespace outside = new NetworkNamespace(bed.tag + "-out");
        put(service("web", ""));
        put(slice("web", endpoint(b, "n1")));
        TestBed.await("the Service", () -> answers(a, SERVICE, 80));
        TestBed.await("the node port", () -> answers(outside, NODE_2, 30080));
        assertThat(TestBed.ask(outside, NODE_1, 30080)).startsWith("b ");
        assertThat(TestBed.ask(outside, NODE_2, 30080))
                .as("by a node without endpoint")
                .startsWith("b ");
        assertThat(TestBed.askUdp(outside, "10.44.59.2", NODE_2, 30007)).isEqualTo("b");
        assertThat(TestBed.ask(a.network(), NODE_1, 30080))
                .as("from a pod, its own node")
                .startsWith("b ");
        assertThat(TestBed.ask(a.network(), NODE_2, 30080))
                .as("from a pod, another node")
                .startsWith("b ");
        assertThat(TestBed.ask(b.network(), NODE_1, 30080))
                .as("from the endpoint itself")
                .startsWith("b ");
        assertThat(TestBed.ask(first.machine(), NODE_1, 30080))
                .as("from the node itself")
                .startsWith("b ");
        assertThat(TestBed.ask(second.machine(), NODE_2, 30080)).startsWith("b ");

        put(service("web", "externalTrafficPolicy: Local,"));
        TestBed.await("the source", () -> TestBed.ask(outside, NODE_1, 30080).equals("b 10.44.59.2"));
        TestBed.await("the end on the other node", () -> !answers(outside, NODE_2, 30080));
        assertThat(TestBed.ask(a.network(), SERVICE, 80))
                .as("inside it changes nothing")
                .startsWith("b ");
    }

    @Test
    void datagramsLeaveAnEndpointThatIsGone() throws Exception {
        TestBed.Pod a = server(one, "a");
        TestBed.Pod b = server(one, "b");
        TestBed.Pod c = server(two, "c");
        put(service("web", ""));
        put(slice("web", endpoint(b, "n1")));
        TestBed.await("the Service", () -> answers(a, SERVICE, 80));
        try (DatagramChannel channel = a.network().datagram(address(a.address(), 5000))) {
            assertThat(TestBed.exchange(channel, SERVICE, 7)).isEqualTo("b");
            put(slice("web", endpoint(c, "n2")));
            TestBed.await(
                    "the other endpoint",
                    () -> TestBed.exchange(channel, SERVICE, 7).equals("c"));
        }
    }

    @Test
    void portsOfTheNodeLeadToItsPods() throws Exception {
        TestBed.Pod a = server(one, "a");
        TestBed.Pod b = server(one, "b");
        NetworkNamespace outside = new NetworkNamespace(bed.tag + "-out");
        put(read("""
                {apiVersion: v1, kind: Pod, metadata: {namespace: default, name: b}, spec: {containers: [{name: c, ports: [
                  {containerPort: 8080, hostPort: 8888}, {containerPort: 7007, hostPort: 8888, protocol: UDP},
                  {containerPort: 8080, hostPort: 8889, hostIP: 127.0.0.1}]}]}}"""));
        TestBed.await("the host port", () -> answers(outside, NODE_1, 8888));
        assertThat(TestBed.ask(outside, NODE_1, 8888)).isEqualTo("b 10.44.59.2");
        assertThat(TestBed.askUdp(outside, "10.44.59.2", NODE_1, 8888)).isEqualTo("b");
        assertThat(answers(outside, NODE_2, 8888)).isFalse();
        assertThat(answers(outside, NODE_1, 8889)).isFalse();
        assertThat(answers(first.machine(), "127.0.0.1", 8889))
                .as("on the loopback address")
                .isTrue();
        assertThat(answers(first.machine(), NODE_1, 8888)).isTrue();
        assertThat(answers(a, NODE_1, 8888)).as("from a pod beside it").isTrue();
        assertThat(answers(b, NODE_1, 8888)).as("from itself").isTrue();
    }

    @Test
    void clientsKeepTheirEndpointWhereAsked() throws Exception {
        TestBed.Pod a = server(one, "a");
        TestBed.Pod b = server(one, "b");
        TestBed.Pod c = server(two, "c");
        put(service("web", "sessionAffinity: ClientIP,"));
        put(slice("web", endpoint(b, "n1"), endpoint(c, "n2")));
        TestBed.await("the Service", () -> answers(a, SERVICE, 80));
        Set<String> kept = whoAnswers(a, SERVICE, 80);
        assertThat(kept).hasSize(1);
        String other = kept.contains("b") ? "c" : "b";
        put(slice("web", other.equals("b") ? endpoint(b, "n1") : endpoint(c, "n2")));
        TestBed.await("another endpoint", () -> whoAnswers(a, SERVICE, 80).equals(Set.of(other)));
        put(slice("web", endpoint(b, "n1"), endpoint(c, "n2")));
        Thread.sleep(300); // nothing tells that it has been taken note of, and nothing must change
        assertThat(whoAnswers(a, SERVICE, 80)).containsExactly(other);
    }

    @Test
    void policiesAreEnforcedBehindServicesToo() throws Exception {
        TestBed.Pod web = server(one, "web");
        TestBed.Pod client = server(one, "client");
        TestBed.Pod far = server(two, "far");
        TestBed.Pod stranger = server(two, "stranger");
        NetworkNamespace outside = new NetworkNamespace(bed.tag + "-out");
        put(pod(web, "{app: web}"));
        put(pod(client, "{app: client}"));
        put(pod(far, "{app: client}"));
        put(pod(stranger, "{app: stranger}"));
        put(service("web", ""));
        put(slice("web", endpoint(web, "n1")));
        TestBed.await("the Service", () -> answers(stranger, SERVICE, 80) && answers(outside, NODE_1, 30080));

        put(read("""
                {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: default, name: web},
                 spec: {podSelector: {matchLabels: {app: web}},
                  ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: http}]}]}}"""));
        TestBed.await("the policy", () -> !answers(stranger, web.address(), 8080));
        for (int i = 0; i < 2; i++) { // what is refused once must not pass because it was seen before
            assertThat(answers(stranger, SERVICE, 80)).isFalse();
        }
        assertThat(answers(client, web.address(), 8080)).isTrue();
        assertThat(answers(far, SERVICE, 80)).isTrue();
        assertThat(answers(web, SERVICE, 80)).as("itself").isTrue();
        assertThat(answers(first.machine(), web.address(), 8080)).as("its node").isTrue();
        assertThat(answers(stranger, far.address(), 8080)).as("others").isTrue();
        for (int i = 0; i < 2; i++) {
            assertThat(answers(outside, NODE_1, 30080)).as("by its node's port").isFalse();
        }
        assertThat(answers(outside, NODE_2, 30080)).as("by another node's port").isFalse();

        put(read("""
                {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: default, name: out},
                 spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress],
                  egress: [{to: [{ipBlock: {cidr: 192.168.0.0/16, except: [%s/32]}}]},
                   {to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}],
                    ports: [{port: 53, protocol: UDP}]}]}}""".formatted(stranger.address())));
        bed.clusters.put(
                TestBed.CLUSTER,
                Resources.NAMESPACES,
                read("{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}"));
        TestBed.await("the policy", () -> !answers(far, stranger.address(), 8080));
        assertThat(answers(client, stranger.address(), 8080)).isFalse();
        assertThat(answers(client, SERVICE, 80)).isTrue();
        assertThat(dig(client, "web.default.svc.cluster.local")).contains(SERVICE);
        assertThat(dig(client, "+tcp web.default.svc.cluster.local")).doesNotContain(SERVICE);
        bed.clusters
                .cluster(TestBed.CLUSTER)
                .delete(Resources.NETWORK_POLICIES, new NamespacedName("default", "web"), DeleteOptions.background());
        TestBed.await("the policy's end", () -> answers(stranger, SERVICE, 80));
    }

    private static KubeObject pod(TestBed.Pod pod, String labels) {
        return read("""
                {apiVersion: v1, kind: Pod, metadata: {namespace: default, name: %s, labels: %s},
                 spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}, status: {podIP: %s}}""".formatted(pod.sandbox().pod(), labels, pod.address()));
    }

    @Test
    void namesAreAnsweredOnEachNode() throws Exception {
        TestBed.Pod a = server(one, "a");
        TestBed.Pod c = server(two, "c");
        put(service("web", ""));
        put(slice("web", endpoint(c, "n2")));
        for (TestBed.Pod pod : List.of(a, c)) {
            TestBed.await(
                    "the name", () -> dig(pod, "web.default.svc.cluster.local").contains(SERVICE));
            assertThat(dig(pod, "+tcp web.default.svc.cluster.local")).contains(SERVICE);
            assertThat(dig(pod, "nothing.default.svc.cluster.local")).contains("NXDOMAIN");
            assertThat(dig(pod, "example.com")).contains("NXDOMAIN");
            assertThat(dig(pod, "web.default.svc.cluster.local AAAA"))
                    .contains("NOERROR")
                    .contains("ANSWER: 0");
            assertThat(dig(pod, "-x " + SERVICE)).contains("web.default.svc.cluster.local.");
        }
    }

    private static String dig(TestBed.Pod from, String question) {
        return Commands.run(List.of(
                        "sh",
                        "-c",
                        "nsenter --net=" + from.network().path() + " dig @10.96.0.10 +tries=1 +time=3 " + question))
                .output();
    }

    @Test
    void aNewLifeTakesOverWithoutBreakingConnections() throws Exception {
        TestBed.Pod a = server(one, "a");
        TestBed.Pod c = server(two, "c");
        put(service("web", ""));
        put(slice("web", endpoint(c, "n2")));
        TestBed.await("the Service", () -> answers(a, SERVICE, 80));
        try (ServerSocketChannel server = c.network().listen(address(c.address(), 8081));
                SocketChannel client = a.network().socket()) {
            client.socket().connect(address(c.address(), 8081), 3000);
            try (SocketChannel accepted = server.accept()) {
                bed.networks.close();
                assertThat(TestBed.ask(a.network(), SERVICE, 80))
                        .as("without anybody")
                        .startsWith("c ");
                bed.networks = bed.open();
                one = bed.start(first);
                two = bed.start(second);
                client.write(ByteBuffer.wrap(new byte[] {42}));
                ByteBuffer got = ByteBuffer.allocate(1);
                accepted.socket().setSoTimeout(3000);
                assertThat(accepted.read(got)).isEqualTo(1);
            }
        }
        assertThat(one.attach(a.sandbox()).address()).startsWith(a.address());
        assertThat(TestBed.ask(a.network(), SERVICE, 80)).startsWith("c ");
        TestBed.Pod b = server(one, "b");
        assertThat(b.address()).isNotEqualTo(a.address());
        assertThat(TestBed.ask(c.network(), b.address(), 8080)).startsWith("b ");
    }

    @Test
    void clustersWithTheSameRangesNeverMeet() throws Exception {
        ClusterId stranger = new ClusterId("ns2.tkc02");
        bed.clusters.add(stranger);
        bed.clusters.put(stranger, Resources.NODES, node("n1", "192.168.1.0/24", "10.44.59.103"));
        NodeNetwork three = bed.start(bed.spec(cni, stranger, "n1", bed.machine("m1", "10.44.59.103"), "10.44.59.103"));
        TestBed.Pod a = server(one, "a");
        TestBed.Pod c = server(two, "c");
        TestBed.Pod other = server(three, "other");
        assertThat(other.address()).isEqualTo(a.address());
        assertThat(TestBed.ask(c.network(), a.address(), 8080)).startsWith("a ");
        assertThat(answers(other, c.address(), 8080)).isFalse();
        assertThat(TestBed.ask(c.network(), a.address(), 8080)).startsWith("a ");
    }

    @Test
    void aPodHasNoAddressButItsOwn() throws Exception {
        TestBed.Pod a = server(one, "a");
        TestBed.Pod b = server(one, "b");
        Commands.script("ip -n " + a.network().name() + " addr add 192.168.1.77/32 dev lo\n");
        assertThat(answers(a, b.address(), 8080)).isTrue();
        try (SocketChannel channel = a.network().socket()) {
            channel.bind(address("192.168.1.77", 0));
            assertThatThrownBy(() -> channel.socket().connect(address(b.address(), 8080), 1000))
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void whatIsDetachedOrRemovedLeavesNothing() throws Exception {
        TestBed.Pod a = server(one, "a");
        TestBed.Pod b = server(one, "b");
        one.detach(a.sandbox());
        one.detach(a.sandbox());
        assertThat(answers(b, a.address(), 8080)).isFalse();
        assertThat(Links.names(a.network())).containsExactly("lo");
        bed.networks.remove(first);
        bed.restart();
        bed.networks.remove(second);
        assertThat(Links.names(b.network())).containsExactly("lo");
        if (bed.switchNamespace.exists()) {
            assertThat(Links.names(bed.switchNamespace)).isSubsetOf("lo", "ovs-netdev");
        }
    }

    @Test
    void theRangeOfANodeIsItsLimit() throws Exception {
        bed.clusters.put(TestBed.CLUSTER, Resources.NODES, node("n3", "192.168.3.0/30", "10.44.59.104"));
        NodeNetwork small =
                bed.start(bed.spec(cni, TestBed.CLUSTER, "n3", bed.machine("n3", "10.44.59.104"), "10.44.59.104"));
        TestBed.Pod only = bed.pod(small, "only");
        assertThat(only.address()).isEqualTo("192.168.3.2");
        assertThatThrownBy(() -> bed.pod(small, "more"))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("192.168.3.0/30");
        small.detach(only.sandbox());
        assertThat(bed.pod(small, "next").address()).isEqualTo("192.168.3.2");
    }

    private static InetSocketAddress address(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static boolean answers(TestBed.Pod from, String address, int port) {
        return answers(from.network(), address, port);
    }

    private static boolean answers(NetworkNamespace from, String address, int port) {
        try {
            return !TestBed.ask(from, address, port).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private Set<String> whoAnswers(TestBed.Pod from, String address, int port) throws Exception {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            String answer = TestBed.ask(from.network(), address, port);
            names.add(answer.substring(0, answer.indexOf(' ')));
        }
        return names;
    }
}
