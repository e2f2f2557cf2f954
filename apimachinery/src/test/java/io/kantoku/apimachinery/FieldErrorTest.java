package io.kantoku.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldErrorTest {
    private static final GroupKind DEPLOYMENT = new GroupKind("apps", "Deployment");

    @Test
    void oneErrorIsWordedAsUpstream() {
        ApiException refused = ApiException.invalid(
                DEPLOYMENT,
                "web",
                List.of(FieldError.invalid(
                        FieldPath.of("spec", "replicas"), IntNode.valueOf(-1), "must be greater than or equal to 0")));
        assertThat(refused)
                .hasMessage(
                        "Deployment.apps \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0");
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.status().toJson().at("/details")).isEqualTo(Yaml.parse("""
                        name: web
                        group: apps
                        kind: Deployment
                        causes:
                        - reason: FieldValueInvalid
                          message: "Invalid value: -1: must be greater than or equal to 0"
                          field: spec.replicas
                        """));
    }

    @Test
    void severalErrorsStandInBracketsEachOnce() {
        FieldPath path = FieldPath.of("spec", "containers").index(0).child("image");
        ApiException refused = ApiException.invalid(
                new GroupKind("", "Pod"),
                "p",
                List.of(
                        FieldError.required(path, ""),
                        FieldError.required(path, ""),
                        FieldError.notSupported(
                                FieldPath.of("spec", "restartPolicy"), "Sometimes", List.of("Always", "Never"))));
        assertThat(refused)
                .hasMessage(
                        "Pod \"p\" is invalid: [spec.containers[0].image: Required value, spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"Never\"]");
        assertThat(refused.status().details()).isNotNull();
    }

    @Test
    void eachKindHasItsWords() {
        FieldPath path = FieldPath.of("a");
        assertThat(FieldError.duplicate(path, "x")).hasToString("a: Duplicate value: \"x\"");
        assertThat(FieldError.forbidden(path, "no")).hasToString("a: Forbidden: no");
        assertThat(FieldError.tooLong(path, 5)).hasToString("a: Too long: may not be more than 5 bytes");
        assertThat(FieldError.tooMany(path, 3, 1)).hasToString("a: Too many: 3: must have at most 1 item");
        assertThat(FieldError.notFound(path.key("k"), "x")).hasToString("a[k]: Not found: \"x\"");
        assertThat(FieldError.invalid(FieldPath.ROOT, "x", "bad")).hasToString("<nil>: Invalid value: \"x\": bad");
    }
}
