package io.kantoku.tkg.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Status;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.client.ObjectAdmission.Review;
import io.kantoku.client.fake.FakeClusters;
import io.kantoku.client.fake.Simulation;
import io.kantoku.tkg.objects.Kind;
import io.kantoku.tkg.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TkcAdmissionTest {
    private static final String ARTICLE = """
            apiVersion: run.tanzu.vmware.com/v1alpha1
            kind: TanzuKubernetesCluster
            metadata:
              name: tkc01
              namespace: ns1
            spec:
              distribution:
                version: v1.18
              settings:
                network:
                  cni:
                    name: antrea
                  pods:
                    cidrBlocks:
                    - 193.0.2.0/16
                  services:
                    cidrBlocks:
                    - 195.51.100.0/12
              topology:
                controlPlane:
                  class: guaranteed-small
                  count: 3
                  storageClass: k8s-storage
                workers:
                  class: guaranteed-small
                  count: 3
                  storageClass: k8s-storage
            """;

    private final FakeClusters clusters = FakeClusters.in(new Simulation());
    private final TkcAdmission admission = new TkcAdmission(clusters);
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void supervisor() {
        for (String version : List.of(
                "v1.17.11+kantoku.1",
                "v1.18.5+kantoku.1",
                "v1.18.15+kantoku.1",
                "v1.19.7+kantoku.1",
                "v1.20.2+kantoku.1")) {
            put(Kinds.TANZU_RELEASE, version.replace("+", "---"), "{spec: {version: " + version + "}}");
        }
        put(Kinds.VM_CLASS, "guaranteed-small", "{}");
        put(Kinds.VM_CLASS, "best-effort-small", "{}");
        put(Kinds.TKG_CONFIGURATION, "tkg-service-configuration", "{spec: {defaultCNI: calico}}");
        put(Kinds.RESOURCE_QUOTA, "ns1-storagequota", """
                {spec: {hard: {k8s-storage.storageclass.storage.k8s.io/requests.storage: "1"}}}""", "ns1");
        put(Kinds.DISTRIBUTED_NETWORK, "workload", "{spec: {gateway: 10.44.59.1, subnetMask: 255.255.255.0}}");
        put(Kinds.IP_POOL, "haproxy-0", """
                {metadata: {labels: {netoperator.vmware.com/load-balancer: haproxy}},
                 spec: {startingAddress: 172.30.7.64, addressCount: 32}}""");
        KubeObject config = KubeObject.create(
                new io.kantoku.apimachinery.GroupVersionKind("", "v1", "ConfigMap"), "kube-system", "kubeadm-config");
        config.json().putObject("data").put("ClusterConfiguration", "networking:\n  serviceSubnet: 10.112.0.0/23\n");
        clusters.put(ClusterId.SUPERVISOR, io.kantoku.client.Resources.CONFIG_MAPS, config);
    }

    private void put(Kind kind, String name, String text) {
        put(kind, name, text, "");
    }

    private void put(Kind kind, String name, String text, String namespace) {
        KubeObject object = kind.create(namespace, name);
        ObjectNode given = Yaml.parseObject(text);
        given.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> object.label(label.getKey(), label.getValue().asText()));
        given.remove("metadata");
        object.json().setAll(given);
        clusters.put(ClusterId.SUPERVISOR, kind.resource(), object);
    }

    private ObjectNode admit(ObjectNode object, @Nullable ObjectNode old) {
        Review review = new Review(ClusterId.SUPERVISOR, "sso:devops@vsphere.local", "ns1", object, old, warnings);
        admission.mutate(review);
        admission.validate(review);
        return object;
    }

    private static ObjectNode article(Consumer<ObjectNode> change) {
        ObjectNode object = Yaml.parseObject(ARTICLE);
        change.accept((ObjectNode) object.path("spec"));
        return object;
    }

    private List<Status.Cause> refused(ObjectNode object, @Nullable ObjectNode old) {
        List<Status.Cause> causes = new ArrayList<>();
        assertThatThrownBy(() -> admit(object, old)).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(422);
            causes.addAll(e.status().details().causes());
        });
        return causes;
    }

    private void refuses(String field, String words, Consumer<ObjectNode> change) {
        assertThat(refused(article(change), null)).singleElement().satisfies(cause -> {
            assertThat(cause.field()).isEqualTo(field);
            assertThat(cause.message()).contains(words);
        });
    }

    @Test
    void takesTheArticlesManifestAndWritesWhatItMeans() {
        JsonAt made = new JsonAt(admit(article(spec -> {}), null));
        assertThat(made.text("/spec/distribution/fullVersion")).isEqualTo("v1.18.15+kantoku.1");
        assertThat(made.text("/spec/distribution/version")).isEqualTo("v1.18");
        assertThat(made.text("/spec/settings/network/pods/cidrBlocks/0")).isEqualTo("193.0.0.0/16");
        assertThat(made.text("/spec/settings/network/services/cidrBlocks/0")).isEqualTo("195.48.0.0/12");
        assertThat(made.text("/spec/settings/network/serviceDomain")).isEqualTo("cluster.local");
        assertThat(warnings).hasSize(2).anyMatch(text -> text.contains("195.51.100.0/12"));
    }

    @Test
    void fillsInWhatIsLeftOpen() {
        JsonAt made = new JsonAt(admit(article(spec -> spec.remove("settings")), null));
        assertThat(made.text("/spec/settings/network/cni/name")).isEqualTo("calico");
        assertThat(made.text("/spec/settings/network/services/cidrBlocks/0")).isEqualTo("10.96.0.0/12");
    }

    @Test
    void refusesUnknownNamesWithTheValidOnes() {
        refuses(
                "spec.topology.workers.class",
                "best-effort-small",
                spec -> at(spec, "topology", "workers").put("class", "huge"));
        refuses(
                "spec.topology.controlPlane.storageClass",
                "k8s-storage",
                spec -> at(spec, "topology", "controlPlane").put("storageClass", "gold"));
        refuses(
                "spec.distribution.version",
                "v1.20.2+kantoku.1",
                spec -> at(spec, "distribution").put("version", "v1.1"));
        refuses(
                "spec.settings.network.cni.name",
                "antrea",
                spec -> at(spec, "settings", "network", "cni").put("name", "flannel"));
        refuses(
                "spec.settings.storage.defaultClass",
                "k8s-storage",
                spec -> at(spec, "settings").putObject("storage").put("defaultClass", "gold"));
    }

    @Test
    void takesOnlyTheClassesThatWereChosenForTheNamespace() {
        admit(article(spec -> {}), null);
        put(Kinds.VM_CLASS_BINDING, "best-effort-small", "{classRef: {name: best-effort-small}}", "ns1");
        assertThat(refused(article(spec -> {}), null))
                .hasSize(2)
                .allSatisfy(cause -> assertThat(cause.message())
                        .contains("best-effort-small")
                        .doesNotContain("supported values: \"guaranteed"));
        put(Kinds.VM_CLASS_BINDING, "guaranteed-small", "{classRef: {name: guaranteed-small}}", "ns1");
        admit(article(spec -> {}), null);
    }

    @Test
    void refusesNumbersOfMachinesThatCannotBe() {
        for (int count : new int[] {0, 2, 4, 5}) {
            refuses(
                    "spec.topology.controlPlane.count",
                    "supported values: \"1\", \"3\"",
                    spec -> at(spec, "topology", "controlPlane").put("count", count));
        }
        refuses(
                "spec.topology.workers.count",
                "from 0 to 150",
                spec -> at(spec, "topology", "workers").put("count", 151));
    }

    @Test
    void refusesOverlappingAddresses() {
        refuses(
                "spec.settings.network.services.cidrBlocks[0]",
                "193.0.0.0/16",
                spec -> blocks(spec, "services", "193.0.0.0/12"));
        refuses(
                "spec.settings.network.pods.cidrBlocks[0]",
                "workload network",
                spec -> blocks(spec, "pods", "10.44.0.0/16"));
        refuses(
                "spec.settings.network.pods.cidrBlocks[0]",
                "virtual IPs of haproxy-0",
                spec -> blocks(spec, "pods", "172.30.0.0/16"));
        refuses(
                "spec.settings.network.services.cidrBlocks[0]",
                "Supervisor's Services",
                spec -> blocks(spec, "services", "10.112.0.0/16"));
        refuses("spec.settings.network.pods.cidrBlocks[0]", "193.0.2/16", spec -> blocks(spec, "pods", "193.0.2/16"));
    }

    @Test
    void refusesNamesThatAreTooLong() {
        ObjectNode object = article(spec -> {});
        at(object, "metadata").put("name", "a".repeat(42));
        assertThat(refused(object, null))
                .singleElement()
                .satisfies(cause -> assertThat(cause.field()).isEqualTo("metadata.name"));
    }

    @Test
    void upgradesOneMinorAtATimeWhenTheFullVersionIsCleared() {
        ObjectNode old = admit(article(spec -> {}), null);
        ObjectNode mismatch = old.deepCopy();
        at(mismatch, "spec", "distribution").put("version", "v1.19");
        assertThat(refused(mismatch, old)).singleElement().satisfies(cause -> {
            assertThat(cause.field()).isEqualTo("spec.distribution.version");
            assertThat(cause.message()).contains("set fullVersion to null");
        });
        ObjectNode next = mismatch.deepCopy();
        at(next, "spec", "distribution").putNull("fullVersion");
        assertThat(new JsonAt(admit(next, old)).text("/spec/distribution/fullVersion"))
                .isEqualTo("v1.19.7+kantoku.1");
        ObjectNode skipping = old.deepCopy();
        at(skipping, "spec", "distribution").put("version", "v1.20").putNull("fullVersion");
        assertThat(refused(skipping, old))
                .singleElement()
                .satisfies(cause ->
                        assertThat(cause.message()).contains("one minor version", "it can go to v1.19.7+kantoku.1"));
        ObjectNode back = old.deepCopy();
        at(back, "spec", "distribution").put("version", "v1.18.5").putNull("fullVersion");
        assertThat(refused(back, old))
                .singleElement()
                .satisfies(cause -> assertThat(cause.message()).contains("cannot go back", "it can go to"));
        ObjectNode onTheWay = admit(next, old);
        onTheWay.putObject("status").put("version", "v1.18.5+kantoku.1");
        ObjectNode further = onTheWay.deepCopy();
        at(further, "spec", "distribution").put("version", "v1.20").putNull("fullVersion");
        assertThat(refused(further, onTheWay))
                .singleElement()
                .satisfies(cause -> assertThat(cause.message())
                        .contains("on its way from v1.18.5+kantoku.1 to v1.19.7+kantoku.1", "status.version"));
    }

    @Test
    void appliesTheSameManifestAgainWithoutAChange() {
        ObjectNode old = admit(article(spec -> {}), null);
        assertThat(admit(article(spec -> {}), old)).isEqualTo(old);
    }

    @Test
    void refusesChangesOfTheNetworkAndFewerMasters() {
        ObjectNode old = admit(article(spec -> {}), null);
        ObjectNode changed = old.deepCopy();
        at(changed, "spec", "settings", "network").put("serviceDomain", "other.local");
        at(changed, "spec", "topology", "controlPlane").put("count", 1);
        assertThat(refused(changed, old))
                .extracting(Status.Cause::field)
                .containsExactly("spec.topology.controlPlane.count", "spec.settings.network.serviceDomain");
    }

    private static void blocks(ObjectNode spec, String which, String block) {
        at(spec, "settings", "network", which).putArray("cidrBlocks").add(block);
    }

    private static ObjectNode at(ObjectNode object, String... path) {
        ObjectNode node = object;
        for (String name : path) {
            node = node.withObjectProperty(name);
        }
        return node;
    }

    private record JsonAt(ObjectNode json) {
        String text(String pointer) {
            return json.at(pointer).asText();
        }
    }
}
