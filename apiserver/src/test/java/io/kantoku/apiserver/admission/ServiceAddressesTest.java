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
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceAddressesTest {
    private final FakeObjects objects = new FakeObjects();
    private final TestClock clock = new TestClock();
    private final ServiceAddresses plugin =
            new ServiceAddresses(objects, _ -> Optional.of("10.96.0.0/28"), new Random(7), clock);

    @Test
    void givesEachServiceAnAddressOfItsOwnButTheApisAndTheBroadcast() {
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 13; i++) {
            given.add(create("s" + i, "{}").text("spec", "clusterIP"));
        }
        assertThat(given).hasSize(13).doesNotContain("10.96.0.0", "10.96.0.1", "10.96.0.15");
        assertThatThrownBy(() -> create("more", "{}"))
                .hasMessageContaining("failed to allocate a serviceIP: range is full");
    }

    @Test
    void twoWritesAtOnceDoNotGetTheSame() {
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 13; i++) {
            given.add(mutate(service("s" + i, "{}")).text("spec", "clusterIP"));
        }
        assertThat(given).hasSize(13);
    }

    @Test
    void takesTheAddressThatIsAskedForIfItIsFree() {
        KubeObject service = create("s", "{clusterIP: 10.96.0.10}");
        assertThat(service.at("spec", "clusterIPs")).hasToString("[\"10.96.0.10\"]");
        assertRefused(
                "{clusterIP: 10.96.0.10}",
                "spec.clusterIPs: Invalid value: [\"10.96.0.10\"]: failed to allocate IP 10.96.0.10: provided IP is"
                        + " already allocated");
        assertRefused(
                "{clusterIP: 10.97.0.10}",
                "spec.clusterIPs: Invalid value: [\"10.97.0.10\"]: failed to allocate IP 10.97.0.10: the provided IP"
                        + " (10.97.0.10) is not in the valid range. The range of valid IPs is 10.96.0.0/28");
        assertRefused("{clusterIP: nowhere}", "must be a valid IPv4 address or 'None'");
    }

    @Test
    void whatADeletedServiceHadIsFreeAtOnce() {
        String spec = "{type: NodePort, clusterIP: 10.96.0.10, ports: [{port: 80, nodePort: 30080}]}";
        KubeObject service = create("s", spec);
        assertRefused(spec, "already allocated");
        objects.remove(CLUSTER, service);
        create("other", spec);
    }

    @Test
    void whatAFailedWriteWasGivenIsItsOwnForAWhile() {
        String spec = "{type: NodePort, clusterIP: 10.96.0.10, ports: [{port: 80, nodePort: 30080}]}";
        mutate(service("s", spec)); // and then refused by a later check
        assertRefused(spec, "already allocated");
        mutate(service("s", spec));
        clock.advance(Duration.ofSeconds(31));
        mutate(service("other", spec));
    }

    @Test
    void aDryRunHoldsNothing() {
        KubeObject service = service("s", "{clusterIP: 10.96.0.10}");
        plugin.mutate(AdmissionRequests.dryRun("services", service));
        create("other", "{clusterIP: 10.96.0.10}");
    }

    @Test
    void keepsWhatAServiceHasOverUpdates() {
        KubeObject before = create("s", "{type: NodePort, ports: [{port: 80}, {port: 443, protocol: TCP}]}");
        KubeObject after = service("s", "{type: NodePort, ports: [{port: 443}, {port: 80}, {port: 81}]}");
        plugin.mutate(AdmissionRequests.update("services", after, before));
        assertThat(after.text("spec", "clusterIP")).isEqualTo(before.text("spec", "clusterIP"));
        assertThat(nodePort(after, 0)).isEqualTo(nodePort(before, 1));
        assertThat(nodePort(after, 1)).isEqualTo(nodePort(before, 0));
        assertThat(nodePort(after, 2)).isBetween(30000, 32767);
    }

    @Test
    void givesNodePortsWhereTheTypeNeedsThem() {
        assertThat(nodePort(create("a", "{type: ClusterIP, ports: [{port: 80}]}"), 0))
                .isZero();
        assertThat(nodePort(create("b", "{type: LoadBalancer, ports: [{port: 80}]}"), 0))
                .isBetween(30000, 32767);
        assertThat(nodePort(
                        create("c", "{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 80}]}"),
                        0))
                .isZero();
        KubeObject local = create("d", "{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}");
        assertThat(local.at("spec", "healthCheckNodePort").asInt())
                .isBetween(30000, 32767)
                .isNotEqualTo(nodePort(local, 0));
    }

    @Test
    void portsOfOneServiceShareANumberOverProtocols() {
        create(
                "dns",
                "{type: NodePort, ports: [{port: 53, protocol: TCP, nodePort: 30053},"
                        + " {port: 53, protocol: UDP, nodePort: 30053}]}");
    }

    @Test
    void refusesNodePortsThatAreTakenOrOutside() {
        create("a", "{type: NodePort, ports: [{port: 80, nodePort: 30080}]}");
        assertRefused(
                "{type: NodePort, ports: [{port: 80}, {port: 81, nodePort: 30080}]}",
                "spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated");
        assertRefused(
                "{type: NodePort, ports: [{port: 80, nodePort: 80}]}",
                "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid"
                        + " ports is 30000-32767");
    }

    @Test
    void aServiceThatBecomesInternalGivesItsNodePortsBack() {
        KubeObject before = create("s", "{type: NodePort, ports: [{port: 80, nodePort: 30080}]}");
        KubeObject after = service("s", "{type: ClusterIP, ports: [{port: 80, nodePort: 30080}]}");
        plugin.mutate(AdmissionRequests.update("services", after, before));
        assertThat(nodePort(after, 0)).isZero();
    }

    @Test
    void externalNamesAndHeadlessServicesHaveNoAddress() {
        KubeObject external = create("e", "{type: ExternalName, externalName: x.example, clusterIP: ''}");
        assertThat(external.spec().has("clusterIP")).isFalse();
        KubeObject headless = create("h", "{clusterIP: None}");
        assertThat(headless.at("spec", "clusterIPs")).hasToString("[\"None\"]");
        KubeObject plain = service("e", "{type: ClusterIP}");
        plugin.mutate(AdmissionRequests.update("services", plain, external));
        assertThat(plain.text("spec", "clusterIP")).startsWith("10.96.0.");
    }

    private void assertRefused(String spec, String why) {
        assertThatThrownBy(() -> mutate(service("refused", spec)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageContaining(why);
    }

    private KubeObject create(String name, String spec) {
        KubeObject service = mutate(service(name, spec));
        objects.put(CLUSTER, service);
        return service;
    }

    private KubeObject mutate(KubeObject service) {
        plugin.mutate(AdmissionRequests.create("services", service));
        return service;
    }

    private static int nodePort(KubeObject service, int index) {
        return service.at("spec", "ports").get(index).path("nodePort").asInt();
    }

    private static KubeObject service(String name, String spec) {
        return KubeObject.of(Yaml.parseObject(
                "{apiVersion: v1, kind: Service, metadata: {name: " + name + ", namespace: a}, spec: " + spec + "}"));
    }
}
