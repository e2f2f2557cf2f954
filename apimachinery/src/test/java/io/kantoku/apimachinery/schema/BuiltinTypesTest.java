package io.kantoku.apimachinery.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.patch.PatchSchema;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltinTypesTest {
    @ParameterizedTest
    @CsvSource({
        "'',v1,Pod,spec.containers,name",
        "'',v1,Pod,spec.containers.ports,containerPort",
        "'',v1,Pod,spec.containers.env,name",
        "'',v1,Pod,spec.containers.volumeMounts,mountPath",
        "'',v1,Pod,spec.initContainers,name",
        "'',v1,Pod,spec.volumes,name",
        "'',v1,Pod,spec.imagePullSecrets,name",
        "'',v1,Pod,spec.hostAliases,ip",
        "'',v1,Pod,status.conditions,type",
        "'',v1,Pod,metadata.ownerReferences,uid",
        "'',v1,Service,spec.ports,port",
        "'',v1,Node,status.addresses,type",
        "'',v1,ServiceAccount,secrets,name",
        "apps,v1,Deployment,spec.template.spec.containers,name",
        "apps,v1,StatefulSet,spec.template.spec.topologySpreadConstraints,topologyKey",
        "batch,v1,CronJob,spec.jobTemplate.spec.template.spec.containers,name",
        "admissionregistration.k8s.io,v1,ValidatingWebhookConfiguration,webhooks,name",
    })
    void knowsMergeKeys(String group, String version, String kind, String path, String mergeKey) {
        PatchSchema schema = BuiltinTypes.patchSchema(new GroupVersionKind(group, version, kind))
                .orElseThrow();
        PatchSchema.Field field = null;
        for (String name : path.split("\\.")) {
            field = schema.field(name);
            schema = field.nested();
        }
        assertThat(field).isNotNull();
        assertThat(field.mergeLists()).isTrue();
        assertThat(field.mergeKey()).isEqualTo(mergeKey);
    }

    @Test
    void knowsListTypes() {
        TypeSchema pod =
                BuiltinTypes.typeSchema(new GroupVersionKind("", "v1", "Pod")).orElseThrow();
        TypeSchema spec = pod.member("spec");
        TypeSchema containers = spec.member("containers");
        assertThat(containers).isInstanceOfSatisfying(TypeSchema.MapList.class, list -> {
            assertThat(list.keys()).containsExactly("name");
            assertThat(list.item().member("ports")).isInstanceOfSatisfying(TypeSchema.MapList.class, ports -> {
                assertThat(ports.keys()).isEqualTo(List.of("containerPort", "protocol"));
                assertThat(ports.defaults().get("protocol").asText()).isEqualTo("TCP");
            });
        });
        assertThat(spec.member("nodeSelector")).isEqualTo(TypeSchema.atomic());
        assertThat(pod.member("metadata").member("finalizers")).isInstanceOf(TypeSchema.SetList.class);
        assertThat(pod.member("metadata").member("ownerReferences")).isInstanceOf(TypeSchema.MapList.class);
        TypeSchema deployment = BuiltinTypes.typeSchema(new GroupVersionKind("apps", "v1", "Deployment"))
                .orElseThrow();
        assertThat(deployment.member("spec").member("selector")).isEqualTo(TypeSchema.atomic());
    }

    @Test
    void knowsNothingOfCustomResources() {
        assertThat(BuiltinTypes.patchSchema(new GroupVersionKind("example.com", "v1", "Pod")))
                .isEmpty();
        assertThat(BuiltinTypes.typeSchema(new GroupVersionKind("apps", "v1", "Pod")))
                .isEmpty();
    }

    @Test
    void hasAllKindsThatClustersHave() {
        for (String kind : List.of(
                "ConfigMap",
                "Secret",
                "Namespace",
                "Event",
                "Endpoints",
                "PersistentVolumeClaim",
                "PersistentVolume",
                "ResourceQuota",
                "LimitRange",
                "ReplicationController",
                "PodTemplate")) {
            assertThat(BuiltinTypes.typeSchema(new GroupVersionKind("", "v1", kind)))
                    .as(kind)
                    .isPresent();
        }
        assertThat(BuiltinTypes.typeSchema(new GroupVersionKind("rbac.authorization.k8s.io", "v1", "ClusterRole")))
                .isPresent();
        assertThat(BuiltinTypes.typeSchema(new GroupVersionKind("networking.k8s.io", "v1", "NetworkPolicy")))
                .isPresent();
        assertThat(BuiltinTypes.typeSchema(
                        new GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition")))
                .isPresent();
        assertThat(BuiltinTypes.typeSchema(new GroupVersionKind("coordination.k8s.io", "v1", "Lease")))
                .isPresent();
    }
}
