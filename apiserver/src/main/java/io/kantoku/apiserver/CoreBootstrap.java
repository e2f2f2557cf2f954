package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.KubeClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/** The namespaces that every cluster has, the Service {@code kubernetes}, and the priorities of the system's own pods. */
final class CoreBootstrap implements ClusterBootstrap {
    static final NamespacedName KUBERNETES = new NamespacedName("default", "kubernetes");

    private static final GroupVersionResource NAMESPACES = new GroupVersionResource("", "v1", "namespaces");
    private static final GroupVersionResource SERVICES = new GroupVersionResource("", "v1", "services");
    private static final GroupVersionResource PRIORITY_CLASSES =
            new GroupVersionResource("scheduling.k8s.io", "v1", "priorityclasses");
    private static final GroupVersionKind PRIORITY_CLASS =
            new GroupVersionKind("scheduling.k8s.io", "v1", "PriorityClass");
    private static final GroupVersionKind NAMESPACE = new GroupVersionKind("", "v1", "Namespace");
    private static final GroupVersionKind SERVICE = new GroupVersionKind("", "v1", "Service");

    @Override
    public void prepare(ClusterOptions options, KubeClient admin, InitialObjects objects) {
        InitialObjects.ensure(
                admin,
                Stream.of("default", "kube-system", "kube-public", "kube-node-lease")
                        .map(name -> new InitialObjects.Item(NAMESPACES, KubeObject.create(NAMESPACE, "", name)))
                        .toList());
        KubeObject service = KubeObject.create(SERVICE, KUBERNETES.namespace(), KUBERNETES.name());
        service.label("component", "apiserver").label("provider", "kubernetes");
        ObjectNode spec = service.spec();
        String address = firstAddress(options.serviceCidr());
        spec.put("clusterIP", address);
        spec.putArray("clusterIPs").add(address);
        spec.put("type", "ClusterIP").put("sessionAffinity", "None");
        spec.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", 443)
                .put("protocol", "TCP")
                .put("targetPort", 6443);
        InitialObjects.ensure(admin, List.of(new InitialObjects.Item(SERVICES, service)));
        objects.ensure(
                admin.cluster(),
                "priorities",
                List.of(
                        priority(
                                "system-cluster-critical",
                                2_000_000_000,
                                "Used for system critical pods that must run in the cluster, but can be moved to another node"
                                        + " if necessary."),
                        priority(
                                "system-node-critical",
                                2_000_001_000,
                                "Used for system critical pods that must not be moved from their current node.")));
    }

    private static InitialObjects.Item priority(String name, int value, String description) {
        KubeObject priority = KubeObject.create(PRIORITY_CLASS, "", name);
        priority.json()
                .put("value", value)
                .put("description", description)
                .put("preemptionPolicy", "PreemptLowerPriority");
        return new InitialObjects.Item(PRIORITY_CLASSES, priority);
    }

    /** The address after the network's own: the one by which pods reach the API. */
    static String firstAddress(String cidr) {
        try {
            byte[] network =
                    InetAddress.ofLiteral(cidr.substring(0, cidr.indexOf('/'))).getAddress();
            for (int i = network.length - 1; i >= 0; i--) {
                if (++network[i] != 0) {
                    break;
                }
            }
            return InetAddress.getByAddress(network).getHostAddress();
        } catch (UnknownHostException | StringIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("not a network in CIDR form: " + cidr, e);
        }
    }
}
