package io.kantoku.supervisor.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.supervisor.workload.EnableSpec.WorkloadNetwork;
import io.kantoku.vsphere.library.LibraryItem;
import io.kantoku.vsphere.library.Release;
import io.kantoku.vsphere.net.IpRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Builds what a new Supervisor's API begins with: system namespaces, networks, the load balancer, sizes and releases. Pure. */
final class SupervisorObjects {
    static final String NETOP_NAMESPACE = "vmware-system-netop";
    static final String API_SERVICE = "kube-apiserver-lb-svc";
    static final String API_SERVICE_NAMESPACE = "kube-system";

    /** Ties an IPPool to the load balancer whose virtual IPs it holds. */
    static final String POOL_LABEL = "netoperator.vmware.com/load-balancer";

    private static final String NETOP = "netoperator.vmware.com";
    private static final String VMOP = "vmoperator.vmware.com";
    private static final String TANZU = "run.tanzu.vmware.com";
    private static final String HAPROXY = "haproxy";
    private static final List<String> NAMESPACES = List.of(
            "vmware-system-capw",
            "vmware-system-csi",
            "vmware-system-kubeimage",
            "vmware-system-lbapi",
            NETOP_NAMESPACE,
            "vmware-system-registry",
            "vmware-system-tkg",
            "vmware-system-ucs",
            "vmware-system-vmop");

    private SupervisorObjects() {}

    /** Everything but the API Service, in an order in which it can be created. */
    static List<KubeObject> initial(EnableSpec spec, SupervisorKeys keys, List<LibraryItem> images) {
        List<KubeObject> objects = new ArrayList<>();
        NAMESPACES.forEach(name -> objects.add(create("", "v1", "Namespace", "", name)));
        objects.addAll(roles());
        objects.add(bootstrapToken(keys.bootstrapToken()));
        spec.workloadNetworks().forEach(network -> network(network, objects));
        loadBalancer(spec.loadBalancer(), objects);
        images.forEach(image -> image(image, objects));
        KubeObject service = create(TANZU, "v1alpha1", "TkgServiceConfiguration", "", "tkg-service-configuration");
        service.spec().put("defaultCNI", "antrea");
        objects.add(service);
        return objects;
    }

    /**
     * The Service whose external address is the Supervisor's; its endpoints are the control VMs that serve.
     *
     * @param frontPort 443, or another where the load balancer cannot bind that
     */
    static KubeObject apiService(EnableSpec spec, int frontPort) {
        KubeObject service = create("", "v1", "Service", API_SERVICE_NAMESPACE, API_SERVICE);
        ObjectNode json = service.spec();
        json.put("type", "LoadBalancer").put("loadBalancerIP", spec.firstVip().toString());
        ArrayNode ports = json.putArray("ports");
        ports.addObject()
                .put("name", "nginx")
                .put("protocol", "TCP")
                .put("port", frontPort)
                .put("targetPort", frontPort);
        ports.addObject()
                .put("name", "kube-apiserver")
                .put("protocol", "TCP")
                .put("port", 6443)
                .put("targetPort", 6443);
        return service;
    }

    static KubeObject apiEndpoints(List<String> addresses, int frontPort) {
        KubeObject endpoints = create("", "v1", "Endpoints", API_SERVICE_NAMESPACE, API_SERVICE);
        if (!addresses.isEmpty()) {
            ObjectNode subset = endpoints.json().putArray("subsets").addObject();
            ArrayNode list = subset.putArray("addresses");
            addresses.forEach(address -> list.addObject().put("ip", address));
            ArrayNode ports = subset.putArray("ports");
            ports.addObject().put("name", "nginx").put("port", frontPort).put("protocol", "TCP");
            ports.addObject().put("name", "kube-apiserver").put("port", 6443).put("protocol", "TCP");
        }
        return endpoints;
    }

    private static KubeObject bootstrapToken(String token) {
        String id = token.substring(0, 6);
        KubeObject secret = create("", "v1", "Secret", "kube-system", "bootstrap-token-" + id);
        secret.json().put("type", "bootstrap.kubernetes.io/token");
        data(
                secret,
                Map.of(
                        "token-id", id,
                        "token-secret", token.substring(7),
                        "usage-bootstrap-authentication", "true",
                        "usage-bootstrap-signing", "true",
                        "auth-extra-groups", "system:bootstrappers:kubeadm:default-node-token"));
        return secret;
    }

    private static void network(WorkloadNetwork network, List<KubeObject> objects) {
        KubeObject distributed = create(NETOP, "v1alpha1", "VSphereDistributedNetwork", "", network.name());
        ObjectNode spec = distributed.spec();
        spec.put("portGroupID", network.portGroup())
                .put("gateway", network.gateway().toString())
                .put("subnetMask", network.subnet().mask().toString())
                .put("ipAssignmentMode", "staticpool");
        ArrayNode pools = spec.putArray("ipPools");
        for (int i = 0; i < network.ranges().size(); i++) {
            KubeObject pool = pool(network.name() + "-" + i, network.ranges().get(i));
            objects.add(pool);
            pools.addObject().put("apiVersion", NETOP + "/v1alpha1").put("name", pool.name());
        }
        objects.add(distributed);
    }

