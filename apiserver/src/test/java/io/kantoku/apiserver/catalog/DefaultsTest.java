package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.CatalogFixture.created;
import static io.kantoku.apiserver.catalog.CatalogFixture.type;
import static io.kantoku.apiserver.catalog.CatalogFixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server fills in. */
final class DefaultsTest {
    @Test
    void completesAPod() {
        ObjectNode pod = created("pods", """
                apiVersion: v1
                kind: Pod
                metadata: {name: web, creationTimestamp: null}
                spec:
                  containers:
                  - name: c
                    image: nginx
                    ports: [{containerPort: 80}]
                    readinessProbe: {httpGet: {port: 80}}
                    resources: {limits: {cpu: 0.5, memory: 1024Mi}}
                    env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
                  volumes: [{name: v}, {name: s, secret: {secretName: x}}]
                """);

        assertThat(pod).isEqualTo(yaml("""
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: web}
                        spec:
                          containers:
                          - name: c
                            image: nginx
                            ports: [{containerPort: 80, protocol: TCP}]
                            readinessProbe:
                              httpGet: {port: 80, path: /, scheme: HTTP}
                              timeoutSeconds: 1
                              periodSeconds: 10
                              successThreshold: 1
                              failureThreshold: 3
                            resources:
                              limits: {cpu: 500m, memory: 1Gi}
                              requests: {cpu: 500m, memory: 1Gi}
                            env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP, apiVersion: v1}}}]
                            imagePullPolicy: Always
                            terminationMessagePath: /dev/termination-log
                            terminationMessagePolicy: File
                          volumes: [{name: v, emptyDir: {}}, {name: s, secret: {secretName: x, defaultMode: 420}}]
                          dnsPolicy: ClusterFirst
                          restartPolicy: Always
                          securityContext: {}
                          terminationGracePeriodSeconds: 30
                          schedulerName: default-scheduler
                          enableServiceLinks: true
                        status: {phase: Pending, qosClass: Guaranteed}
                        """));
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, Always",
        "nginx:latest, Always",
        "nginx:1.27, IfNotPresent",
        "registry:5000/nginx, Always",
        "registry:5000/nginx:1, IfNotPresent",
        "nginx@sha256:0123, IfNotPresent",
        "nginx:latest@sha256:0123, Always"
    })
    void pullsImagesByTheirTag(String image, String policy) {
        assertThat(PodDefaults.pullPolicy(image)).isEqualTo(policy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|BestEffort",
                "{requests: {cpu: 1}}|Burstable",
                "{limits: {cpu: 1}}|Burstable",
                "{limits: {cpu: 1, memory: 1Gi}}|Guaranteed",
                "{limits: {cpu: 2, memory: 1Gi}, requests: {cpu: 1, memory: 1Gi}}|Burstable"
            })
    void classifiesPodsByTheirResources(String resources, String expected) {
        ObjectNode pod = created(
                "pods",
                "{metadata: {name: p}, spec: {containers: [{name: c, image: i, resources: " + resources + "}]}}");

        assertThat(pod.at("/status/qosClass").asText()).isEqualTo(expected);
    }

    @Test
    void completesADeployment() {
        ObjectNode spec = (ObjectNode)
                created("deployments.apps", "{metadata: {name: d}, spec: {template: {spec: {containers: []}}}}")
                        .path("spec");

        assertThat(spec.path("replicas").asInt()).isEqualTo(1);
        assertThat(spec.path("strategy"))
                .isEqualTo(yaml("{type: RollingUpdate, rollingUpdate: {maxUnavailable: 25%, maxSurge: 25%}}"));
        assertThat(spec.path("revisionHistoryLimit").asInt()).isEqualTo(10);
        assertThat(spec.path("progressDeadlineSeconds").asInt()).isEqualTo(600);
        assertThat(spec.at("/template/spec/terminationGracePeriodSeconds").asInt())
                .isEqualTo(30);
        assertThat(spec.at("/template/spec").has("enableServiceLinks")).isFalse();
    }

    @Test
    void completesAService() {
        ObjectNode service =
                created("services", "{metadata: {name: s}, spec: {type: LoadBalancer, ports: [{port: 80}]}}");

        assertThat(service).isEqualTo(yaml("""
                        metadata: {name: s}
                        spec:
                          type: LoadBalancer
                          ports: [{port: 80, protocol: TCP, targetPort: 80}]
                          sessionAffinity: None
                          externalTrafficPolicy: Cluster
                          internalTrafficPolicy: Cluster
                          ipFamilyPolicy: SingleStack
                          ipFamilies: [IPv4]
                          allocateLoadBalancerNodePorts: true
                        status: {loadBalancer: {}}
                        """));
    }

    @Test
    void selectsAJobsPodsByItsUid() {
        ObjectNode job = created(
                "jobs.batch",
                "{metadata: {name: j, uid: u-1}, spec: {template: {spec: {restartPolicy: Never, containers: []}}}}");

        assertThat(job.at("/spec/selector"))
                .isEqualTo(yaml("{matchLabels: {batch.kubernetes.io/controller-uid: u-1}}"));
        assertThat(job.at("/spec/template/metadata/labels/job-name").asText()).isEqualTo("j");
        assertThat(job.at("/spec/backoffLimit").asInt()).isEqualTo(6);
    }

    @Test
    void encodesTheTextsOfASecret() {
        ObjectNode secret = created("secrets", "{metadata: {name: s}, stringData: {user: dev}, data: {a: ''}}");

        assertThat(secret).isEqualTo(yaml("{metadata: {name: s}, type: Opaque, data: {a: '', user: ZGV2}}"));
    }

    @Test
    void labelsANamespaceWithItsName() {
        assertThat(created("namespaces", "{metadata: {name: ns1}}")).isEqualTo(yaml("""
                        metadata: {name: ns1, labels: {kubernetes.io/metadata.name: ns1}}
                        spec: {finalizers: [kubernetes]}
                        status: {phase: Active}
                        """));
    }

    @Test
    void givesPodsTimeToStopOnceANodeHasThem() {
        var strategy = type("pods").strategy();

        assertThat(strategy.deletionGracePeriodSeconds(yaml("{spec: {nodeName: n, terminationGracePeriodSeconds: 5}}")))
                .isEqualTo(5);
        assertThat(strategy.deletionGracePeriodSeconds(yaml("{spec: {nodeName: n}}")))
                .isEqualTo(30);
        assertThat(strategy.deletionGracePeriodSeconds(yaml("{spec: {terminationGracePeriodSeconds: 5}}")))
                .isZero();
        assertThat(strategy.deletionGracePeriodSeconds(yaml("{spec: {nodeName: n}, status: {phase: Failed}}")))
                .isZero();
    }

    @Test
    void translatesAutoscalersBetweenTheirVersions() {
        var strategy = type("horizontalpodautoscalers.autoscaling").strategy();
        String old = "{spec: {maxReplicas: 3, targetCPUUtilizationPercentage: 50}}";

        ObjectNode stored = strategy.fromVersion(yaml(old), "v1");
        assertThat(stored.at("/spec/metrics/0/resource/target/averageUtilization")
                        .asInt())
                .isEqualTo(50);
        assertThat(strategy.toVersion(stored, "v1")).isEqualTo(yaml(old));
    }
}
