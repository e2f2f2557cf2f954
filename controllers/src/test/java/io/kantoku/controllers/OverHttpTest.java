package io.kantoku.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apiserver.ApiServer;
import io.kantoku.apiserver.ClusterOptions;
import io.kantoku.apiserver.StandardCatalog;
import io.kantoku.apiserver.StandardParts;
import io.kantoku.apiserver.auth.Authenticator;
import io.kantoku.apiserver.auth.UserInfo;
import io.kantoku.client.ControllerGroup;
import io.kantoku.client.DeleteOptions;
import io.kantoku.client.Endpoint;
import io.kantoku.client.HttpClusters;
import io.kantoku.client.KubeClient;
import io.kantoku.client.Kubeconfig;
import io.kantoku.client.ObjectListener;
import io.kantoku.client.Patch;
import io.kantoku.client.Query;
import io.kantoku.client.Resources;
import io.kantoku.client.Subscription;
import io.kantoku.lab.NetworkStack;
import io.kantoku.store.EmbeddedStore;
import io.kantoku.transport.Dialler;
import io.kantoku.transport.HttpClient;
import io.kantoku.transport.HttpServer;
import io.kantoku.transport.ListenSpec;
import io.kantoku.transport.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP client and controllers that use it, against the API server on a loopback address. */
class OverHttpTest {
    private static final ClusterId CLUSTER = new ClusterId("guest");
    private static final NamespacedName MAP = new NamespacedName("default", "m");

    @TempDir
    Path directory;

    private EmbeddedStore store;
    private ApiServer server;
    private HttpServer listeners;
    private Listener listener;
    private HttpClient http;
    private HttpClusters clusters;
    private KubeClient client;

    @BeforeEach
    void start() throws Exception {
        store = EmbeddedStore.open(directory);
        Authenticator everybody = (_, _) -> Optional.of(UserInfo.master("test"));
        server = ApiServer.builder(store)
                .catalog(StandardCatalog::types)
                .questions(StandardCatalog.questions())
                .parts(environment ->
                        StandardParts.of(environment, _ -> Optional.empty(), List.of(everybody), List.of()))
                .start();
        server.clusters().create(CLUSTER, ClusterOptions.of("10.96.0.0/12", "10.244.0.0/16", "v1.32.0"));
        listeners = HttpServer.start();
        listener = listeners.listen(new ListenSpec(
                "api",
                NetworkStack.host(),
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                Optional.empty(),
                List.of(),
                server.handler(CLUSTER)));
        http = HttpClient.start();
        Kubeconfig config = Kubeconfig.parse(Kubeconfig.of(
                        "guest",
                        new Kubeconfig.Cluster(
                                "http://127.0.0.1:" + listener.address().getPort(), "", false),
                        Kubeconfig.User.token("secret"))
                .write());
        clusters = new HttpClusters(CLUSTER, http, Endpoint.of(config, config.current(), Dialler.host()));
        client = clusters.cluster(CLUSTER);
    }

    @AfterEach
    void stop() {
        http.close();
        listener.close();
        listeners.close();
        server.close();
        store.close();
    }

    private KubeObject create(String name) {
        return client.create(
                Resources.CONFIG_MAPS,
                World.object("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'" + name
                        + "','namespace':'default','labels':{'app':'x'}},'data':{'a':'1'}}"));
    }

    @Test
    void readsAndWritesObjects() {
        KubeObject created = create("m");
        assertThat(created.uid()).isNotEmpty();
        assertThat(client.find(Resources.CONFIG_MAPS, new NamespacedName("default", "none")))
                .isEmpty();
        assertThatThrownBy(() -> create("m"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.isAlreadyExists()).isTrue());
        KubeObject updated = client.update(Resources.CONFIG_MAPS, created.copy().label("b", "2"));
        assertThatThrownBy(() -> client.update(Resources.CONFIG_MAPS, created.label("b", "3")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.isConflict()).isTrue());
        var patch = Json.object();
        patch.putObject("data").put("c", "3");
        KubeObject patched = client.patch(Resources.CONFIG_MAPS, MAP, Patch.merge(patch), "");
        assertThat(patched.text("data", "c")).isEqualTo("3");
        assertThat(patched.labels()).isEqualTo(updated.labels());
        assertThat(client.list(Resources.CONFIG_MAPS, Query.in("default").labelled("app=x"))
                        .items())
                .singleElement()
                .satisfies(found -> assertThat(found.kind()).isEqualTo("ConfigMap"));
        client.delete(Resources.CONFIG_MAPS, MAP, DeleteOptions.background().ofUid(created.uid()));
        assertThat(client.find(Resources.CONFIG_MAPS, MAP)).isEmpty();
    }

    @Test
    void saysWhenACollectionIsNotServed() {
        var widgets = new GroupVersionResource("example.org", "v1", "widgets");
        assertThatThrownBy(() -> client.find(widgets, MAP))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(404));
    }

    @Test
    void followsACollection() throws Exception {
        create("before");
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        ObjectListener listener = new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {
                if (object.namespace().equals("default") && object.labels().containsKey("app")) {
                    seen.add((previous == null ? "new " : "changed ") + object.name());
                }
            }

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {
                seen.add("gone " + last.name());
            }

            @Override
            public void onSynced() {
                seen.add("synced");
            }
        };
        try (Subscription _ = clusters.subscribe(Resources.CONFIG_MAPS, listener)) {
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("new before");
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("synced");
            KubeObject map = create("m");
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("new m");
            client.update(Resources.CONFIG_MAPS, map.label("b", "2"));
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("changed m");
            client.delete(Resources.CONFIG_MAPS, MAP, DeleteOptions.background());
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("gone m");
        }
    }

    @Test
    void letsAllControllersRunFromAfar() throws Exception {
        BlockingQueue<String> gone = new LinkedBlockingQueue<>();
        ObjectListener namespaces = new ObjectListener() {
            @Override
            public void onPresent(ClusterId cluster, KubeObject object, @Nullable KubeObject previous) {}

            @Override
            public void onDeleted(ClusterId cluster, KubeObject last) {
                gone.add(last.name());
            }
        };
        try (ControllerGroup group = KubeControllers.all(clusters, ControllerOptions.standard(_ -> "PEM"))
                        .start();
                Subscription _ = clusters.subscribe(Resources.NAMESPACES, namespaces)) {
            client.create(
                    Resources.NAMESPACES,
                    World.object("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'ns1'}}"));
            client.delete(Resources.NAMESPACES, NamespacedName.clusterScoped("ns1"), DeleteOptions.background());
            assertThat(gone.poll(15, TimeUnit.SECONDS)).isEqualTo("ns1");
            assertThat(group.status())
                    .allSatisfy(status -> assertThat(status.failing()).isEmpty());
        }
    }
}
