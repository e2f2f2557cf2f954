package io.kantoku.apiserver.catalog;

import static io.kantoku.apiserver.catalog.CatalogFixture.copy;
import static io.kantoku.apiserver.catalog.CatalogFixture.created;
import static io.kantoku.apiserver.catalog.CatalogFixture.faults;
import static io.kantoku.apiserver.catalog.CatalogFixture.updateFaults;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

/** What is refused, and in which words. */
final class ValidationTest {
    private static final String POD = "{metadata: {name: p}, spec: {containers: [{name: c, image: nginx}]}}";
    private static final String DEPLOYMENT = """
            metadata: {name: d}
            spec:
              selector: {matchLabels: {app: a}}
              template:
                metadata: {labels: {app: a}}
                spec: {containers: [{name: c, image: nginx}]}
            """;
    private static final String SERVICE =
            "{metadata: {name: s}, spec: {clusterIP: 10.96.0.5, clusterIPs: [10.96.0.5], ports: [{port: 80}]}}";
    private static final String CLAIM =
            "{metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}}";

    @Test
    void acceptsWhatIsRight() {
        assertThat(faults("pods", POD)).isEmpty();
        assertThat(faults("deployments.apps", DEPLOYMENT)).isEmpty();
        assertThat(faults("services", SERVICE)).isEmpty();
        assertThat(faults("persistentvolumeclaims", CLAIM)).isEmpty();
    }

    @Test
    void refusesAPodWithoutContainers() {
        assertThat(faults("pods", "{metadata: {name: p}, spec: {}}"))
                .containsExactly("spec.containers: Required value");
    }

    @Test
    void refusesContainersWithoutAnImageAndBadPorts() {
        assertThat(faults("pods", """
                        metadata: {name: p}
                        spec:
                          containers:
                          - name: Web
                            ports: [{containerPort: 70000}, {name: http_x}]
                          - {name: c, image: i, imagePullPolicy: Sometimes}
                          - {name: c, image: i}
                        """))
                .contains(
                        "spec.containers[0].image: Required value",
                        "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
                        "spec.containers[0].ports[1].containerPort: Required value",
                        "spec.containers[1].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\","
                                + " \"IfNotPresent\", \"Never\"",
                        "spec.containers[2].name: Duplicate value: \"c\"")
                .anyMatch(fault -> fault.startsWith(
                        "spec.containers[0].name: Invalid value: \"Web\": a lowercase RFC 1123 label must consist of"));
    }

    @Test
    void refusesMountsOfVolumesThatAreNotThere() {
        assertThat(faults("pods", """
                        metadata: {name: p}
                        spec:
                          containers: [{name: c, image: i, volumeMounts: [{name: data, mountPath: /data}]}]
                          volumes: [{name: other, emptyDir: {}, hostPath: {path: /x}}]
                        """))
                .containsExactly(
                        "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type",
                        "spec.containers[0].volumeMounts[0].name: Not found: \"data\"");
    }

    @Test
    void refusesRequestsBeyondLimits() {
        assertThat(faults("pods", """
                        metadata: {name: p}
                        spec:
                          containers: [{name: c, image: i, resources: {limits: {cpu: 1}, requests: {cpu: 2, gpu: 1}}}]
                        """))
                .contains(
                        "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1",
                        "spec.containers[0].resources.requests: Invalid value: \"gpu\": must be a standard resource type or"
                                + " fully qualified");
    }

    @Test
    void allowsOnlyFewChangesToPods() {
        ObjectNode old = created("pods", POD);
        ObjectNode image = copy(old);
        ((ObjectNode) image.at("/spec/containers/0")).put("image", "nginx:2");
        ObjectNode node = copy(old);
        ((ObjectNode) node.path("spec")).put("nodeName", "n");

        assertThat(updateFaults("pods", image, old)).isEmpty();
        assertThat(updateFaults("pods", node, old))
                .singleElement()
                .asString()
                .startsWith("spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`");
    }

