package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.reflect.TypeToken;
import io.kantoku.testkit.Kubeconfig;
import io.kantoku.testkit.KubernetesApiServer;
import io.kubernetes.client.ProtoClient;
import io.kubernetes.client.ProtoClient.ObjectOrStatus;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watch;
import java.io.StringReader;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The official Java client, in JSON and in protobuf. */
@KubernetesApiServer
final class OfficialJavaClientIT {
    @Kubeconfig
    private String kubeconfig;

    private ApiClient client;

    @BeforeEach
    void connect() throws Exception {
        client = ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(new StringReader(kubeconfig)))
                .build();
    }

    @Test
    void readsWritesPatchesAndWatches() throws Exception {
        CoreV1Api core = new CoreV1Api(client);
        V1ConfigMap made = core.createNamespacedConfigMap(
                        "default",
                        new V1ConfigMap()
                                .metadata(new V1ObjectMeta().name("java"))
                                .data(Map.of("a", "b")))
                .execute();
        assertThat(made.getMetadata().getCreationTimestamp()).isNotNull();
        PatchUtils.patch(
                V1ConfigMap.class,
                () -> core.patchNamespacedConfigMap("java", "default", new V1Patch("{\"data\":{\"c\":\"d\"}}"))
                        .buildCall(null),
                V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH,
                client);
        assertThat(core.readNamespacedConfigMap("java", "default").execute().getData())
                .containsEntry("c", "d");
        try (Watch<V1Namespace> watch = Watch.createWatch(
                client,
                core.listNamespace().watch(true).timeoutSeconds(5).buildCall(null),
                new TypeToken<Watch.Response<V1Namespace>>() {}.getType())) {
            assertThat(watch.next().object.getMetadata().getName()).isEqualTo("default");
        }
        assertThat(new AppsV1Api(client)
                        .listDeploymentForAllNamespaces()
                        .execute()
                        .getItems())
                .isEmpty();
        assertThatThrownBy(() -> core.readNamespacedSecret("nope", "default").execute())
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.getCode()).isEqualTo(404));
    }

    @Test
    void speaksProtobuf() throws Exception {
        ProtoClient proto = new ProtoClient(client);
        V1.Namespace namespace = V1.Namespace.newBuilder()
                .setMetadata(Meta.ObjectMeta.newBuilder().setName("proto").build())
                .build();
        ObjectOrStatus<V1.Namespace> made = proto.create(namespace, "/api/v1/namespaces", "v1", "Namespace");
        assertThat(made.status).isNull();
        assertThat(made.object.getMetadata().getUid()).isNotEmpty();
        assertThat(made.object.getStatus().getPhase()).isEqualTo("Active");

        ObjectOrStatus<V1.NamespaceList> list = proto.list(V1.NamespaceList.newBuilder(), "/api/v1/namespaces");
        assertThat(list.object.getItemsList())
                .extracting(item -> item.getMetadata().getName())
                .contains("default", "proto");
        V1.Namespace changed = made.object.toBuilder()
                .setMetadata(made.object.getMetadata().toBuilder().putLabels("a", "b"))
                .build();
        ObjectOrStatus<V1.Namespace> updated = proto.update(changed, "/api/v1/namespaces/proto", "v1", "Namespace");
        assertThat(updated.object.getMetadata().getLabelsMap()).containsEntry("a", "b");
        ObjectOrStatus<V1.Service> service =
                proto.get(V1.Service.newBuilder(), "/api/v1/namespaces/default/services/kubernetes");
        assertThat(service.object.getSpec().getPorts(0).getTargetPort().getIntVal())
                .isEqualTo(6443);
        ObjectOrStatus<V1.Secret> missing =
                proto.get(V1.Secret.newBuilder(), "/api/v1/namespaces/default/secrets/nope");
        assertThat(missing.status.getReason()).isEqualTo("NotFound");
    }
}