    private static void loadBalancer(EnableSpec.LoadBalancer balancer, List<KubeObject> objects) {
        for (int i = 0; i < balancer.ranges().size(); i++) {
            objects.add(pool(balancer.id() + "-" + i, balancer.ranges().get(i)).label(POOL_LABEL, balancer.id()));
        }
        KubeObject secret = create("", "v1", "Secret", NETOP_NAMESPACE, balancer.id() + "-credentials");
        data(
                secret,
                Map.of(
                        "username", balancer.user(),
                        "password", balancer.password(),
                        "certificateAuthorityData", balancer.authorityPem()));
        objects.add(secret);
        KubeObject provider = create(NETOP, "v1alpha1", "HAProxyLoadBalancerConfig", "", balancer.id());
        ArrayNode urls = provider.spec().putArray("endPointURLs");
        balancer.servers().forEach(server -> urls.add("https://" + server.host() + ":" + server.port() + "/v2"));
        provider.spec()
                .putObject("credentialSecretRef")
                .put("name", secret.name())
                .put("namespace", NETOP_NAMESPACE);
        objects.add(provider);
        KubeObject config = create(NETOP, "v1alpha1", "LoadBalancerConfig", "", balancer.id());
        config.spec()
                .put("type", HAPROXY)
                .putObject("providerRef")
                .put("apiGroup", NETOP)
                .put("apiVersion", NETOP + "/v1alpha1")
                .put("kind", provider.kind())
                .put("name", provider.name());
        objects.add(config);
    }

    /** The names of all pools that a specification has. */
    static Set<String> poolNames(EnableSpec spec) {
        Set<String> names = new TreeSet<>();
        spec.workloadNetworks().forEach(network -> {
            for (int i = 0; i < network.ranges().size(); i++) {
                names.add(network.name() + "-" + i);
            }
        });
        for (int i = 0; i < spec.loadBalancer().ranges().size(); i++) {
            names.add(spec.loadBalancer().id() + "-" + i);
        }
        return names;
    }

    private static KubeObject pool(String name, IpRange range) {
        KubeObject pool = create(NETOP, "v1alpha1", "IPPool", "", name);
        pool.spec().put("startingAddress", range.first().toString()).put("addressCount", range.size());
        return pool;
    }

    /** The image of a library item and, when the item is a Kubernetes release, the release. */
    private static void image(LibraryItem item, List<KubeObject> objects) {
        KubeObject image = create(VMOP, "v1alpha1", "VirtualMachineImage", "", item.name());
        image.spec()
                .put("type", "ovf")
                .put("imageSourceType", "Content Library")
                .put("imageID", item.id().toString());
        if (item.release().isPresent()) {
            Release release = item.release().get();
            image.spec()
                    .putObject("productInfo")
                    .put("product", "Kantoku Kubernetes node")
                    .put("vendor", "Kantoku")
                    .put("version", release.version().toString())
                    .put("fullVersion", release.version().toString());
            image.spec().putObject("osInfo").put("type", "otherLinux64Guest").put("version", "");
            KubeObject tkr = create(
                    TANZU,
                    "v1alpha1",
                    "TanzuKubernetesRelease",
                    "",
                    release.version().releaseName());
            tkr.spec()
                    .put("version", release.version().toString())
                    .put("kubernetesVersion", release.version().kubernetes())
                    .putObject("nodeImageRef")
                    .put("apiVersion", VMOP + "/v1alpha1")
                    .put("kind", "VirtualMachineImage")
                    .put("name", item.name());
            objects.add(image);
            objects.add(tkr);
        } else {
            objects.add(image);
        }
    }

    private static List<KubeObject> roles() {
        try (InputStream in = SupervisorObjects.class.getResourceAsStream("roles.yaml")) {
            if (in == null) {
                throw new IllegalStateException("roles.yaml is missing from the jar");
            }
            List<KubeObject> roles = new ArrayList<>();
            for (JsonNode document : Yaml.parseAll(new String(in.readAllBytes(), StandardCharsets.UTF_8))) {
                roles.add(KubeObject.of((ObjectNode) document));
            }
            return roles;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void data(KubeObject secret, Map<String, String> values) {
        ObjectNode data = secret.json().putObject("data");
        values.forEach((key, value) ->
                data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    }

    private static KubeObject create(String group, String version, String kind, String namespace, String name) {
        return KubeObject.create(new GroupVersionKind(group, version, kind), namespace, name);
    }
}
