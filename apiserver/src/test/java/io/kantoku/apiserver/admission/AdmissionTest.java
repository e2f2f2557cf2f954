package io.kantoku.apiserver.admission;

import static io.kantoku.apiserver.admission.AdmissionRequests.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.ClusterId;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Status;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.auth.FakeObjects;
import io.kantoku.client.ObjectAdmission;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The plugins that look at one object and its surroundings; quotas and Service addresses have tests of their own. */
class AdmissionTest {
    private final FakeObjects objects = new FakeObjects();

    @Nested
    class Namespaces {
        private final NamespaceLifecycle plugin = new NamespaceLifecycle(objects);

        @Test
        void mustExist() {
            assertThatThrownBy(() -> plugin.validate(AdmissionRequests.create("configmaps", configMap("x"))))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(404))
                    .hasMessage("namespaces \"a\" not found");
            objects.put(CLUSTER, "{apiVersion: v1, kind: Namespace, metadata: {name: a}}");
            plugin.validate(AdmissionRequests.create("configmaps", configMap("x")));
        }

        @Test
        void takeNothingNewWhenTheyEnd() {
            objects.put(
                    CLUSTER, "{apiVersion: v1, kind: Namespace, metadata: {name: a}, status: {phase: Terminating}}");
            assertThatThrownBy(() -> plugin.validate(AdmissionRequests.create("configmaps", configMap("x"))))
                    .isInstanceOfSatisfying(ApiException.class, e -> {
                        assertThat(e.code()).isEqualTo(403);
                        assertThat(e.status().details().causes())
                                .extracting(Status.Cause::reason)
                                .containsExactly("NamespaceTerminating");
                    })
                    .hasMessage("configmaps \"x\" is forbidden: unable to create new content in namespace a because it"
                            + " is being terminated");
            plugin.validate(AdmissionRequests.update("configmaps", configMap("x"), configMap("x")));
        }

        @Test
        void ofTheSystemStay() {
            assertThatThrownBy(() -> plugin.validate(AdmissionRequests.delete("namespaces", namespace("kube-system"))))
                    .hasMessage("namespaces \"kube-system\" is forbidden: this namespace may not be deleted");
            plugin.validate(AdmissionRequests.delete("namespaces", namespace("a")));
        }

