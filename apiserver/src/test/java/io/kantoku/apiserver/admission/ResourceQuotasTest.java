package io.kantoku.apiserver.admission;

import static io.kantoku.apiserver.admission.AdmissionRequests.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.apiserver.auth.FakeObjects;
import io.kantoku.apiserver.auth.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResourceQuotasTest {
    private final FakeObjects objects = new FakeObjects();
    private final TestClock clock = new TestClock();
    private final ResourceQuotas plugin = new ResourceQuotas(objects, clock);

    @Test
    void refusesWhatIsMoreThanThereIs() {
        quota("{hard: {pods: '1', requests.cpu: '1'}}");
        create(pod("one", "600m"));
        assertThatThrownBy(() -> create(pod("two", "600m")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(403))
                .hasMessage("pods \"two\" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=600m, used:"
                        + " pods=1,requests.cpu=600m, limited: pods=1,requests.cpu=1");
    }

    @Test
    void aFinishedPodTakesNothing() {
        quota("{hard: {pods: '1', count/pods: '2'}}");
        create(pod("one", "1"));
        KubeObject done = pod("one", "1");
        done.status().put("phase", "Succeeded");
        objects.put(CLUSTER, done);
        create(pod("two", "1"));
        assertThatThrownBy(() -> create(pod("three", "1")))
                .hasMessageContaining("requested: count/pods=1,pods=1, used: count/pods=2,pods=1");
    }

    @Test
    void wantsAmountsWhereTheyAreLimited() {
        quota("{hard: {requests.cpu: '1', limits.memory: 1Gi}}");
        assertThatThrownBy(() -> create(pod("one", "100m")))
                .hasMessage("pods \"one\" is forbidden: failed quota: q: must specify limits.memory");
    }

    @Test
    void countsTheGreatestInitContainer() {
        quota("{hard: {requests.cpu: '1'}}");
        KubeObject pod = pod("one", "100m");
        pod.spec().set("initContainers", Yaml.parse("[{name: i, resources: {requests: {cpu: '2'}}}]"));
        assertThatThrownBy(() -> create(pod)).hasMessageContaining("requested: requests.cpu=2,");
    }

    @Test
    void writesAtOnceDoNotShareTheLastPlace() {
        quota("{hard: {count/configmaps: '1'}}");
        KubeObject first = configMap("first");
        plugin.validate(AdmissionRequests.create("configmaps", first)); // passed, not stored yet
        assertThatThrownBy(() -> plugin.validate(AdmissionRequests.create("configmaps", configMap("second"))))
                .hasMessageContaining("used: count/configmaps=1");
        plugin.validate(AdmissionRequests.create("configmaps", first)); // another try of the same
        clock.advance(Duration.ofSeconds(3)); // its write has failed
        plugin.validate(AdmissionRequests.create("configmaps", configMap("second")));
    }

    @Test
    void aRemovedObjectsPlaceIsFreeAtOnce() {
        quota("{hard: {count/configmaps: '1'}}");
        KubeObject first = configMap("first");
        plugin.validate(AdmissionRequests.create("configmaps", first));
        objects.put(CLUSTER, first);
        assertThatThrownBy(() -> plugin.validate(AdmissionRequests.create("configmaps", configMap("second"))))
                .hasMessageContaining("exceeded quota");
        objects.remove(CLUSTER, first);
        plugin.validate(AdmissionRequests.create("configmaps", configMap("second")));
    }

    @Test
    void aDryRunReservesNothing() {
        quota("{hard: {count/configmaps: '1'}}");
        plugin.validate(AdmissionRequests.dryRun("configmaps", configMap("first")));
        plugin.validate(AdmissionRequests.create("configmaps", configMap("second")));
    }

    @Test
    void otherNamespacesHaveTheirOwn() {
        quota("{hard: {count/configmaps: '0'}}");
        KubeObject other = configMap("x");
        other.metadata().put("namespace", "b");
        plugin.validate(AdmissionRequests.create("configmaps", other));
    }

    @Test
    void aServiceTakesBalancersAndPortsWhenItsTypeChanges() {
        quota("{hard: {services.loadbalancers: '0', services: '1'}}");
        KubeObject plain = service("ClusterIP", "");
        create("services", plain);
        assertThatThrownBy(() -> plugin.validate(
                        AdmissionRequests.update("services", service("LoadBalancer", ", nodePort: 30001"), plain)))
                .hasMessage("services \"s\" is forbidden: exceeded quota: q, requested: services.loadbalancers=1, used:"
                        + " services.loadbalancers=0, limited: services.loadbalancers=0");
    }

    @Test
    void aServiceWithoutNodePortsTakesNone() {
        quota("{hard: {services.nodeports: '0'}}");
        create("services", service("LoadBalancer", ""));
        assertThatThrownBy(() -> create("services", service("NodePort", ", nodePort: 30001")))
                .hasMessageContaining("requested: services.nodeports=1");
    }

    @Test
    void aClaimThatGrowsTakesTheDifference() {
        quota("{hard: {fast.storageclass.storage.k8s.io/requests.storage: 10Gi, requests.storage: 100Gi}}");
        KubeObject claim = claim("6Gi");
        create("persistentvolumeclaims", claim);
        plugin.validate(AdmissionRequests.update("persistentvolumeclaims", claim("10Gi"), claim));
        plugin.validate(AdmissionRequests.update("persistentvolumeclaims", claim("1Gi"), claim));
        assertThatThrownBy(
                        () -> plugin.validate(AdmissionRequests.update("persistentvolumeclaims", claim("11Gi"), claim)))
                .hasMessage("persistentvolumeclaims \"c\" is forbidden: exceeded quota: q, requested:"
                        + " fast.storageclass.storage.k8s.io/requests.storage=5Gi, used:"
                        + " fast.storageclass.storage.k8s.io/requests.storage=6Gi, limited:"
                        + " fast.storageclass.storage.k8s.io/requests.storage=10Gi");
    }

    @Test
    void scopesChooseThePods() {
        quota("{hard: {pods: '0'}, scopes: [BestEffort]}");
        create(pod("one", "100m"));
        KubeObject effortless = pod("two", "100m");
        effortless.spec().set("containers", Yaml.parse("[{name: c}]"));
        assertThatThrownBy(() -> create(effortless)).hasMessageContaining("exceeded quota");
        quota("{hard: {pods: '0'}, scopes: [Terminating]}");
        create(pod("three", "100m"));
        KubeObject ending = pod("four", "100m");
        ending.spec().put("activeDeadlineSeconds", 5);
        assertThatThrownBy(() -> create(ending)).hasMessageContaining("exceeded quota");
        quota("{hard: {pods: '0'}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In,"
                + " values: [high]}]}}");
        create(pod("five", "100m"));
        KubeObject high = pod("six", "100m");
        high.spec().put("priorityClassName", "high");
        assertThatThrownBy(() -> create(high)).hasMessageContaining("exceeded quota");
    }

    private void quota(String spec) {
        objects.put(
                CLUSTER,
                "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: a}, spec: " + spec + "}");
    }

    private void create(KubeObject pod) {
        create("pods", pod);
    }

    private void create(String resource, KubeObject object) {
        plugin.validate(AdmissionRequests.create(resource, object));
        objects.put(CLUSTER, object);
    }

    private static KubeObject pod(String name, String cpu) {
        return object("{apiVersion: v1, kind: Pod, metadata: {name: " + name
                + ", namespace: a}, spec: {containers: [{name: c, resources: {requests: {cpu: " + cpu + "}}}]}}");
    }

    private static KubeObject configMap(String name) {
        return object("{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + ", namespace: a}}");
    }

    private static KubeObject service(String type, String more) {
        return object("{apiVersion: v1, kind: Service, metadata: {name: s, namespace: a}, spec: {type: " + type
                + ", ports: [{port: 80" + more + "}]}}");
    }

    private static KubeObject claim(String size) {
        return object("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: a}, spec:"
                + " {storageClassName: fast, resources: {requests: {storage: " + size + "}}}}");
    }

    private static KubeObject object(String yaml) {
        return KubeObject.of(Yaml.parseObject(yaml));
    }
}
