package io.kantoku.apimachinery.schema;

import static io.kantoku.apimachinery.RandomJson.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuralSchemaTest {
    private static final StructuralSchema SCHEMA = StructuralSchema.parse(yaml("""
                    type: object
                    properties:
                      spec:
                        type: object
                        required: [replicas]
                        properties:
                          replicas: {type: integer, format: int32, minimum: 1, maximum: 9, default: 3}
                          size: {type: string, enum: [small, large]}
                          name: {type: string, pattern: '^[a-z]+$', minLength: 2, maxLength: 5}
                          ratio: {type: number, exclusiveMinimum: true, minimum: 0, multipleOf: 0.5}
                          port: {x-kubernetes-int-or-string: true}
                          labels: {type: object, additionalProperties: {type: string}, maxProperties: 2}
                          maybe: {type: string, nullable: true}
                          free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: object, properties: {a: {type: string}}}}}
                          embedded: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}
                          set: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                          map:
                            type: array
                            maxItems: 3
                            x-kubernetes-list-type: map
                            x-kubernetes-list-map-keys: [name]
                            items: {type: object, required: [name], properties: {name: {type: string}, mode: {type: string, default: auto}}}
                          one:
                            type: object
                            properties: {a: {type: string}, b: {type: string}}
                            oneOf: [{required: [a]}, {required: [b]}]
                          any: {type: integer, anyOf: [{minimum: 10}, {maximum: 2}]}
                          all: {type: integer, allOf: [{minimum: 3}, {maximum: 5}]}
                          none: {type: string, not: {enum: [bad]}}
                          when: {type: string, format: date-time}
                          cidr: {type: string, format: cidr}
                    """));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | spec.replicas: Required value",
                "{replicas: '3'} | spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer: \"string\"",
                "{replicas: null} | spec.replicas: Invalid value: \"null\": spec.replicas in body must be of type integer: \"null\"",
                "{replicas: 0} | spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1",
                "{replicas: 10} | spec.replicas: Invalid value: 10: spec.replicas in body should be less than or equal to 9",
                "{replicas: 3, size: huge} | spec.size: Unsupported value: \"huge\": supported values: \"small\", \"large\"",
                "{replicas: 3, name: Ab} | spec.name: Invalid value: \"Ab\": spec.name in body should match '^[a-z]+$'",
                "{replicas: 3, name: a} | spec.name: Invalid value: \"a\": spec.name in body should be at least 2 chars long",
                "{replicas: 3, name: abcdef} | spec.name: Too long: may not be more than 5 bytes",
                "{replicas: 3, ratio: 0} | spec.ratio: Invalid value: 0: spec.ratio in body should be greater than 0",
                "{replicas: 3, ratio: 0.7} | spec.ratio: Invalid value: 0.7: spec.ratio in body should be a multiple of 0.5",
                "{replicas: 3, port: true} | spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\"",
                "{replicas: 3, labels: {a: 1}} | spec.labels.a: Invalid value: \"integer\": spec.labels.a in body must be of type string: \"integer\"",
                "{replicas: 3, labels: {a: x, b: x, c: x}} | spec.labels: Too many: 3: must have at most 2 items",
                "{replicas: 3, set: [a, b, a, a]} | spec.set[2]: Duplicate value: \"a\"",
                "{replicas: 3, map: [{name: a}, {name: a}]} | spec.map[1]: Duplicate value: {\"name\":\"a\"}",
                "{replicas: 3, map: [{}]} | spec.map[0].name: Required value",
                "{replicas: 3, one: {a: x, b: y}} | <nil>: Invalid value: \"\": \"spec.one\" must validate one and only one schema (oneOf). Found 2 valid alternatives",
                "{replicas: 3, none: bad} | <nil>: Invalid value: \"\": \"spec.none\" must not validate the schema (not)",
                "{replicas: 3, when: yesterday} | spec.when: Invalid value: \"yesterday\": spec.when in body must be of type date-time: \"yesterday\"",
                "{replicas: 3, cidr: 10.0.0.0/33} | spec.cidr: Invalid value: \"10.0.0.0/33\": spec.cidr in body must be of type cidr: \"10.0.0.0/33\"",
            })
    void wordsItsRefusalsAsUpstream(String spec, String message) {
        assertThat(SCHEMA.validate(yaml("spec: " + spec)))
                .extracting(FieldError::toString)
                .containsExactly(message);
    }

    @Test
    void reportsTheNearestAlternative() {
        assertThat(SCHEMA.validate(yaml("spec: {replicas: 3, any: 5}")))
                .extracting(FieldError::toString)
                .containsExactly(
                        "<nil>: Invalid value: \"\": \"spec.any\" must validate at least one schema (anyOf)",
                        "spec.any: Invalid value: 5: spec.any in body should be greater than or equal to 10");
        assertThat(SCHEMA.validate(yaml("spec: {replicas: 3, all: 9}")))
                .extracting(FieldError::toString)
                .containsExactly(
                        "spec.all: Invalid value: 9: spec.all in body should be less than or equal to 5",
                        "<nil>: Invalid value: \"\": \"spec.all\" must validate all the schemas (allOf)");
    }

    @Test
    void acceptsGoodValues() {
        assertThat(SCHEMA.validate(yaml("""
                                spec:
                                  replicas: 3.0
                                  ratio: 1.5
                                  port: http
                                  maybe: null
                                  one: {a: x}
                                  when: "2020-09-29T10:00:00.5+02:00"
                                  cidr: 10.0.0.0/8
                                  map: [{name: a}, {name: b}]
                                  free: {anything: [1, {b: 2}]}
                                """))).isEmpty();
    }

    @Test
    void prunesWhatTheSchemaDoesNotKnow() {
        ObjectNode object = yaml("""
                apiVersion: g/v1
                kind: K
                metadata: {name: x, labels: {a: b}}
                extra: 1
                spec:
                  replicas: 3
                  typo: 1
                  labels: {any: thing}
                  map: [{name: a, typo: 1}]
                  free: {unknown: {deep: 1}, known: {a: x, b: y}}
                  embedded: {apiVersion: v1, kind: Pod, metadata: {name: y}, spec: {}, status: {}}
                """);
        assertThat(SCHEMA.prune(object))
                .containsExactly("extra", "spec.embedded.status", "spec.free.known.b", "spec.map[0].typo", "spec.typo");
        assertThat(object).isEqualTo(yaml("""
                                apiVersion: g/v1
                                kind: K
                                metadata: {name: x, labels: {a: b}}
                                spec:
                                  replicas: 3
                                  labels: {any: thing}
                                  map: [{name: a}]
                                  free: {unknown: {deep: 1}, known: {a: x}}
                                  embedded: {apiVersion: v1, kind: Pod, metadata: {name: y}, spec: {}}
                                """));
    }

    @Test
    void setsDefaultsAndDropsNulls() {
        ObjectNode object =
                yaml("spec: {replicas: null, size: null, maybe: null, map: [{name: a}, {name: b, mode: x}]}");
        SCHEMA.applyDefaults(object);
        assertThat(object)
                .isEqualTo(yaml("spec: {replicas: 3, maybe: null, map: [{name: a, mode: auto}, {name: b, mode: x}]}"));
        ObjectNode empty = Json.object();
        SCHEMA.applyDefaults(empty);
        assertThat(empty).as("defaults do not make parents").isEmpty();
    }

    @Test
    void asksTheEvaluatorAboutRulesOfGoodValues() {
        StructuralSchema schema = StructuralSchema.parse(
                yaml(
                        "{type: object, properties: {a: {type: integer, x-kubernetes-validations: [{rule: self > 0, message: positive}]}}}"));
        RuleEvaluator evaluator = (rules, self, old, path) -> List.of(
                FieldError.invalid(path, self, rules.validations().getFirst().message() + " was " + old));
        assertThat(schema.validate(yaml("a: 1"), yaml("a: 2"), evaluator))
                .extracting(FieldError::toString)
                .containsExactly("a: Invalid value: 1: positive was 2");
        assertThat(schema.validate(yaml("a: x"), null, evaluator))
                .extracting(FieldError::toString)
                .containsExactly(
                        "a: Invalid value: \"string\": a in body must be of type integer: \"string\"",
                        "<nil>: Invalid value: null: some validation rules were not checked because the object was"
                                + " invalid; correct the existing errors to complete validation");
        assertThat(schema.validate(yaml("a: -1"))).isEmpty();
    }

    @Test
    void duplicatesOfBeforeMayStay() {
        ObjectNode old = yaml("spec: {replicas: 3, set: [a, a], map: [{name: x}]}");
        assertThat(SCHEMA.validate(yaml("spec: {replicas: 3, set: [a, a, b]}"), old, RuleEvaluator.NONE))
                .isEmpty();
        assertThat(SCHEMA.validate(
                        yaml("spec: {replicas: 3, set: [a, a]}"),
                        yaml("spec: {replicas: 3, set: [a]}"),
                        RuleEvaluator.NONE))
                .extracting(FieldError::toString)
                .containsExactly("spec.set[1]: Duplicate value: \"a\"");
    }

    @Test
    void stopsPatternsThatBacktrackWithoutEnd() {
        StructuralSchema schema = StructuralSchema.parse(
                yaml("{type: object, properties: {a: {type: string, pattern: '^(([a-z])+.)+[A-Z]([a-z])+$'}}}"));
        ObjectNode object = Json.object().put("a", "a".repeat(50_000));
        assertThat(schema.validate(object))
                .extracting(FieldError::body)
                .first()
                .asString()
                .contains("too long to validate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | s.type: Required value: must not be empty at the root",
                "{type: string} | s.type: Invalid value: \"string\": must be object at the root",
                "{type: object, properties: {a: {}}} | s.properties[a].type: Required value: must not be empty for specified object fields",
                "{type: object, properties: {a: {type: array}}} | s.properties[a].items: Required value: must be specified",
                "{type: object, properties: {a: {type: array, items: {}}}} | s.properties[a].items.type: Required value: must not be empty for specified array items",
                "{type: object, properties: {a: {type: text}}} | s.properties[a].type: Unsupported value: \"text\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"",
                "{type: object, properties: {a: {type: object}}, additionalProperties: {type: string}} | s.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
                "{type: object, $ref: x} | s.$ref: Forbidden: $ref is not supported",
                "{type: object, anyOf: [{type: object}]} | s.anyOf[0].type: Forbidden: must be empty to be structural",
                "{type: object, anyOf: [{properties: {a: {minimum: 1}}}]} | s.properties[a]: Required value: because it is defined in s.anyOf[0].properties[a]",
                "{type: object, properties: {metadata: {type: object, properties: {labels: {type: object}}}}} | s.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
                "{type: object, properties: {a: {type: string, default: 1}}} | s.properties[a].default: Invalid value: \"integer\": s.properties[a].default in body must be of type string: \"integer\"",
                "{type: object, properties: {a: {type: object, default: {b: 1}}}} | s.properties[a].default: Invalid value: {\"b\":1}: must not have unknown fields",
                "{type: object, properties: {a: {type: string, pattern: '(?=x)'}}} | s.properties[a].pattern: Invalid value: \"(?=x)\": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: `(?=`",
                "{type: object, properties: {a: {type: array, items: {type: object, properties: {k: {type: string}}}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k]}}} | s.properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
            })
    void refusesSchemasThatAreNotStructural(String schema, String message) {
        assertThat(StructuralSchema.check(yaml(schema), FieldPath.of("s")))
                .extracting(FieldError::toString)
                .containsExactly(message);
    }

    @Test
    void acceptsStructuralSchemas() {
        assertThat(StructuralSchema.check(yaml("""
                                type: object
                                properties:
                                  metadata: {type: object, properties: {name: {type: string, maxLength: 10}}}
                                  port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
                                  free: {x-kubernetes-preserve-unknown-fields: true}
                                  a: {type: object, default: {b: x}, properties: {b: {type: string}, c: {type: string, default: y}}}
                                anyOf: [{required: [a]}, {properties: {a: {properties: {b: {minLength: 1}}}}}]
                                """), FieldPath.of("s"))).isEmpty();
    }
}
