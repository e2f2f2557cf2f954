package io.kantoku.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersion;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.ApiServer;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.apiserver.StandardCatalog;
import io.kantoku.apiserver.StandardParts;
import io.kantoku.apiserver.auth.ClusterKeys;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.apiserver.catalog.KubernetesRelease;
import io.kantoku.client.Clusters;
import io.kantoku.client.Condition;
import io.kantoku.client.Conditions;
import io.kantoku.client.Controller;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.ControllerSettings;
import io.kantoku.client.ControllerStatus;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Mapper;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.Result;
import io.kantoku.client.Subscription;
import io.kantoku.client.Timestamps;
import io.kantoku.store.EmbeddedStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The controllers on the API server itself, whose defaults, validation and admission the fake one lacks. */
class RealServerTest {
    private static final String ANY = "";
    private static final ClusterId CLUSTER = new ClusterId("guest");
    private static final ClusterKeys KEYS = keys();

    @TempDir
    Path directory;

    private EmbeddedStore store;
    private ApiServer server;
    private Clusters clusters;
    private KubeClient client;
    private ControllerGroup controllers;
    private ControllerGroup kubelets;

    @BeforeEach
    void start() {
        store = EmbeddedStore.open(directory);
        server = ApiServer.builder(store)
                .catalog(StandardCatalog::types)
                .questions(StandardCatalog.questions())
                .parts(environment -> StandardParts.of(environment, _ -> Optional.of(KEYS), List.of(), List.of()))
                .start();
        clusters = server.inProcess(UserInfo.master("system:kube-controller-manager"));
        controllers = KubeControllers.all(
                        clusters,
                        ControllerOptions.standard(_ -> "PEM")
                                .podCidr(cluster -> server.clusters()
                                        .options(cluster)
                                        .map(ClusterOptions::podCidr)
                                        .orElse(""))
                                .minors(cluster -> KubernetesRelease.minorOf(server.clusters()
                                        .options(cluster)
                                        .map(ClusterOptions::kubernetesVersion)
                                        .orElse(""))))
                .start();
        kubelets = new ControllerGroup(
                        clusters,
                        ControllerSettings.standard(),
                        List.of(Controller.named("kubelet")
                                .watches(Resources.PODS, Mapper.self())
                                .reconciler(request -> {
                                    clusters.cluster(request.cluster())
                                            .find(Resources.PODS, request.name())
                                            .ifPresent(pod -> run(clusters.cluster(request.cluster()), pod));
                                    return Result.done();
                                })
                                .build()))
                .start();
        server.clusters().create(CLUSTER, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.32.0"));
        client = clusters.cluster(CLUSTER);
        for (int i = 1; i <= 3; i++) {
            node("n" + i);
        }
    }

    @AfterEach
    void stop() {
        kubelets.close();
        controllers.close();
        server.close();
        store.close();
    }

    private static void run(KubeClient client, KubeObject pod) {
        if (pod.deleting()) {
            client.delete(
                    Resources.PODS,
                    pod.namespacedName(),
                    new DeleteOptions(DeleteOptions.Propagation.BACKGROUND, pod.uid(), 0));
        } else if (!Pods.nodeName(pod).isEmpty() && Pods.phase(pod).equals("Pending")) {
            pod.status()
                    .put("phase", "Running")
                    .put("podIP", "10.244.0." + (1 + Math.floorMod(pod.uid().hashCode(), 250)));
            pod.status().putArray("podIPs").addObject().put("ip", pod.text("status", "podIP"));
            Conditions.set(pod, Condition.isTrue("Ready", "", ""), Instant.now());
            client.updateStatus(Resources.PODS, pod);
        }
    }

    private void node(String name) {
        KubeObject node = World.object("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name
                + "','labels':{'kubernetes.io/hostname':'" + name + "'}}}");
        client.create(Resources.NODES, node);
        KubeObject created = client.get(Resources.NODES, NamespacedName.clusterScoped(name));
        created.json()
                .set(
                        "status",
                        World.object("{'allocatable':{'cpu':'8','memory':'8Gi','pods':'110'},"
                                        + "'capacity':{'cpu':'8','memory':'8Gi','pods':'110'},'conditions':[{'type':'Ready','status':'True','reason':'KubeletReady','lastHeartbeatTime':'"
                                        + Timestamps.seconds(Instant.now()) + "'}]}")
                                .json());
        // Controllers write to the same node at the same time.
        created.metadata().remove("resourceVersion");
        client.updateStatus(Resources.NODES, created);
        KubeObject lease =
                KubeObject.create(GroupVersion.parse("coordination.k8s.io/v1").kind("Lease"), "kube-node-lease", name);
        lease.spec()
                .put("holderIdentity", name)
                .put("leaseDurationSeconds", 40)
                .put("renewTime", Timestamps.micros(Instant.now()));
        client.create(Resources.LEASES, lease);
    }

    /** Waits until an object of the collection is in a state. */
    private KubeObject await(GroupVersionResource resource, String name, Predicate<KubeObject> state) throws Exception {
        return await(client, resource, name, state);
    }

    private KubeObject await(KubeClient where, GroupVersionResource resource, String name, Predicate<KubeObject> state)
            throws Exception {
        CompletableFuture<KubeObject> found = new CompletableFuture<>();
        ObjectListener listener = new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                boolean named = name.equals(ANY) || object.name().equals(name);
                if (cluster.equals(where.cluster()) && named && state.test(object)) {
                    found.complete(object);
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {}
        };
        try (Subscription _ = clusters.subscribe(resource, listener)) {
            return found.get(15, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError(
                    resource.resource() + " " + name + " did not get there; failing: " + failing() + "; it is "
                            + where.list(resource, Query.all()).items().stream()
                                    .filter(object -> object.name().equals(name))
                                    .map(KubeObject::json)
                                    .toList(),
                    e);
        }
    }

    private void awaitGone(GroupVersionResource resource, NamespacedName name) throws Exception {
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        ObjectListener listener = new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {}

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {
                if (last.namespacedName().equals(name)) {
                    gone.complete(true);
                }
            }

            @Override
            public void onSynced() {
                if (client.find(resource, name).isEmpty()) {
                    gone.complete(true);
                }
            }
        };
        try (Subscription _ = clusters.subscribe(resource, listener)) {
            gone.get(15, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError(
                    name + " did not go; failing: " + failing() + "; it is "
                            + client.get(resource, name).json(),
                    e);
        }
    }

    private List<ControllerStatus.Failing> failing() {
        List<ControllerStatus.Failing> failing = new ArrayList<>();
        controllers.status().forEach(status -> failing.addAll(status.failing()));
        return failing;
    }

    private void deployment(String name, int replicas) {
        client.create(
                Resources.DEPLOYMENTS,
                World.object(
                        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'" + name
                                + "','namespace':'ns1'},'spec':{'replicas':" + replicas
                                + ",'selector':{'matchLabels':{'app':'" + name
                                + "'}},'template':{'metadata':{'labels':{'app':'" + name
                                + "'}},'spec':{'containers':[{'name':'c','image':'web:1','ports':[{'name':'web','containerPort':8080}]}]}}}}"));
    }

    private static boolean available(KubeObject deployment, int replicas) {
        return deployment.at("status", "availableReplicas").asInt() == replicas
                && deployment.at("status", "updatedReplicas").asInt() == replicas
                && deployment.at("status", "replicas").asInt() == replicas
                && deployment.at("status", "observedGeneration").asLong() == deployment.generation();
    }

    @Test
    void runsAnApplicationFromItsDeploymentToItsEnd() throws Exception {
        client.create(
                Resources.NAMESPACES, World.object("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'ns1'}}"));
        await(
                Resources.SERVICE_ACCOUNTS,
                "default",
                account -> account.namespace().equals("ns1"));
        client.create(
                Resources.SERVICES,
                World.object("{'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'ns1'},'spec':{"
                        + "'selector':{'app':'web'},'ports':[{'port':80,'targetPort':'web'}]}}"));
        deployment("web", 3);
        await(Resources.DEPLOYMENTS, "web", web -> available(web, 3));
        await(
                Resources.ENDPOINTS,
                "web",
                endpoints -> endpoints.at("subsets").path(0).path("addresses").size() == 3);
        await(
                Resources.ENDPOINT_SLICES,
                ANY,
                slice -> slice.labels()
                                .getOrDefault("kubernetes.io/service-name", "")
                                .equals("web")
                        && slice.at("endpoints").size() == 3);
        await(Resources.NODES, "n1", node -> !node.text("spec", "podCIDR").isEmpty());
        KubeObject web = client.get(Resources.DEPLOYMENTS, new NamespacedName("ns1", "web"));
        web.metadata().remove("resourceVersion");
        ((ObjectNode) web.json().at("/spec/template/spec/containers/0")).put("image", "web:2");
        client.update(Resources.DEPLOYMENTS, web);
        await(
                Resources.DEPLOYMENTS,
                "web",
                next -> next.generation() > 1
                        && available(next, 3)
                        && "2".equals(next.annotations().get("deployment.kubernetes.io/revision")));
        assertThat(client.list(Resources.PODS, Query.in("ns1").labelled("app=web")).items().stream()
                        .filter(Pods::isActive))
                .hasSize(3)
                .allSatisfy(pod -> assertThat(pod.at("spec", "containers")
                                .path(0)
                                .path("image")
                                .asText())
                        .isEqualTo("web:2"));
        client.create(
                Resources.STATEFUL_SETS,
                World.object(
                        "{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'db','namespace':'ns1'},'spec':{"
                                + "'replicas':2,'serviceName':'db','selector':{'matchLabels':{'app':'db'}},'template':{'metadata':{'labels':{'app':'db'}},"
                                + "'spec':{'containers':[{'name':'c','image':'db:1'}]}}}}"));
        client.create(
                Resources.DAEMON_SETS,
                World.object(
                        "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'ns1'},'spec':{"
                                + "'selector':{'matchLabels':{'app':'agent'}},'template':{'metadata':{'labels':{'app':'agent'}},"
                                + "'spec':{'containers':[{'name':'c','image':'agent:1'}]}}}}"));
        client.create(
                Resources.JOBS,
                World.object(
                        "{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'once','namespace':'ns1'},'spec':{"
                                + "'template':{'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'x'}]}}}}"));
        client.create(
                Resources.RESOURCE_QUOTAS,
                World.object(
                        "{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'ns1'},'spec':{'hard':{'pods':'50','services':'5'}}}"));
        await(
                Resources.STATEFUL_SETS,
                "db",
                set -> set.at("status", "readyReplicas").asInt() == 2);
        await(
                Resources.DAEMON_SETS,
                "agent",
                set -> set.at("status", "numberReady").asInt() == 3);
        await(Resources.JOBS, "once", job -> job.at("status", "active").asInt() == 1);
        await(
                Resources.RESOURCE_QUOTAS,
                "q",
                quota -> quota.text("status", "used", "pods").equals("9"));
        client.delete(Resources.DEPLOYMENTS, new NamespacedName("ns1", "web"), DeleteOptions.foreground());
        awaitGone(Resources.DEPLOYMENTS, new NamespacedName("ns1", "web"));
        client.delete(Resources.NAMESPACES, NamespacedName.clusterScoped("ns1"), DeleteOptions.background());
        awaitGone(Resources.NAMESPACES, NamespacedName.clusterScoped("ns1"));
        assertThat(client.list(Resources.PODS, Query.in("ns1")).items()).isEmpty();
        assertThat(failing()).isEmpty();
    }

    private static ClusterKeys keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair pair = generator.generateKeyPair();
            return new ClusterKeys(List.of(), "https://guest", pair.getPrivate(), List.of(pair.getPublic()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private KubeObject tokenSecret(String name) {
        return client.create(
                Resources.SECRETS,
                World.object(
                        "{'apiVersion':'v1','kind':'Secret','type':'kubernetes.io/service-account-token','metadata':{'name':'"
                                + name
                                + "','namespace':'ns1','annotations':{'kubernetes.io/service-account.name':'builder'}}}"));
    }

    @Test
    void fillsTokenSecretsAndRemovesThemWithTheirAccount() throws Exception {
        client.create(
                Resources.NAMESPACES, World.object("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'ns1'}}"));
        client.create(
                Resources.SERVICE_ACCOUNTS,
                World.object(
                        "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'builder','namespace':'ns1'}}"));
        tokenSecret("token");
        KubeObject filled = await(
                Resources.SECRETS,
                "token",
                secret -> !secret.text("data", "token").isEmpty());
        String token = new String(Base64.getDecoder().decode(filled.text("data", "token")), StandardCharsets.UTF_8);
        JsonNode claims = Json.parse(
                Base64.getUrlDecoder().decode(token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'))));
        assertThat(claims.path("sub").asText()).isEqualTo("system:serviceaccount:ns1:builder");
        assertThat(claims.at("/kubernetes.io/secret/name").asText()).isEqualTo("token");
        assertThat(Base64.getDecoder().decode(filled.text("data", "namespace")))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("ns1");
        assertThat(filled.text("data", "ca.crt")).isNotEmpty();
        KubeObject account = client.get(Resources.SERVICE_ACCOUNTS, new NamespacedName("ns1", "builder"));
        assertThat(filled.annotations()).containsEntry("kubernetes.io/service-account.uid", account.uid());
        client.delete(Resources.SERVICE_ACCOUNTS, account.namespacedName(), DeleteOptions.background());
        awaitGone(Resources.SECRETS, filled.namespacedName());
        assertThat(failing()).isEmpty();
    }

    @Test
    void accountsOfOldReleasesHaveTokensOfThemselves() throws Exception {
        ClusterId old = new ClusterId("old");
        server.clusters().create(old, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.20.0"));
        KubeClient then = clusters.cluster(old);
        then.create(
                Resources.NAMESPACES, World.object("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'ns1'}}"));
        KubeObject account = await(
                then,
                Resources.SERVICE_ACCOUNTS,
                "default",
                found -> !found.at("secrets").isEmpty());
        String name = account.at("secrets").path(0).path("name").asText();
        assertThat(name).matches("default-token-[a-z0-9]{5}");
        KubeObject filled = await(
                then,
                Resources.SECRETS,
                name,
                secret -> !secret.text("data", "token").isEmpty());
        assertThat(filled.annotations()).containsEntry("kubernetes.io/service-account.uid", account.uid());
        assertThat(failing()).isEmpty();
    }

    @Test
    void scalesByTheScaleOfTheTargetAndSaysThatMetricsAreMissing() throws Exception {
        client.create(
                Resources.NAMESPACES, World.object("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'ns1'}}"));
        deployment("web", 5);
        await(Resources.DEPLOYMENTS, "web", web -> available(web, 5));
        client.create(
                Resources.HORIZONTAL_POD_AUTOSCALERS,
                World.object(
                        "{'apiVersion':'autoscaling/v2','kind':'HorizontalPodAutoscaler','metadata':{'name':'web','namespace':'ns1'},"
                                + "'spec':{'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'web'},'maxReplicas':3,"
                                + "'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':50}}}]}}"));
        await(Resources.DEPLOYMENTS, "web", web -> web.at("spec", "replicas").asInt() == 3 && available(web, 3));
        KubeObject autoscaler = client.get(Resources.HORIZONTAL_POD_AUTOSCALERS, new NamespacedName("ns1", "web"));
        assertThat(Conditions.find(autoscaler, "AbleToScale").orElseThrow().reason())
                .isEqualTo("SucceededRescale");
        autoscaler.spec().put("minReplicas", 2);
        client.update(Resources.HORIZONTAL_POD_AUTOSCALERS, autoscaler);
        KubeObject told = await(
                Resources.HORIZONTAL_POD_AUTOSCALERS,
                "web",
                hpa -> Conditions.find(hpa, "ScalingActive").isPresent());
        assertThat(Conditions.find(told, "ScalingActive").orElseThrow().message())
                .contains("the server could not find the requested resource (get pods.metrics.k8s.io)");
        assertThat(failing()).isEmpty();
    }
}
