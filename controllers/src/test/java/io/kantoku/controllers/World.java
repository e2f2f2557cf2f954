package io.kantoku.controllers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Mapper;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.client.Timestamps;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.FakeKubeClient;
import io.kantoku.client.fake.Simulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A simulated cluster with all controllers, and kubelets that run pods at once. */
public final class World implements AutoCloseable {
    public final Simulation simulation = new Simulation();
    public final FakeClusters clusters = FakeClusters.in(simulation);
    public final FakeKubeClient client = clusters.cluster(ClusterId.SUPERVISOR);
    public final ControllerGroup group;
    private final ControllerGroup kubelets;
    /** Nodes whose kubelet does nothing. */
    public final Set<String> silent = new HashSet<>();
    /** Images that never become ready. */
    public final Set<String> broken = new HashSet<>();

    public World(String... without) {
        this(Integer.MAX_VALUE, without);
    }

    /** A cluster of a release, of which the minor is given. */
    public World(int minor, String... without) {
        group = KubeControllers.all(
                clusters,
                ControllerOptions.standard(cluster -> "PEM of " + cluster)
                        .settings(simulation.settings())
                        .podCidr(_ -> "10.244.0.0/22")
                        .minors(_ -> minor)
                        .without(without));
        kubelets = new ControllerGroup(
                clusters,
                simulation.settings(),
                List.of(Controller.named("kubelet")
                        .watches(Resources.PODS, Mapper.self())
                        .reconciler(request -> {
                            FakeKubeClient api = clusters.cluster(request.cluster());
                            api.find(Resources.PODS, request.name()).ifPresent(pod -> kubelet(api, pod));
                            return Result.done();
                        })
                        .build()));
        group.start();
        kubelets.start();
        settle();
    }

    private void kubelet(FakeKubeClient api, KubeObject pod) {
        String node = Pods.nodeName(pod);
        if (node.isEmpty() || silent.contains(node)) {
            return;
        }
        if (pod.deleting()) {
            api.delete(
                    Resources.PODS,
                    pod.namespacedName(),
                    new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, pod.uid(), 0));
        } else if (pod.text("status", "phase").equals("Pending")) {
            KubeObject next = pod.copy();
            boolean works = !broken.contains(
                    pod.at("spec", "containers").path(0).path("image").asText());
            next.status()
                    .put("phase", "Running")
                    .put("podIP", "10.0.0." + (1 + Integer.parseInt(pod.uid().substring(30), 16) % 250));
            Conditions.set(
                    next,
                    works ? Condition.isTrue("Ready", "", "") : Condition.isFalse("Ready", "ContainersNotReady", ""),
                    simulation.instant());
            api.updateStatus(Resources.PODS, next);
        }
    }

    public void settle() {
        simulation.settle();
    }

    public World advance(Duration duration) {
        simulation.advance(duration);
        return this;
    }

    public KubeObject create(GroupVersionResource resource, String json) {
        return client.create(resource, object(json));
    }

    /** Reads JSON in which single quotes stand for double ones. */
    public static KubeObject object(String json) {
        return KubeObject.of(Json.parseObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    public void namespace(String name) {
        create(Resources.NAMESPACES, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}");
    }

    /** A ready node with the given CPUs, 8 GiB and room for 110 pods, whose lease is fresh. */
    public KubeObject node(String name, int cpus) {
        KubeObject node = object("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name
                + "','labels':{'kubernetes.io/hostname':'" + name + "'}},'spec':{},'status':{'allocatable':{'cpu':'"
                + cpus
                + "','memory':'8Gi','pods':'110'},'conditions':[{'type':'Ready','status':'True','lastHeartbeatTime':'"
                + Timestamps.seconds(simulation.instant()) + "'}]}}");
        KubeObject created = client.create(Resources.NODES, node);
        renew(name);
        return created;
    }

    /** Renews a node's lease now. */
    public void renew(String node) {
        KubeObject lease =
                KubeObject.create(GroupVersion.parse("coordination.k8s.io/v1").kind("Lease"), "kube-node-lease", node);
        lease.spec().put("renewTime", Timestamps.micros(simulation.instant()));
        if (client.find(Resources.LEASES, lease.namespacedName()).isPresent()) {
            client.update(Resources.LEASES, lease);
        } else {
            client.create(Resources.LEASES, lease);
        }
    }

    public KubeObject deployment(String name, int replicas, String image) {
        return create(
                Resources.DEPLOYMENTS,
                "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'" + name
                        + "','namespace':'default'},'spec':{'replicas':" + replicas
                        + ",'selector':{'matchLabels':{'app':'" + name + "'}},'template':{'metadata':{'labels':{'app':'"
                        + name + "'}},'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}}}");
    }

    public KubeObject get(GroupVersionResource resource, String name) {
        return client.get(resource, new NamespacedName("default", name));
    }

    public List<KubeObject> list(GroupVersionResource resource) {
        return client.list(resource, Query.in("default")).items();
    }

    public List<KubeObject> pods(String label) {
        return client.list(Resources.PODS, Query.in("default").labelled(label)).items();
    }

    /** The reasons and messages of an object's events. */
    public List<String> events(String object) {
        List<String> events = new ArrayList<>();
        for (KubeObject event : client.list(Resources.EVENTS, Query.all()).items()) {
            if (event.text("involvedObject", "name").equals(object)) {
                events.add(event.text("reason") + ": " + event.text("message"));
            }
        }
        return events;
    }

    /** Changes an object's tree and updates it. */
    public void change(GroupVersionResource resource, String name, java.util.function.Consumer<ObjectNode> change) {
        KubeObject object = get(resource, name);
        change.accept(object.json());
        client.update(resource, object);
    }

    /** No request fails. */
    public List<String> failing() {
        List<String> failing = new ArrayList<>();
        group.status()
                .forEach(status -> status.failing()
                        .forEach(entry -> failing.add(status.name() + " " + entry.request() + ": " + entry.error())));
        return failing;
    }

    @Override
    public void close() {
        kubelets.close();
        group.close();
    }
}