    @Test
    void refusesADeploymentWhoseSelectorMissesItsPods() {
        assertThat(faults("deployments.apps", DEPLOYMENT.replace("labels: {app: a}", "labels: {app: b}")))
                .containsExactly(
                        "spec.template.metadata.labels: Invalid value: {\"app\":\"b\"}: `selector` does not match"
                                + " template `labels`");
        assertThat(faults("deployments.apps", DEPLOYMENT.replace("selector: {matchLabels: {app: a}}", "selector: {}")))
                .containsExactly("spec.selector: Invalid value: {}: empty selector is invalid for deployment");
    }

    @Test
    void containersOfAStatefulSetMountItsClaims() {
        String set = """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: a, namespace: default}
                spec:
                  serviceName: a
                  selector: {matchLabels: {app: a}}
                  template:
                    metadata: {labels: {app: a}}
                    spec:
                      containers: [{name: c, image: i, volumeMounts: [{name: data, mountPath: /data}]}]
                  volumeClaimTemplates:
                  - metadata: {name: data}
                    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """;
        assertThat(faults("statefulsets.apps", set)).isEmpty();
        assertThat(faults("statefulsets.apps", set.replace("[{name: data, mountPath", "[{name: other, mountPath")))
                .containsExactly("spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"other\"");
    }

    @Test
    void keepsSelectorsOfDeployments() {
        ObjectNode old = created("deployments.apps", DEPLOYMENT);
        ObjectNode changed = created("deployments.apps", DEPLOYMENT.replace("app: a", "app: b"));

        assertThat(updateFaults("deployments.apps", changed, old))
                .containsExactly("spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"b\"}}: field is immutable");
    }

    @Test
    void refusesRestartPoliciesThatAWorkloadCannotHave() {
        assertThat(faults("deployments.apps", DEPLOYMENT.replace("spec: {cont", "spec: {restartPolicy: Never, cont")))
                .containsExactly("spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values:"
                        + " \"Always\"");
        assertThat(faults(
                        "jobs.batch",
                        "{metadata: {name: j}, spec: {template: {spec: {containers: [{name: c, image: i}]}}}}"))
                .containsExactly("spec.template.spec.restartPolicy: Unsupported value: \"Always\": supported values:"
                        + " \"OnFailure\", \"Never\"");
    }

    @Test
    void refusesServicesWithoutPortsAndNamelessPorts() {
        assertThat(faults("services", "{metadata: {name: s}, spec: {}}")).containsExactly("spec.ports: Required value");
        assertThat(faults("services", "{metadata: {name: s}, spec: {ports: [{port: 80}, {port: 0, name: b}]}}"))
                .contains(
                        "spec.ports[0].name: Required value",
                        "spec.ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive");
    }

    @Test
    void keepsTheClusterAddressOfAService() {
        ObjectNode old = created("services", SERVICE);
        ObjectNode left = created("services", "{metadata: {name: s}, spec: {ports: [{port: 81}]}}");
        ObjectNode changed = created("services", SERVICE.replace("10.96.0.5", "10.96.0.6"));

        assertThat(updateFaults("services", left, old)).isEmpty();
        assertThat(left.at("/spec/clusterIP").asText()).isEqualTo("10.96.0.5");
        assertThat(updateFaults("services", changed, old))
                .containsExactly("spec.clusterIPs[0]: Invalid value: [\"10.96.0.6\"]: may not change once set");
    }

    @Test
    void keepsClaimsAsTheyAre() {
        assertThat(faults("persistentvolumeclaims", "{metadata: {name: c}, spec: {}}"))
                .containsExactly(
                        "spec.accessModes: Required value: at least 1 access mode is required",
                        "spec.resources[storage]: Required value");
        assertThat(updateFaults(
                        "persistentvolumeclaims",
                        created("persistentvolumeclaims", CLAIM.replace("2Gi", "1Gi")),
                        created("persistentvolumeclaims", CLAIM)))
                .containsExactly("spec: Forbidden: spec is immutable after creation except resources.requests and"
                        + " volumeAttributesClassName for bound claims");
    }