        private static KubeObject namespace(String name) {
            return object("{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}");
        }
    }

    @Nested
    class ServiceAccounts {
        private final ServiceAccountAdmission plugin = new ServiceAccountAdmission(objects, new Random(1));

        @Test
        void areNeeded() {
            assertThatThrownBy(() -> mutate("containers: [{name: c}]"))
                    .hasMessage("pods \"p\" is forbidden: error looking up service account a/default: serviceaccount"
                            + " \"default\" not found");
            KubeObject generated =
                    object("{apiVersion: v1, kind: Pod, metadata: {generateName: web-, namespace: a}, spec: {}}");
            assertThatThrownBy(() -> plugin.mutate(AdmissionRequests.create("pods", generated)))
                    .hasMessageStartingWith("pods \"web-\" is forbidden");
        }

        @Test
        void comeWithATokenForEachContainer() {
            account("default", "");
            KubeObject pod = mutate("containers: [{name: c}, {name: own, volumeMounts: [{name: mine, mountPath:"
                    + " /var/run/secrets/kubernetes.io/serviceaccount}]}], initContainers: [{name: i}]");
            assertThat(pod.text("spec", "serviceAccountName")).isEqualTo("default");
            assertThat(pod.text("spec", "serviceAccount")).isEqualTo("default");
            String volume = pod.at("spec", "volumes").get(0).path("name").asText();
            assertThat(volume).startsWith("kube-api-access-");
            assertThat(pod.at("spec", "volumes").get(0).path("projected").path("sources"))
                    .hasSize(3);
            assertThat(mounts(pod, "containers", 0)).containsExactly(volume);
            assertThat(mounts(pod, "containers", 1)).containsExactly("mine");
            assertThat(mounts(pod, "initContainers", 0)).containsExactly(volume);
        }

        @Test
        void comeWithoutATokenWhereThePodOrTheAccountSaysSo() {
            account("default", ", automountServiceAccountToken: false");
            assertThat(mutate("containers: [{name: c}]").at("spec", "volumes").isMissingNode())
                    .isTrue();
            assertThat(mutate("automountServiceAccountToken: true, containers: [{name: c}]")
                            .at("spec", "volumes"))
                    .hasSize(1);
        }

        @Test
        void lendTheirPullSecrets() {
            account("puller", ", imagePullSecrets: [{name: s}]");
            KubeObject pod = mutate("serviceAccountName: '', serviceAccount: puller, containers: [{name: c}]");
            assertThat(pod.text("spec", "serviceAccountName")).isEqualTo("puller");
            assertThat(pod.at("spec", "imagePullSecrets").get(0).path("name").asText())
                    .isEqualTo("s");
        }

        private void account(String name, String more) {
            objects.put(
                    CLUSTER,
                    "{apiVersion: v1, kind: ServiceAccount, metadata: {name: " + name + ", namespace: a}" + more + "}");
        }

        private KubeObject mutate(String spec) {
            KubeObject pod = pod(spec);
            plugin.mutate(AdmissionRequests.create("pods", pod));
            return pod;
        }

        private static List<String> mounts(KubeObject pod, String containers, int index) {
            List<String> names = new ArrayList<>();
            pod.at("spec", containers)
                    .get(index)
                    .path("volumeMounts")
                    .forEach(mount -> names.add(mount.path("name").asText()));
            return names;
        }
    }

    @Nested
    class PodSurroundings {
        private final PodDefaults plugin = new PodDefaults(objects);

        @Test
        void tolerateAnAbsentNodeForFiveMinutes() {
            KubeObject pod = mutate("tolerations: [{key: node.kubernetes.io/not-ready, effect: NoExecute}]");
            assertThat(pod.at("spec", "tolerations")).hasSize(2);
            assertThat(pod.at("spec", "tolerations").get(1))
                    .hasToString("{\"key\":\"node.kubernetes.io/unreachable\",\"operator\":\"Exists\","
                            + "\"effect\":\"NoExecute\",\"tolerationSeconds\":300}");
            assertThat(mutate("tolerations: [{operator: Exists}]").at("spec", "tolerations"))
                    .hasSize(1);
        }

        @Test
        void havePriority() {
            assertThat(mutate("").at("spec", "priority").asInt(-1)).isZero();
            assertThat(mutate("priorityClassName: system-node-critical")
                            .at("spec", "priority")
                            .asInt())
                    .isEqualTo(2_000_001_000);
            priorityClass("high", 1000, "globalDefault: true, preemptionPolicy: Never");
            priorityClass("higher", 2000, "globalDefault: true");
            KubeObject pod = mutate("");
            assertThat(pod.at("spec", "priority").asInt()).isEqualTo(1000);
            assertThat(pod.text("spec", "priorityClassName")).isEqualTo("high");
            assertThat(pod.text("spec", "preemptionPolicy")).isEqualTo("Never");
            assertThat(mutate("priorityClassName: higher")
                            .at("spec", "priority")
                            .asInt())
                    .isEqualTo(2000);
        }

        @Test
        void doNotChooseAPriorityWithoutItsClass() {
            assertThatThrownBy(() -> mutate("priorityClassName: none"))
                    .hasMessage("pods \"p\" is forbidden: no PriorityClass with name none was found");
            assertThatThrownBy(() -> mutate("priority: 5"))
                    .hasMessage("pods \"p\" is forbidden: the integer value of priority (5) must not be provided in pod"
                            + " spec; priority admission controller computed 0 from the given PriorityClass name");
        }

        private void priorityClass(String name, int value, String more) {
            objects.put(
                    CLUSTER,
                    "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: " + name + "}, value: "
                            + value + ", " + more + "}");
        }

        private KubeObject mutate(String spec) {
            KubeObject pod = pod(spec);
            plugin.mutate(AdmissionRequests.create("pods", pod));
            return pod;
        }
    }

    @Nested
    class Classes {
        private final DefaultClasses plugin = new DefaultClasses(objects);

        @Test
        void areTheNewestThatIsMarked() {
            assertThat(claim("{}").at("spec", "storageClassName").isMissingNode())
                    .isTrue();
            storageClass("old", "2026-01-01T00:00:00Z", "true");
            storageClass("new", "2026-02-01T00:00:00Z", "true");
            storageClass("newest", "2026-03-01T00:00:00Z", "false");
            assertThat(claim("{}").text("spec", "storageClassName")).isEqualTo("new");
            assertThat(claim("{storageClassName: ''}").text("spec", "storageClassName"))
                    .isEmpty();
            assertThat(claim("{storageClassName: own}").text("spec", "storageClassName"))
                    .isEqualTo("own");
        }

        @Test
        void ofIngressesToo() {
            objects.put(CLUSTER, """
                    {apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: contour,
                     annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}}
                    """);
            // The fake's plural of IngressClass is that of the API.
            assertThat(objects.list(CLUSTER, new GroupResource("networking.k8s.io", "ingressclasses"), ""))
                    .hasSize(1);
            KubeObject ingress = object(
                    "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: a}, spec: {}}");
            plugin.mutate(AdmissionRequests.create("ingresses.networking.k8s.io", ingress));
            assertThat(ingress.text("spec", "ingressClassName")).isEqualTo("contour");
        }

        private void storageClass(String name, String created, String marked) {
            objects.put(
                    CLUSTER,
                    "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: " + name
                            + ", creationTimestamp: '" + created
                            + "', annotations: {storageclass.kubernetes.io/is-default-class: '" + marked + "'}}}");
        }

        private KubeObject claim(String spec) {
            KubeObject claim =
                    object("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: a}, spec: "
                            + spec + "}");
            plugin.mutate(AdmissionRequests.create("persistentvolumeclaims", claim));
            return claim;
        }
    }

    @Nested
    class Limits {
        private final LimitRanger plugin = new LimitRanger(objects);

        @Test
        void areFilledIn() {
            limit("{type: Container, default: {cpu: '1'}, defaultRequest: {cpu: 100m, memory: 64Mi}}");
            KubeObject pod =
                    pod("containers: [{name: c, resources: {limits: {memory: 1Gi}}}], initContainers: [{name: i}]");
            plugin.mutate(AdmissionRequests.create("pods", pod));
            assertThat(pod.at("spec", "containers").get(0).path("resources"))
                    .hasToString("{\"limits\":{\"memory\":\"1Gi\",\"cpu\":\"1\"},"
                            + "\"requests\":{\"cpu\":\"100m\",\"memory\":\"64Mi\"}}");
            assertThat(pod.at("spec", "initContainers").get(0).path("resources").path("limits"))
                    .hasToString("{\"cpu\":\"1\"}");
        }

        @Test
        void boundContainers() {
            limit("{type: Container, min: {cpu: 100m}, max: {memory: 1Gi}}");
            assertRefused(
                    "containers: [{name: c}]",
                    "[minimum cpu usage per Container is 100m.  No request is specified,"
                            + " maximum memory usage per Container is 1Gi.  No limit is specified]");
            assertRefused(
                    "containers: [{name: c, resources: {requests: {cpu: 50m}, limits: {memory: 2Gi}}}]",
                    "[minimum cpu usage per Container is 100m, but request is 50m,"
                            + " maximum memory usage per Container is 1Gi, but limit is 2Gi]");
            validate("containers: [{name: c, resources: {requests: {cpu: 100m}, limits: {memory: 1Gi}}}]");
        }

        @Test
        void boundWholePods() {
            limit("{type: Pod, max: {cpu: '1'}}");
            String half = "{name: c, resources: {limits: {cpu: 600m}}}";
            validate("containers: [" + half + "]");
            assertRefused(
                    "containers: [" + half + ", " + half + "]", "maximum cpu usage per Pod is 1, but limit is 1200m");
        }

        @Test
        void boundTheRatio() {
            limit("{type: Container, maxLimitRequestRatio: {cpu: '2'}}");
            assertRefused(
                    "containers: [{name: c, resources: {requests: {cpu: 100m}, limits: {cpu: 250m}}}]",
                    "cpu max limit to request ratio per Container is 2, but provided ratio is 2.500000");
        }

        @Test
        void boundClaims() {
            limit("{type: PersistentVolumeClaim, max: {storage: 5Gi}}");
            assertThatThrownBy(() -> plugin.validate(AdmissionRequests.create("persistentvolumeclaims", claim("6Gi"))))
                    .hasMessage("persistentvolumeclaims \"c\" is forbidden: maximum storage usage per"
                            + " PersistentVolumeClaim is 5Gi, but request is 6Gi");
            assertThatThrownBy(() -> plugin.validate(
                            AdmissionRequests.update("persistentvolumeclaims", claim("6Gi"), claim("5Gi"))))
                    .hasMessageContaining("but request is 6Gi");
        }

        private void limit(String item) {
            objects.put(
                    CLUSTER,
                    "{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: a}, spec: {limits: [" + item
                            + "]}}");
        }

        private void validate(String spec) {
            plugin.validate(AdmissionRequests.create("pods", pod(spec)));
        }

        private void assertRefused(String spec, String why) {
            assertThatThrownBy(() -> validate(spec)).hasMessage("pods \"p\" is forbidden: " + why);
        }

        private static KubeObject claim(String size) {
            return object(
                    "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: a}, spec: {resources:"
                            + " {requests: {storage: " + size + "}}}}");
        }
    }

    @Nested
    class Refusals {
        @Test
        void holdInOneClusterOutsideItsSystemNamespaces() {
            GroupResource pods = new GroupResource("", "pods");
            RefusedResources plugin = new RefusedResources(
                    CLUSTER, Set.of(pods), namespace -> namespace.startsWith("kube-"), "vSphere Pods need NSX-T");
            assertThatThrownBy(() -> plugin.mutate(AdmissionRequests.create("pods", pod(""))))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(403))
                    .hasMessage("pods \"p\" is forbidden: vSphere Pods need NSX-T");
            KubeObject system = pod("");
            system.metadata().put("namespace", "kube-system");
            plugin.mutate(AdmissionRequests.create("pods", system));
            plugin.mutate(AdmissionRequests.update("pods", pod(""), pod("")));
            plugin.mutate(AdmissionRequests.create("configmaps", configMap("x")));
            new RefusedResources(new ClusterId("other"), Set.of(pods), _ -> false, "")
                    .mutate(AdmissionRequests.create("pods", pod("")));
        }
    }

    @Nested
    class Operators {
        @Test
        void haveTheirSayInTheirResources() {
            List<ObjectAdmission> operators = new ArrayList<>();
            OperatorAdmission plugin = new OperatorAdmission(CLUSTER, () -> operators);
            KubeObject map = configMap("x");
            plugin.mutate(AdmissionRequests.create("configmaps", map));
            operators.add(new Stamping()); // operators start after the server
            plugin.mutate(AdmissionRequests.create("configmaps", map));
            assertThat(map.annotations()).containsEntry("seen", "by test");
            assertThatThrownBy(() -> plugin.validate(AdmissionRequests.create("configmaps", map)))
                    .hasMessage("no");
            assertThatThrownBy(() -> plugin.validate(AdmissionRequests.delete("configmaps", map)))
                    .hasMessage("no");
            assertThatCode(() -> plugin.validate(AdmissionRequests.create("pods", pod(""))))
                    .doesNotThrowAnyException();
            assertThatCode(() -> new OperatorAdmission(new ClusterId("other"), () -> operators)
                            .validate(AdmissionRequests.create("configmaps", map)))
                    .doesNotThrowAnyException();
        }

        private static final class Stamping implements ObjectAdmission {
            @Override
            public GroupResource resource() {
                return new GroupResource("", "configmaps");
            }

            @Override
            public void mutate(Review review) {
                KubeObject.of(review.object()).annotate("seen", "by " + review.user());
            }

            @Override
            public void validate(Review review) {
                throw ApiException.badRequest("no");
            }
        }
    }

    private static KubeObject configMap(String name) {
        return object("{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + ", namespace: a}}");
    }

    private static KubeObject pod(String spec) {
        return object("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: a}, spec: {" + spec + "}}");
    }

    private static KubeObject object(String yaml) {
        return KubeObject.of(Yaml.parseObject(yaml));
    }
}
