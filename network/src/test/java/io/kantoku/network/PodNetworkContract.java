package io.kantoku.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.Resources;
import java.net.ConnectException;
import java.nio.file.Path;
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

    private boolean answers(TestBed.Pod from, String address, int port) {
        try {
            return !TestBed.ask(from.network(), address, port).isEmpty();
        } catch (java.io.IOException e) {
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
