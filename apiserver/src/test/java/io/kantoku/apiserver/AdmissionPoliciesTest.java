package io.kantoku.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.transport.fake.FakeExchange;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Validating and mutating admission policies. */
class AdmissionPoliciesTest {
    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String deployment(String name, int replicas) {
        return """
                metadata: {name: %s}
                spec: {replicas: %d, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}
                """.formatted(name, replicas);
    }

    private String message(int code, FakeExchange answered) {
        return api.refused(code, answered).path("message").asText();
    }

    private void policy(String kind, String spec) {
        api.ok("POST", GROUP + kind, "metadata: {name: p}\nspec: " + spec);
    }

    private void bind(String kind, String more) {
        api.ok("POST", GROUP + kind, "metadata: {name: b}\nspec: {policyName: p" + more + "}");
    }

    @Test
    void aPolicyHoldsWhenItIsBound() {
        policy("validatingadmissionpolicies", """
                {matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}]},
                 variables: [{name: limit, expression: '5'}, {name: over, expression: 'object.spec.replicas - variables.limit'}],
                 validations: [{expression: 'variables.over <= 0', messageExpression: "'too many by ' + string(variables.over)"},
                               {expression: 'object.metadata.name != "forbidden"', reason: Forbidden}]}""");
        api.ok("POST", DEPLOYMENTS, deployment("early", 9));
        bind("validatingadmissionpolicybindings", ", validationActions: [Deny]");

        api.ok("POST", DEPLOYMENTS, deployment("good", 3));
        assertThat(message(422, api.call("POST", DEPLOYMENTS, deployment("bad", 7))))
                .isEqualTo(
                        "deployments.apps \"bad\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request:"
                                + " too many by 2");
        assertThat(message(403, api.call("POST", DEPLOYMENTS, deployment("forbidden", 1))))
                .endsWith("denied request: failed expression: object.metadata.name != \"forbidden\"");
        ObjectNode seen = api.get(GROUP + "validatingadmissionpolicies/p");
        assertThat(seen.path("status").path("observedGeneration").asInt()).isEqualTo(1);
    }

    @Test
    void warningsLetTheRequestThrough() {
        policy("validatingadmissionpolicies", """
                {matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [configmaps]}]},
                 validations: [{expression: 'has(object.data)', message: no data}]}""");
        bind("validatingadmissionpolicybindings", ", validationActions: [Warn, Audit]");

        FakeExchange created = api.call("POST", MAPS, "metadata: {name: m}");
        api.ok(created);
        assertThat(created.answered("Warning"))
                .containsExactly(
                        "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': no data\"");
    }

    @Test
    void parametersComeFromObjects() {
        policy("validatingadmissionpolicies", """
                {paramKind: {apiVersion: v1, kind: ConfigMap},
                 matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]},
                 validations: [{expression: 'object.spec.replicas <= int(params.data.max)', messageExpression: "'at most ' + params.data.max + ' in ' + namespaceObject.metadata.name"}]}""");
        bind(
                "validatingadmissionpolicybindings",
                ", validationActions: [Deny], paramRef: {name: limits, parameterNotFoundAction: Deny}");

        assertThat(message(422, api.call("POST", DEPLOYMENTS, deployment("d", 1))))
                .contains("failed to configure binding: no params found for policy binding with `Deny`");
        api.ok("POST", MAPS, "metadata: {name: limits}\ndata: {max: '2'}");
        api.ok("POST", DEPLOYMENTS, deployment("d", 2));
        assertThat(message(422, api.call("POST", DEPLOYMENTS, deployment("e", 3))))
                .endsWith("at most 2 in default");
    }

    @Test
    void errorsFollowTheFailurePolicy() {
        String spec = """
                {failurePolicy: %s, matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [configmaps]}]},
                 validations: [{expression: 'object.data.k == "v"'}]}""";
        policy("validatingadmissionpolicies", spec.formatted("Fail"));
        bind("validatingadmissionpolicybindings", ", validationActions: [Deny]");
        assertThat(message(422, api.call("POST", MAPS, "metadata: {name: m}")))
                .contains("resulted in error: no such key: data");
        api.ok(api.patch(
                GROUP + "validatingadmissionpolicies/p",
                "application/merge-patch+json",
                "{\"spec\":{\"failurePolicy\":\"Ignore\"}}"));
        api.ok("POST", MAPS, "metadata: {name: m}");
    }

