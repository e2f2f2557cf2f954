package io.kantoku.apiserver.catalog.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Yaml;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Objects along the schemas of their kinds. */
final class BuiltInSchemasTest {
    private static final GroupVersionKind DEPLOYMENT = new GroupVersionKind("apps", "v1", "Deployment");
    private final BuiltInSchemas schemas = BuiltInSchemas.get();

    @Test
    void namesUnknownFieldsByTheirPath() {
        assertThat(schemas.unknownFields(DEPLOYMENT, yaml("""
                                spec:
                                  foo: 1
                                  template:
                                    spec:
                                      containers: [{name: a}, {name: b, imagee: x}]
                                """)))
                .containsExactly("spec.foo", "spec.template.spec.containers[1].imagee");
    }

    @Test
    void dropsUnknownFieldsAndNullsAndWritesQuantitiesTheCanonicalWay() {
        ObjectNode pod = yaml("""
                metadata: {name: p, creationTimestamp: null, annotations: {a: null}}
                spec:
                  foo: 1
                  nodeName: null
                  containers: [{name: c, resources: {limits: {cpu: 0.25, memory: 2048Ki}}}]
                """);

        schemas.prune(new GroupVersionKind("", "v1", "Pod"), pod);

        assertThat(pod).isEqualTo(yaml("""
                        metadata: {name: p, annotations: {a: ""}}
                        spec: {containers: [{name: c, resources: {limits: {cpu: 250m, memory: 2Mi}}}]}
                        """));
    }

    @Test
    void leavesDataThatHasNoSchemaAlone() {
        GroupVersionKind kind = new GroupVersionKind("apps", "v1", "ControllerRevision");
        ObjectNode revision = yaml("{data: {spec: {anything: null}}, revision: 1}");

        schemas.prune(kind, revision);

        assertThat(revision).isEqualTo(yaml("{data: {spec: {anything: null}}, revision: 1}"));
        assertThat(schemas.unknownFields(new GroupVersionKind("example.com", "v1", "Widget"), revision))
                .isEmpty();
    }

    @Test
    void refusesAValueOfAnotherType() {
        assertThatThrownBy(() -> schemas.prune(DEPLOYMENT, yaml("{spec: {replicas: \"3\"}}")))
                .isInstanceOf(ApiException.class)
                .hasMessage(
                        "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string"
                                + " into Go struct field DeploymentSpec.spec.replicas of type int32");
        assertThatThrownBy(() -> schemas.prune(DEPLOYMENT, yaml("{spec: {template: {spec: {containers: {}}}}}")))
                .hasMessageEndingWith("json: cannot unmarshal object into Go struct field"
                        + " PodSpec.spec.template.spec.containers of type []v1.Container");
        assertThatThrownBy(() -> schemas.prune(
                        new GroupVersionKind("", "v1", "Pod"),
                        yaml("{spec: {containers: [{resources: {limits: {cpu: lots}}}]}}")))
                .hasMessageContaining("quantities must match the regular expression");
        assertThatThrownBy(() -> schemas.prune(new GroupVersionKind("", "v1", "Secret"), yaml("{data: {a: \"%%\"}}")))
                .hasMessageContaining("illegal base64 data");
    }

    private static ObjectNode yaml(String text) {
        return (ObjectNode) Yaml.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
