package io.kantoku.tkg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.schema.StructuralSchema;
import io.kantoku.client.Query;
import io.kantoku.tkg.objects.GuestClusterId;
import io.kantoku.tkg.objects.Kinds;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionsTest {
    @TempDir
    Path disks;

    /** A server would drop what a definition does not know, and refuse what it forbids: the operators would never see it. */
    @Test
    void knowEverythingThatTheOperatorsWrite() throws Exception {
        try (TkgWorld world = new TkgWorld(disks)) {
            world.supervisor().create(Kinds.TANZU_CLUSTER.resource(), TkgWorld.tkc("tkc01", 3, 2));
            ClusterId guest =
                    GuestClusterId.of(ClusterLifeTest.ready(world, "tkc01")).orElseThrow();
            KubeObject service = TkgWorld.object(Kinds.SERVICE, """
                    metadata: {namespace: web, name: front}
                    spec:
                      type: LoadBalancer
                      externalTrafficPolicy: Local
                      ports: [{port: 80, protocol: TCP, nodePort: 31080}]
                    """);
            world.clusters.cluster(guest).create(Kinds.SERVICE.resource(), service);
            world.await(
                    guest,
                    Kinds.SERVICE,
                    service.namespacedName(),
                    object -> !object.at("status", "loadBalancer", "ingress").isEmpty());
            int objects = 0;
            for (KubeObject definition : TkgOperators.definitions()) {
                JsonNode version = definition.at("spec", "versions").path(0);
                StructuralSchema schema =
                        StructuralSchema.parse(version.path("schema").path("openAPIV3Schema"));
                GroupVersionResource resource = new GroupVersionResource(
                        definition.text("spec", "group"),
                        version.path("name").asText(),
                        definition.text("spec", "names", "plural"));
                for (KubeObject object :
                        world.supervisor().list(resource, Query.all()).items()) {
                    objects++;
                    KubeObject copy = object.copy();
                    copy.json().remove("metadata");
                    assertThat(schema.validate(copy.json())).as("%s", object).isEmpty();
                    assertThat(schema.prune(copy.json())).as("%s", object).isEmpty();
                }
            }
            assertThat(objects).isGreaterThan(40);
        }
    }
}