    @Test
    void keepsFrozenSecretsAndConfigMaps() {
        ObjectNode old = created("configmaps", "{metadata: {name: c}, immutable: true, data: {a: b}}");
        ObjectNode changed = created("configmaps", "{metadata: {name: c}, immutable: true, data: {a: c}}");

        assertThat(updateFaults("configmaps", changed, old))
                .containsExactly("data: Forbidden: field is immutable when `immutable` is set");
        assertThat(faults("secrets", "{metadata: {name: s}, type: kubernetes.io/tls, data: {tls.crt: ''}}"))
                .containsExactly("data[tls.key]: Required value");
        assertThat(updateFaults(
                        "secrets",
                        created("secrets", "{metadata: {name: s}, type: a}"),
                        created("secrets", "{metadata: {name: s}}")))
                .containsExactly("type: Invalid value: \"a\": field is immutable");
    }

    @Test
    void keepsTheRoleOfABinding() {
        String binding =
                "{metadata: {name: b}, roleRef: {kind: Role, name: edit}, subjects: [{kind: ServiceAccount, name: d}]}";

        assertThat(faults("rolebindings.rbac.authorization.k8s.io", binding))
                .containsExactly("subjects[0].namespace: Required value");
        assertThat(updateFaults(
                        "rolebindings.rbac.authorization.k8s.io",
                        created("rolebindings.rbac.authorization.k8s.io", binding.replace("edit", "view")),
                        created("rolebindings.rbac.authorization.k8s.io", binding)))
                .singleElement()
                .asString()
                .startsWith("roleRef: Invalid value:")
                .endsWith(": cannot change roleRef");
        assertThat(faults("roles.rbac.authorization.k8s.io", "{metadata: {name: r}, rules: [{apiGroups: ['']}]}"))
                .containsExactly(
                        "rules[0].verbs: Required value: verbs must contain at least one value",
                        "rules[0].resources: Required value: resource rules must supply at least one resource");
    }

    @Test
    void refusesIngressesWithoutPathTypes() {
        assertThat(faults("ingresses.networking.k8s.io", """
                        metadata: {name: i}
                        spec:
                          rules:
                          - host: example.com
                            http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}
                        """))
                .containsExactly("spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified");
    }

    @Test
    void refusesSchedulesThatCronCannotRead() {
        String cron =
                "{metadata: {name: c}, spec: {schedule: '%s', jobTemplate: {spec: {template: {spec: {restartPolicy: Never,"
                        + " containers: [{name: c, image: i}]}}}}}}";

        assertThat(faults("cronjobs.batch", cron.formatted("*/5 * * * MON-FRI")))
                .isEmpty();
        assertThat(faults("cronjobs.batch", cron.formatted("every day")))
                .containsExactly(
                        "spec.schedule: Invalid value: \"every day\": expected exactly 5 fields, found 2: [every day]");
    }

    @Test
    void refusesQuotasOfUnknownResourcesAndScopes() {
        assertThat(faults("resourcequotas", "{metadata: {name: q}, spec: {hard: {pods: 2, count/jobs.batch: 1}}}"))
                .isEmpty();
        assertThat(faults("resourcequotas", "{metadata: {name: q}, spec: {hard: {cpus: 2}}}"))
                .containsExactly(
                        "spec.hard[cpus]: Invalid value: \"cpus\": must be a standard resource type or fully qualified",
                        "spec.hard[cpus]: Invalid value: \"cpus\": must be a standard resource for quota");
        assertThat(faults("resourcequotas", "{metadata: {name: q}, spec: {hard: {pods: 2}, scopes: [BestEffort]}}"))
                .isEmpty();
        assertThat(faults("resourcequotas", "{metadata: {name: q}, spec: {hard: {a/b: 2}, scopes: [Odd]}}"))
                .containsExactly("spec.scopes: Invalid value: [\"Odd\"]: unsupported scope");
        assertThat(faults("resourcequotas", "{metadata: {name: q}, spec: {hard: {cpu: 2}, scopes: [BestEffort]}}"))
                .containsExactly("spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource");
        assertThat(faults(
                        "resourcequotas",
                        "{metadata: {name: q}, spec: {hard: {pods: 2}, scopes: [BestEffort, NotBestEffort]}}"))
                .containsExactly("spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\"]: conflicting scopes");
        assertThat(faults("resourcequotas", """
                        metadata: {name: q}
                        spec:
                          hard: {pods: 2}
                          scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}
                        """))
                .containsExactly(
                        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when"
                                + " `operator` is 'In' or 'NotIn' for scope selector");
    }
}
