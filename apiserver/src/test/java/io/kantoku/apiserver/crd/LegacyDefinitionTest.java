package io.kantoku.apiserver.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.Yaml;
import org.junit.jupiter.api.Test;

class LegacyDefinitionTest {
    @Test
    void whatHoldsForAllVersionsGoesIntoEach() {
        ObjectNode v1 = LegacyDefinition.toV1(Yaml.parseObject("""
                spec:
                  group: example.com
                  version: v1
                  names: {plural: widgets, kind: Widget}
                  scope: Namespaced
                  subresources: {status: {}}
                  additionalPrinterColumns: [{name: A, type: string, JSONPath: .spec.a}]
                  validation: {openAPIV3Schema: {type: object}}
                  conversion: {strategy: Webhook, webhookClientConfig: {url: 'https://h/'}, conversionReviewVersions: [v1beta1]}"""));
        assertThat(v1).isEqualTo(Yaml.parseObject("""
                spec:
                  group: example.com
                  names: {plural: widgets, kind: Widget}
                  scope: Namespaced
                  conversion: {strategy: Webhook, webhook: {clientConfig: {url: 'https://h/'}, conversionReviewVersions: [v1beta1]}}
                  preserveUnknownFields: true
                  versions:
                  - {name: v1, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: object}},
                     additionalPrinterColumns: [{name: A, type: string, jsonPath: .spec.a}]}"""));
    }

    @Test
    void theWayBackIsTheSame() {
        String legacy = """
                spec:
                  group: example.com
                  version: v2
                  versions: [{name: v2, served: true, storage: true}, {name: v1, served: true, storage: false}]
                  preserveUnknownFields: false
                  validation: {openAPIV3Schema: {type: object}}
                  additionalPrinterColumns: [{name: A, type: string, JSONPath: .spec.a}]
                  conversion: {strategy: Webhook, webhookClientConfig: {url: 'https://h/'}, conversionReviewVersions: [v1beta1]}""";
        assertThat(LegacyDefinition.fromV1(LegacyDefinition.toV1(Yaml.parseObject(legacy))))
                .isEqualTo(Yaml.parseObject(legacy));
    }

    @Test
    void whatDiffersStaysInItsVersion() {
        ObjectNode v1 = Yaml.parseObject("""
                spec:
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                  - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object, properties: {a: {type: string}}}}}""");
        ObjectNode legacy = LegacyDefinition.fromV1(v1.deepCopy());
        assertThat(legacy.path("spec").has("validation")).isFalse();
        assertThat(legacy.path("spec").path("versions").path(1))
                .isEqualTo(v1.path("spec").path("versions").path(1));
    }
}
