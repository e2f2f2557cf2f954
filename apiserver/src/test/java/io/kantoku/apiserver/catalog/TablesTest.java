package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.CatalogFixture.columns;
import static io.kantoku.apiserver.catalog.CatalogFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.TablePrinter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows as kubectl prints them, wide columns too. */
final class TablesTest {
    @Test
    void nodes() {
        assertThat(columns("nodes"))
                .containsExactly(
                        "Name",
                        "Status",
                        "Roles",
                        "Age",
                        "Version",
                        "Internal-IP",
                        "External-IP",
                        "OS-Image",
                        "Kernel-Version",
                        "Container-Runtime");
        assertThat(row("nodes", """
                        metadata:
                          name: cp-1
                          creationTimestamp: "2026-11-01T09:00:00Z"
                          labels: {node-role.kubernetes.io/master: "", node-role.kubernetes.io/control-plane: ""}
                        spec: {unschedulable: true}
                        status:
                          conditions: [{type: Ready, status: "True"}]
                          addresses: [{type: InternalIP, address: 10.44.59.100}]
                          nodeInfo: {kubeletVersion: v1.18.2, osImage: Photon, containerRuntimeVersion: "containerd://1"}
                        """))
                .isEqualTo(List.of(
                        "cp-1",
                        "Ready,SchedulingDisabled",
                        "control-plane,master",
                        "3h",
                        "v1.18.2",
                        "10.44.59.100",
                        "<none>",
                        "Photon",
                        "<unknown>",
                        "containerd://1"));
        assertThat(row("nodes", "metadata: {name: n}").subList(1, 3)).isEqualTo(List.of("Unknown", "<none>"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch/jobs | 29 | Name Completions Duration Age",
                "batch/jobs | 30 | Name Status Completions Duration Age",
                "batch/cronjobs | 29 | Name Schedule Suspend Active Last-Schedule Age",
                "batch/cronjobs | 30 | Name Schedule Timezone Suspend Active Last-Schedule Age",
                "autoscaling/horizontalpodautoscalers | 29 | Name Reference Targets MinPods MaxPods Replicas Age",
                "autoscaling/horizontalpodautoscalers | 36 | Name Reference Targets MinPods MaxPods Replicas Age",
                "persistentvolumeclaims | 28 | Name Status Volume Capacity Access-Modes StorageClass Age",
                "persistentvolumeclaims | 29 | Name Status Volume Capacity Access-Modes StorageClass VolumeAttributesClass Age",
                "resourcequotas | 32 | Name Age Request Limit",
                "resourcequotas | 33 | Name Request Limit Age",
                "certificates.k8s.io/certificatesigningrequests | 21 | Name Age SignerName Requestor Condition",
                "certificates.k8s.io/certificatesigningrequests | 22 | Name Age SignerName Requestor RequestedDuration Condition",
                "storage.k8s.io/csidrivers | 20 | Name AttachRequired PodInfoOnMount Modes Age",
                "storage.k8s.io/csidrivers | 21 | Name AttachRequired PodInfoOnMount StorageCapacity TokenRequests RequiresRepublish Modes Age",
                "scheduling.k8s.io/priorityclasses | 31 | Name Value Global-Default Age",
                "networking.k8s.io/ingresses | 18 | Name Class Hosts Address Ports Age",
            })
    void oldReleasesHaveTheirColumns(String resource, int minor, String expected) {
        assertThat(printer(resource, minor).columns().stream()
                        .filter(column -> column.priority() == 0)
                        .map(column -> column.name().replace(' ', '-')))
                .containsExactly(expected.split(" "));
    }

    @Test
    void oldReleasesNameNoMetrics() {
        ObjectNode autoscaler = CatalogFixture.yaml("""
                metadata: {name: web}
                spec: {maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}
                status: {currentMetrics: [{type: Resource, resource: {name: cpu, current: {averageUtilization: 10}}}]}""");
        String resource = "autoscaling/horizontalpodautoscalers";
        assertThat(printer(resource, 29).cells(autoscaler, CatalogFixture.NOW).get(2))
                .isEqualTo("10%/50%");
        assertThat(printer(resource, 30).cells(autoscaler, CatalogFixture.NOW).get(2))
                .isEqualTo("cpu: 10%/50%");
    }

    @Test
    void oldReleasesDoNotSayWhenPodsWereRestarted() {
        ObjectNode pod = CatalogFixture.yaml("""
                metadata: {name: p}
                status:
                  containerStatuses:
                  - {name: c, restartCount: 2, lastState: {terminated: {finishedAt: "2026-11-01T11:55:00Z"}}}""");
        assertThat(printer("pods", 21).cells(pod, CatalogFixture.NOW).get(3)).isEqualTo("2");
        assertThat(printer("pods", 22).cells(pod, CatalogFixture.NOW).get(3)).isEqualTo("2 (5m ago)");
    }

    private static TablePrinter printer(String resource, int minor) {
        String[] parts = resource.split("/");
        return Catalog.served("v1." + minor + ".0").stream()
                .filter(type -> type.name().resource().equals(parts[parts.length - 1])
                        && type.name().group().equals(parts.length == 2 ? parts[0] : ""))
                .findFirst()
                .orElseThrow()
                .printer();
    }

    @Test
    void services() {
        assertThat(row("services", """
                        metadata: {name: web}
                        spec:
                          type: LoadBalancer
                          clusterIP: 10.96.0.9
                          selector: {app: web}
                          ports: [{port: 80, nodePort: 30080, protocol: TCP}, {port: 443, protocol: TCP}]
                        """))
                .isEqualTo(List.of(
                        "web",
                        "LoadBalancer",
                        "10.96.0.9",
                        "<pending>",
                        "80:30080/TCP,443/TCP",
                        "<unknown>",
                        "app=web"));
        assertThat(row("services", """
                        spec: {type: LoadBalancer}
                        status: {loadBalancer: {ingress: [{ip: 10.44.59.52}, {hostname: lb}]}}
                        """).get(3)).isEqualTo("10.44.59.52,lb");
        assertThat(row("services", "spec: {type: ClusterIP}").subList(2, 5))
                .isEqualTo(List.of("<none>", "<none>", "<none>"));
        assertThat(row("services", "spec: {type: ExternalName, externalName: example.com}")
                        .get(3))
                .isEqualTo("example.com");
    }

    @Test
    void workloads() {
        assertThat(row("deployments.apps", """
                        metadata: {name: web, creationTimestamp: "2026-10-31T12:00:00Z"}
                        spec:
                          replicas: 3
                          selector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [b, a]}]}
                          template: {spec: {containers: [{name: c, image: nginx}, {name: d, image: envoy}]}}
                        status: {readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2}
                        """))
                .isEqualTo(List.of("web", "2/3", "3", "2", "24h", "c,d", "nginx,envoy", "app=web,tier in (a,b)"));
        assertThat(row("daemonsets.apps", "{metadata: {name: d}, status: {desiredNumberScheduled: 3, numberReady: 1}}")
                        .subList(0, 7))
                .isEqualTo(List.of("d", "3", "0", "1", "0", "0", "<none>"));
        assertThat(row("jobs.batch", """
                        metadata: {name: j}
                        spec: {completions: 5}
                        status:
                          succeeded: 5
                          startTime: "2026-11-01T11:00:00Z"
                          completionTime: "2026-11-01T11:02:05Z"
                          conditions: [{type: Complete, status: "True"}]
                        """).subList(0, 4)).isEqualTo(List.of("j", "Complete", "5/5", "2m5s"));
        assertThat(row("cronjobs.batch", "{metadata: {name: c}, spec: {schedule: '@daily', suspend: false}}")
                        .subList(0, 6))
                .isEqualTo(List.of("c", "@daily", "<none>", "False", "0", "<none>"));
        assertThat(row("horizontalpodautoscalers.autoscaling", """
                        metadata: {name: h}
                        spec:
                          scaleTargetRef: {kind: Deployment, name: web}
                          minReplicas: 1
                          maxReplicas: 5
                          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
                        """).subList(0, 6))
                .isEqualTo(List.of("h", "Deployment/web", "cpu: <unknown>/80%", "1", "5", "0"));
    }

    @Test
    void events() {
        assertThat(columns("events").subList(0, 5))
                .containsExactly("Last Seen", "Type", "Reason", "Object", "Subobject");
        assertThat(row("events", """
                        metadata: {name: web.1}
                        type: Warning
                        reason: BackOff
                        involvedObject: {kind: Pod, name: web}
                        source: {component: kubelet, host: node-1}
                        message: "Back-off\\n"
                        firstTimestamp: "2026-11-01T11:00:00Z"
                        lastTimestamp: "2026-11-01T11:59:30Z"
                        count: 7
                        """))
                .isEqualTo(List.of(
                        "30s",
                        "Warning",
                        "BackOff",
                        "pod/web",
                        "",
                        "kubelet, node-1",
                        "Back-off",
                        "60m",
                        "7",
                        "web.1"));
        assertThat(row("events", "{eventTime: '2026-11-01T11:58:00.000000Z', involvedObject: {kind: Node, name: n}}")
                        .getFirst())
                .isEqualTo("2m");
    }

    @Test
    void storage() {
        assertThat(row("persistentvolumeclaims", """
                        metadata: {name: data}
                        spec: {volumeName: pv-1, storageClassName: k8s-storage, volumeMode: Filesystem}
                        status: {phase: Bound, accessModes: [ReadWriteMany, ReadWriteOnce], capacity: {storage: 1Gi}}
                        """))
                .isEqualTo(List.of(
                        "data",
                        "Bound",
                        "pv-1",
                        "1Gi",
                        "RWO,RWX",
                        "k8s-storage",
                        "<unset>",
                        "<unknown>",
                        "Filesystem"));
        assertThat(row("storageclasses.storage.k8s.io", """
                        metadata:
                          name: k8s-storage
                          annotations: {storageclass.kubernetes.io/is-default-class: "true"}
                        provisioner: csi.vsphere.vmware.com
                        """))
                .isEqualTo(List.of(
                        "k8s-storage (default)",
                        "csi.vsphere.vmware.com",
                        "Delete",
                        "Immediate",
                        "false",
                        "<unknown>"));
    }

    @Test
    void networking() {
        assertThat(row("endpoints", """
                        metadata: {name: web}
                        subsets:
                        - addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}, {ip: 10.0.0.3}, {ip: 10.0.0.4}]
                          ports: [{port: 80}]
                        """).get(1)).isEqualTo("10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more...");
        assertThat(row("endpoints", "metadata: {name: none}").get(1)).isEqualTo("<none>");
        assertThat(row("ingresses.networking.k8s.io", """
                        metadata: {name: i}
                        spec: {ingressClassName: contour, rules: [{host: a.example}, {host: b.example}], tls: [{}]}
                        status: {loadBalancer: {ingress: [{ip: 10.44.59.60}]}}
                        """).subList(1, 5))
                .isEqualTo(List.of("contour", "a.example,b.example", "10.44.59.60", "80, 443"));
        assertThat(row("networkpolicies.networking.k8s.io", "spec: {podSelector: {}}")
                        .get(1))
                .isEqualTo("<none>");
    }

    @Test
    void access() {
        assertThat(row("rolebindings.rbac.authorization.k8s.io", """
                        metadata: {name: b}
                        roleRef: {kind: ClusterRole, name: edit}
                        subjects:
                        - {kind: User, name: "sso:dev"}
                        - {kind: ServiceAccount, namespace: ns1, name: default}
                        """))
                .isEqualTo(List.of("b", "ClusterRole/edit", "<unknown>", "sso:dev", "", "ns1/default"));
        assertThat(columns("roles.rbac.authorization.k8s.io")).containsExactly("Name", "Created At");
        assertThat(row("certificatesigningrequests.certificates.k8s.io", """
                        metadata: {name: c}
                        spec: {signerName: kubernetes.io/kube-apiserver-client-kubelet, username: system:bootstrap:x}
                        status: {conditions: [{type: Approved}], certificate: LS0t}
                        """).subList(2, 6))
                .isEqualTo(List.of(
                        "kubernetes.io/kube-apiserver-client-kubelet",
                        "system:bootstrap:x",
                        "<none>",
                        "Approved,Issued"));
        assertThat(row("resourcequotas", "status: {hard: {limits.cpu: '2', pods: '4'}, used: {pods: '1'}}")
                        .subList(1, 3))
                .isEqualTo(List.of("pods: 1/4", "limits.cpu: 0/2"));
    }
}
