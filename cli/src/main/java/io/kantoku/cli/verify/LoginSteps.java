package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;

/** Namespace, login, contexts, and the nodes of the Supervisor. */
final class LoginSteps {
    private static final Pattern MASTER =
            Pattern.compile("[0-9a-f]{32}\\s+Ready\\s+master\\s+([0-9]+[smhd])+\\s+v1\\.[0-9]+\\.[0-9]+-[0-9]+\\+\\S+");

    private final Walk walk;

    LoginSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step("user and namespace: role bindings, storage class, quota", "A8", this::namespace),
                new Step("kubectl vsphere login, the article's command line", "A8", this::login),
                new Step("kubectl config use-context; kubectl get node: three masters", "A4 A8", this::nodes),
                new Step("login is refused for a wrong password, and without trust in the CA", "", this::refusals),
                new Step("login with the downloaded CA needs no --insecure-skip-tls-verify", "", this::trusted));
    }

    private void namespace() throws IOException, InterruptedException {
        Path password = walk.trial().write("password", Walk.PASSWORD + "\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        walk.trial()
                .kantoku("user", "create", Walk.USER, "--password-file", password.toString())
                .succeeds();
        walk.trial()
                .kantoku(
                        "namespace",
                        "create",
                        Walk.NAMESPACE,
                        "--user",
                        Walk.USER,
                        "--role",
                        "edit",
                        "--storage-policy",
                        "k8s-storage")
                .succeeds();
        walk.trial()
                .kantoku("namespace", "create", Walk.OTHER_NAMESPACE, "--storage-policy", "k8s-storage")
                .succeeds();
        Kubectl admin = walk.trial().administrator();
        JsonNode namespace = admin.get("namespace " + Walk.NAMESPACE);
        TrialFailure.unless(
                namespace.at("/metadata/labels").has("vSphereClusterID")
                        && namespace.at("/metadata/annotations").has("vmware-system-resource-pool"),
                "the namespace lacks vSphere's label or annotations: " + namespace.path("metadata"));
        JsonNode bindings = admin.get("rolebinding -n " + Walk.NAMESPACE);
        TrialFailure.unless(
                bindings.toString().contains("sso:" + Walk.LOGIN)
                        && bindings.toString().contains("\"edit\""),
                "no role binding gives sso:" + Walk.LOGIN + " the role edit: " + bindings);
        admin.run("get storageclass k8s-storage").succeeds();
        String quota = admin.get("resourcequota -n " + Walk.NAMESPACE).toString();
        TrialFailure.unless(
                quota.contains("k8s-storage.storageclass.storage.k8s.io/requests.storage"),
                "no quota of the namespace names the storage class: " + quota);
    }

    private void login() throws InterruptedException {
        Outcome login = walk.login(walk.devops(), "--insecure-skip-tls-verify").succeeds();
        login.says("Logged in successfully.", "\n   " + walk.vip() + "\n", "\n   " + Walk.NAMESPACE + "\n");
        List<String> contexts =
                walk.devops().run("config get-contexts -o name").succeeds().lines();
        TrialFailure.unless(
                contexts.equals(List.of(walk.vip(), Walk.NAMESPACE)),
                "the kubeconfig has the contexts " + contexts + ", not those of the server and of " + Walk.NAMESPACE);
        JsonNode config = walk.devops().run("config view --raw -o json").json();
        TrialFailure.unless(
                config.at("/users/0/name").asText().equals("wcp:" + walk.vip() + ":" + Walk.LOGIN)
                        && !config.at("/users/0/user/token").asText().isEmpty(),
                "the kubeconfig has no user wcp:" + walk.vip() + ":" + Walk.LOGIN + " with a token");
    }

    private void nodes() throws InterruptedException {
        Outcome used = walk.devops().run("config use-context " + Walk.NAMESPACE).succeeds();
        if (!used.text().equals("Switched to context \"" + Walk.NAMESPACE + "\".")) {
            used.fail("kubectl did not switch to " + Walk.NAMESPACE);
        }
        Outcome nodes = walk.devops().run("get node --no-headers").succeeds();
        boolean asInTheArticle = nodes.lines().size() == 3
                && nodes.lines().stream()
                        .allMatch(line -> MASTER.matcher(line.strip()).matches());
        if (!asInTheArticle) {
            nodes.fail("expected three Ready masters with names of 32 hexadecimal digits, and nothing else");
        }
    }

    private void refusals() throws InterruptedException {
        Kubectl fresh = walk.trial().kubectl("kubeconfig-refused").environment(Walk.PASSWORD_VARIABLE, "wrong");
        walk.login(fresh, "--insecure-skip-tls-verify").fails();
        Outcome untrusted = walk.login(fresh.environment(Walk.PASSWORD_VARIABLE, Walk.PASSWORD))
                .fails();
        untrusted.complains("certificate", "/certs/download.zip", "--insecure-skip-tls-verify");
        TrialFailure.unless(
                Files.notExists(fresh.kubeconfig()), "a refused login left a kubeconfig at " + fresh.kubeconfig());
    }

    private void trusted() throws InterruptedException {
        Kubectl trusting = walk.trial()
                .kubectl("kubeconfig-trusting")
                .environment(Walk.PASSWORD_VARIABLE, Walk.PASSWORD)
                .environment(
                        "SSL_CERT_FILE",
                        walk.trial().directory().resolve("vcenter-ca.pem").toString());
        walk.login(trusting).succeeds().says("Logged in successfully.");
        JsonNode config = trusting.run("config view --raw -o json").json();
        TrialFailure.unless(
                !config.toString().contains("insecure-skip-tls-verify"),
                "a login that checked the certificate left insecure-skip-tls-verify in the kubeconfig");
        trusting.run("--context " + Walk.NAMESPACE + " get tanzukubernetesclusters")
                .succeeds();
    }
}
