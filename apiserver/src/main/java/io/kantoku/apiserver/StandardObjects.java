package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apiserver.auth.BootstrapPolicy;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.apiserver.flow.FlowObjects;
import io.kantoku.apiserver.registry.Instants;
import io.kantoku.client.KubeClient;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What upstream's API server makes of itself: roles and bindings, flow control, the state of components, the network of Services. */
final class StandardObjects implements ClusterBootstrap {
    /** The minor from which on ServiceCIDRs are served without being asked for (KEP-1880). */
    private static final int SERVICE_CIDRS = 33;

    /** The minor from which on the use of tokens in Secrets is noted (KEP-2799). */
    private static final int TOKEN_TRACKING = 27;

    private static final GroupVersionResource COMPONENT_STATUSES =
            new GroupVersionResource("", "v1", "componentstatuses");

    private final InstantSource clock;
    private final Map<Integer, List<InitialObjects.Item>> shared = new ConcurrentHashMap<>();

    StandardObjects(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void prepare(ClusterOptions options, KubeClient admin, InitialObjects objects) {
        int minor = KubernetesRelease.minorOf(options.kubernetesVersion());
        objects.ensure(admin.cluster(), "standard objects of 1." + minor, shared.computeIfAbsent(minor, this::shared));
        if (minor >= TOKEN_TRACKING) {
            InitialObjects.ensure(admin, List.of(InitialObjects.Item.of(tokenTracking())));
        }
        if (minor >= SERVICE_CIDRS) {
            objects.ensure(
                    admin.cluster(),
                    "service network " + options.serviceCidr(),
                    List.of(InitialObjects.Item.of(serviceNetwork(options.serviceCidr()))));
        }
    }

    private List<InitialObjects.Item> shared(int minor) {
        Stream<InitialObjects.Item> named = Stream.concat(
                        BootstrapPolicy.objects(minor).stream(), FlowObjects.objects(minor, clock.instant()).stream())
                .map(InitialObjects.Item::of);
        Stream<InitialObjects.Item> components = Stream.of("controller-manager", "etcd-0", "scheduler")
                .map(name -> new InitialObjects.Item(COMPONENT_STATUSES, healthy(name)));
        return Stream.concat(named, components).toList();
    }

    /** The parts of a cluster live and die with this process: who can ask finds them well. */
    private static KubeObject healthy(String name) {
        KubeObject component = KubeObject.create(new GroupVersionKind("", "v1", "ComponentStatus"), "", name);
        component
                .json()
                .putArray("conditions")
                .addObject()
                .put("type", "Healthy")
                .put("status", "True")
                .put("message", "ok");
        return component;
    }

    /** Since when the use of tokens in Secrets has been noted. */
    private KubeObject tokenTracking() {
        KubeObject map = KubeObject.create(
                new GroupVersionKind("", "v1", "ConfigMap"),
                "kube-system",
                "kube-apiserver-legacy-service-account-token-tracking");
        map.json()
                .putObject("data")
                .put(
                        "since",
                        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString());
        return map;
    }

    private KubeObject serviceNetwork(String cidr) {
        KubeObject network =
                KubeObject.create(new GroupVersionKind("networking.k8s.io", "v1", "ServiceCIDR"), "", "kubernetes");
        network.json()
                .withObjectProperty("metadata")
                .putArray("finalizers")
                .add("networking.k8s.io/service-cidr-finalizer");
        network.spec().putArray("cidrs").add(cidr);
        ObjectNode condition = network.json()
                .putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", "True");
        condition
                .put("lastTransitionTime", Instants.text(clock.instant()))
                .put("reason", "")
                .put("message", "Kubernetes Service CIDR is ready");
        return network;
    }
}
