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

/** Pod Security Standards by the labels of a namespace. */
class PodSecurityTest {
    private static final String PODS = "/api/v1/namespaces/safe/pods";
    private static final String GOOD =
            "{name: c, image: i, securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}}";

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

    private void namespace(String labels) {
        api.ok("POST", "/api/v1/namespaces", "metadata: {name: safe, labels: {" + labels + "}}");
        api.ok("POST", "/api/v1/namespaces/safe/serviceaccounts", "metadata: {name: default}");
    }

    private static String pod(String spec) {
        return "metadata: {name: p}\nspec: " + spec;
    }

    private String refusal(String spec) {
        return api.refused(403, api.call("POST", PODS, pod(spec)))
                .path("message")
                .asText();
    }

    @Test
    void restrictedTellsAllThatIsMissing() {
        namespace("pod-security.kubernetes.io/enforce: restricted");

        assertThat(refusal("{containers: [{name: c, image: i}]}"))
                .isEqualTo(
                        "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false"
                                + " (container \"c\" must set securityContext.allowPrivilegeEscalation=false), unrestricted"
                                + " capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]),"
                                + " runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true),"
                                + " seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to"
                                + " \"RuntimeDefault\" or \"Localhost\")");
        api.ok("POST", PODS, pod("{containers: [" + GOOD + "]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{hostNetwork: true, hostPID: true, containers: [{name: c, image: i}]} | host namespaces (hostNetwork=true, hostPID=true)",
                "{containers: [{name: c, image: i, securityContext: {privileged: true}}]} | privileged (container \"c\" must not set securityContext.privileged=true)",
                "{containers: [{name: a, image: i, securityContext: {capabilities: {add: [NET_ADMIN, SYS_TIME]}}}]} | non-default capabilities (container \"a\" must not include \"NET_ADMIN\", \"SYS_TIME\" in securityContext.capabilities.add)",
                "{volumes: [{name: v, hostPath: {path: /}}], containers: [{name: c, image: i}]} | hostPath volumes (volume \"v\")",
                "{containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 8080}]}]} | hostPort (container \"c\" uses hostPort 8080)",
                "{securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: c, image: i}]} | seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")",
                "{securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}, containers: [{name: c, image: i}]} | forbidden sysctls (kernel.msgmax)",
                "{securityContext: {seLinuxOptions: {type: spc_t, user: root}}, containers: [{name: c, image: i}]} | seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type \"spc_t\"; user may not be set)",
                "{initContainers: [{name: i, image: i, securityContext: {procMount: Unmasked}}], containers: [{name: c, image: i}]} | procMount (container \"i\" must not set securityContext.procMount to \"Unmasked\")"
            })
    void baselineKeepsPodsFromTheirNode(String spec, String why) {
        namespace("pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.34");
        assertThat(refusal(spec)).endsWith("violates PodSecurity \"baseline:v1.34\": " + why);
    }

    @Test
    void whatMakesPodsIsWarnedOf() {
        namespace(
                "pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/warn: restricted, pod-security.kubernetes.io/warn-version: v1.18");
        FakeExchange made = api.call("POST", "/apis/apps/v1/namespaces/safe/deployments", """
                metadata: {name: d}
                spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}""");
        api.ok(made);
        assertThat(made.answered("Warning").toString())
                .contains("would violate PodSecurity \\\"restricted:v1.18\\\": allowPrivilegeEscalation != false")
                .doesNotContain("unrestricted capabilities")
                .doesNotContain("seccompProfile");
    }

    @Test
    void stricterLabelsTellOfPodsThatExist() {
        namespace("team: a");
        api.ok("POST", PODS, pod("{hostNetwork: true, containers: [{name: c, image: i}]}"));
        FakeExchange changed = api.patch(
                "/api/v1/namespaces/safe",
                "application/merge-patch+json",
                "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/enforce\":\"baseline\"}}}");
        api.ok(changed);
        assertThat(changed.answered("Warning"))
                .containsExactly(
                        "299 - \"existing pods in namespace \\\"safe\\\" violate the new PodSecurity enforce level \\\"baseline:latest\\\"\"",
                        "299 - \"p: host namespaces (hostNetwork=true)\"");
        ObjectNode pod = api.get(PODS + "/p");
        pod.withObjectProperty("metadata").putObject("labels").put("x", "y");
        api.ok("PUT", PODS + "/p", pod.toString());
        assertThat(api.refused(
                                422,
                                api.patch(
                                        "/api/v1/namespaces/safe",
                                        "application/merge-patch+json",
                                        "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/enforce\":\"strict\"}}}"))
                        .path("message")
                        .asText())
                .contains("must be one of privileged, baseline, restricted");
    }
}