    @Test
    void expressionsMayAskTheAuthorizer() {
        policy("validatingadmissionpolicies", """
                {matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]},
                 validations: [{expression: "authorizer.group('apps').resource('deployments').namespace('default').check('create').allowed()"},
                               {expression: "authorizer.requestResource.check('create').allowed() && authorizer.path('/healthz').check('get').allowed()"},
                               {expression: "!authorizer.serviceAccount('default', 'nobody').group('').resource('pods').check('get').allowed()"}]}""");
        bind("validatingadmissionpolicybindings", ", validationActions: [Deny]");
        api.ok("POST", MAPS, "metadata: {name: m}");
        api.ok("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", """
                metadata: {name: maps}
                rules: [{apiGroups: [''], resources: [configmaps], verbs: ['*']}]""");
        api.ok("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                metadata: {name: bob}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: maps}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]""");
        api.refused(
                422,
                api.send(
                        TestApi.ONE,
                        api.request("POST", MAPS, "metadata: {name: n}").header("Authorization", "Bearer bob")));
    }

    @Test
    void mutatingPoliciesApplyConfigurations() {
        policy("mutatingadmissionpolicies", """
                {reinvocationPolicy: Never,
                 matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]},
                 matchConditions: [{name: no-sidecar, expression: "!object.spec.template.spec.containers.exists(c, c.name == 'sidecar')"}],
                 mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: '
                   Object{metadata: Object.metadata{labels: {"added": object.metadata.name}},
                          spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: "sidecar", image: "s"}]}}}}'}}]}""");
        bind("mutatingadmissionpolicybindings", "");

        ObjectNode made = api.ok("POST", DEPLOYMENTS, deployment("d", 1));
        assertThat(made.path("metadata").path("labels").path("added").asText()).isEqualTo("d");
        assertThat(made.path("spec").path("template").path("spec").path("containers"))
                .hasSize(2)
                .extracting(container -> container.path("image").asText())
                .contains("i", "s");
    }

    @Test
    void mutatingPoliciesPatch() {
        policy("mutatingadmissionpolicies", """
                {reinvocationPolicy: IfNeeded,
                 matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]},
                 mutations: [{patchType: JSONPatch, jsonPatch: {expression: '
                   [JSONPatch{op: "add", path: "/data", value: Object.data{first: "1"}},
                    JSONPatch{op: "add", path: "/metadata/annotations", value: {"x/y": "z"}},
                    JSONPatch{op: "replace", path: "/metadata/annotations/" + jsonpatch.escapeKey("x/y"), value: "w"}]'}}]}""");
        bind("mutatingadmissionpolicybindings", "");

        ObjectNode made = api.ok("POST", MAPS, "metadata: {name: m}");
        assertThat(made.path("data").path("first").asText()).isEqualTo("1");
        assertThat(made.path("metadata").path("annotations").path("x/y").asText())
                .isEqualTo("w");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "validations: [{expression: 'object.'}] | spec.validations[0].expression: Invalid value: \"object.\": compilation failed",
                "validations: [{expression: 'object.x'}], matchConditions: [{name: a b, expression: 'true'}] | spec.matchConditions[0].name: Invalid value",
                "validations: [{expression: '1 + 1'}] | must evaluate to bool",
                "validations: [{expression: 'params == null'}] | undeclared reference to 'params'",
                "validations: [{expression: 'true', reason: Because}] | spec.validations[0].reason: Unsupported value",
            })
    void policiesThatCannotWorkAreRefused(String part, String why) {
        assertThat(message(422, api.call("POST", GROUP + "validatingadmissionpolicies", """
                metadata: {name: p}
                spec: {matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [pods]}]}, %s}""".formatted(part))))
                .contains(why);
    }
}
