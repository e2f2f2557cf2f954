package io.kantoku.network.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.network.services.BalancedPort.Backend;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServicePlanTest {
    private static Service service(String spec) {
        return Service.of(KubeObject.of(Yaml.parseObject(
                "{apiVersion: v1, kind: Service, metadata: {namespace: ns, name: web}, spec: {" + spec + "}}")));
    }

    private static EndpointSlice slice(String ports, String endpoints) {
        return EndpointSlice.of(KubeObject.of(Yaml.parseObject("""
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4,
                 metadata: {namespace: ns, name: web-1, labels: {kubernetes.io/service-name: web}},
                 ports: [%s], endpoints: [%s]}""".formatted(ports, endpoints))))
                .orElseThrow();
    }

    private static BalancedPort only(Service service, EndpointSlice... slices) {
        List<BalancedPort> ports = ServicePlan.of(List.of(service), List.of(slices), "n1");
        assertThat(ports).hasSize(1);
        return ports.getFirst();
    }

    private static final String PLAIN = "clusterIP: 10.96.0.5, ports: [{name: web, port: 80, nodePort: 30080}]";

    @Test
    void takesReadyEndpointsOfThePortsName() {
        BalancedPort port = only(service(PLAIN), slice("{name: web, port: 8080}, {name: other, port: 1}", """
                        {addresses: [192.168.1.2], conditions: {ready: true}},
                        {addresses: [192.168.1.3], conditions: {ready: false}},
                        {addresses: [192.168.1.4]}"""));
        assertThat(port.internal()).containsExactly(new Backend("192.168.1.2", 8080), new Backend("192.168.1.4", 8080));
        assertThat(port.external()).isEqualTo(port.internal());
        assertThat(port.affinitySeconds()).isZero();
    }

    @Test
    void endingEndpointsServeUntilOthersAreReady() {
        String ending = "{addresses: [192.168.1.2], conditions: {ready: false, serving: true, terminating: true}}";
        assertThat(only(service(PLAIN), slice("{name: web, port: 8080}", ending))
                        .internal())
                .containsExactly(new Backend("192.168.1.2", 8080));
        assertThat(only(service(PLAIN), slice("{name: web, port: 8080}", ending + ", {addresses: [192.168.1.9]}"))
                        .internal())
                .containsExactly(new Backend("192.168.1.9", 8080));
    }

    @Test
    void localTrafficStaysOnTheNode() {
        EndpointSlice slice = slice("{name: web, port: 8080}", """
                {addresses: [192.168.1.2], nodeName: n1}, {addresses: [192.168.2.2], nodeName: n2}""");
        BalancedPort external = only(service(PLAIN + ", externalTrafficPolicy: Local"), slice);
        assertThat(external.external()).containsExactly(new Backend("192.168.1.2", 8080));
        assertThat(external.internal()).hasSize(2);
        assertThat(external.keepsSource()).isTrue();
        BalancedPort internal = only(service(PLAIN + ", internalTrafficPolicy: Local"), slice);
        assertThat(internal.internal()).containsExactly(new Backend("192.168.1.2", 8080));
        assertThat(internal.external()).hasSize(2);
    }

    @Test
    void readsAffinity() {
        assertThat(only(service(PLAIN + ", sessionAffinity: ClientIP")).affinitySeconds())
                .isEqualTo(10_800);
        assertThat(only(service(
                                PLAIN
                                        + ", sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}"))
                        .affinitySeconds())
                .isEqualTo(5);
    }

    @Test
    void headlessAndExternalServicesAreNotBalanced() {
        assertThat(ServicePlan.of(
                        List.of(
                                service("clusterIP: None, ports: [{port: 80}]"),
                                service("type: ExternalName, externalName: example.com")),
                        List.of(),
                        "n1"))
                .isEmpty();
    }
}
