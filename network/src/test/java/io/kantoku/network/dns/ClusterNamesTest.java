package io.kantoku.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.apimachinery.NamespacedName;
import io.kantoku.apimachinery.Yaml;
import io.kantoku.network.ClusterView;
import io.kantoku.network.Ipv4Range;
import io.kantoku.network.dns.DnsAnswer.Code;
import io.kantoku.network.services.EndpointSlice;
import io.kantoku.network.services.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClusterNamesTest {
    private static final int AAAA = 28;

    private static Service service(String name, String spec) {
        return Service.of(
                KubeObject.of(Yaml.parseObject("{apiVersion: v1, kind: Service, metadata: {namespace: ns, name: " + name
                        + "}, spec: {" + spec + "}}")));
    }

    private static final EndpointSlice ENDPOINTS =
            EndpointSlice.of(KubeObject.of(Yaml.parseObject("""
                    {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4,
                     metadata: {namespace: ns, name: db-1, labels: {kubernetes.io/service-name: db}},
                     ports: [{name: sql, port: 5432}],
                     endpoints: [{addresses: [192.168.1.2], hostname: db-0}, {addresses: [192.168.1.3]},
                       {addresses: [192.168.1.4], conditions: {ready: false}}]}"""))).orElseThrow();

    private static final ClusterNames NAMES = names(
            service("web", "clusterIP: 10.96.0.5, ports: [{name: http, port: 80}]"),
            service("db", "clusterIP: None, ports: [{name: sql, port: 5432}]"),
            service("empty", "clusterIP: None"),
            service("away", "type: ExternalName, externalName: Example.com."),
            service("alias", "type: ExternalName, externalName: web.ns.svc.cluster.local"));

    private static ClusterNames names(Service... services) {
        Map<NamespacedName, Service> byName = new LinkedHashMap<>();
        for (Service service : services) {
            byName.put(service.name(), service);
        }
        return ClusterNames.of(
                new ClusterView(byName, List.of(ENDPOINTS), new TreeMap<>(), List.of(), List.of(), Map.of()),
                "cluster.local",
                Ipv4Range.parse("192.168.0.0/16"),
                Ipv4Range.parse("10.96.0.0/12"));
    }

    private static List<DnsRecord> records(String name, int type) {
        DnsAnswer answer = NAMES.answer(name, type);
        assertThat(answer.code()).isEqualTo(Code.NOERROR);
        return answer.records().stream().map(DnsRecord.Named::record).toList();
    }

    private static void assertNothing(String name, int type, Code code) {
        DnsAnswer answer = NAMES.answer(name, type);
        assertThat(answer.code()).as(name).isEqualTo(code);
        assertThat(answer.records()).isEmpty();
    }

    @Test
    void servicesHaveTheirClusterIp() {
        assertThat(records("web.ns.svc.cluster.local", DnsRecord.TYPE_A)).containsExactly(new DnsRecord.A("10.96.0.5"));
        assertThat(records("WEB.ns.svc.Cluster.Local", DnsRecord.TYPE_A)).hasSize(1);
        assertThat(records("_http._tcp.web.ns.svc.cluster.local", DnsRecord.TYPE_SRV))
                .containsExactly(new DnsRecord.Srv(80, "web.ns.svc.cluster.local"));
        assertThat(NAMES.answer("_http._tcp.web.ns.svc.cluster.local", DnsRecord.TYPE_SRV)
                        .additional())
                .hasSize(1);
        assertThat(records("5.0.96.10.in-addr.arpa", DnsRecord.TYPE_PTR))
                .containsExactly(new DnsRecord.Ptr("web.ns.svc.cluster.local"));
    }

    @Test
    void headlessServicesHaveTheirReadyEndpoints() {
        assertThat(records("db.ns.svc.cluster.local", DnsRecord.TYPE_A))
                .containsExactlyInAnyOrder(new DnsRecord.A("192.168.1.2"), new DnsRecord.A("192.168.1.3"));
        assertThat(records("db-0.db.ns.svc.cluster.local", DnsRecord.TYPE_A))
                .containsExactly(new DnsRecord.A("192.168.1.2"));
        assertThat(records("192-168-1-3.db.ns.svc.cluster.local", DnsRecord.TYPE_A))
                .hasSize(1);
        assertThat(records("_sql._tcp.db.ns.svc.cluster.local", DnsRecord.TYPE_SRV))
                .contains(new DnsRecord.Srv(5432, "db-0.db.ns.svc.cluster.local"))
                .hasSize(2);
        assertThat(records("2.1.168.192.in-addr.arpa", DnsRecord.TYPE_PTR))
                .containsExactly(new DnsRecord.Ptr("db-0.db.ns.svc.cluster.local"));
        assertNothing("empty.ns.svc.cluster.local", DnsRecord.TYPE_A, Code.NOERROR);
    }

    @Test
    void externalNamesAreAliases() {
        assertThat(records("away.ns.svc.cluster.local", DnsRecord.TYPE_A))
                .containsExactly(new DnsRecord.Cname("example.com"));
        assertThat(records("alias.ns.svc.cluster.local", DnsRecord.TYPE_A))
                .containsExactly(new DnsRecord.Cname("web.ns.svc.cluster.local"), new DnsRecord.A("10.96.0.5"));
    }

    @Test
    void aNameOfAnotherTypeExistsAndWhatIsUnknownDoesNot() {
        assertNothing("web.ns.svc.cluster.local", AAAA, Code.NOERROR);
        assertNothing("_tcp.web.ns.svc.cluster.local", DnsRecord.TYPE_A, Code.NOERROR);
        assertNothing("ns.svc.cluster.local", DnsRecord.TYPE_A, Code.NOERROR);
        assertNothing("svc.cluster.local", DnsRecord.TYPE_A, Code.NOERROR);
        assertNothing("cluster.local", DnsRecord.TYPE_A, Code.NOERROR);
        assertNothing("nothing.ns.svc.cluster.local", DnsRecord.TYPE_A, Code.NXDOMAIN);
        assertNothing("db-9.db.ns.svc.cluster.local", DnsRecord.TYPE_A, Code.NXDOMAIN);
        assertNothing("web.ns.svc.cluster.local.ns.svc.cluster.local", DnsRecord.TYPE_A, Code.NXDOMAIN);
        assertNothing("9.9.168.192.in-addr.arpa", DnsRecord.TYPE_PTR, Code.NXDOMAIN);
        assertNothing("example.com", DnsRecord.TYPE_A, Code.NXDOMAIN);
        assertNothing("local", DnsRecord.TYPE_A, Code.NXDOMAIN);
        assertThat(NAMES.answer("nothing.ns.svc.cluster.local", DnsRecord.TYPE_A)
                        .authority())
                .hasSize(1);
    }

    @Test
    void podsHaveNamesOfTheirAddresses() {
        assertThat(records("192-168-1-5.ns.pod.cluster.local", DnsRecord.TYPE_A))
                .containsExactly(new DnsRecord.A("192.168.1.5"));
        assertNothing("192-168-1-500.ns.pod.cluster.local", DnsRecord.TYPE_A, Code.NXDOMAIN);
        assertNothing("x.ns.pod.cluster.local", DnsRecord.TYPE_A, Code.NXDOMAIN);
        assertThat(records("dns-version.cluster.local", DnsRecord.TYPE_TXT))
                .containsExactly(new DnsRecord.Txt("1.1.0"));
    }
}
