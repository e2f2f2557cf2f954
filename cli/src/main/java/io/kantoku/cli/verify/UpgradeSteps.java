package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.cli.trial.Visitors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The article's cluster goes to the next minor of Kubernetes while it is used. */
final class UpgradeSteps {
    private static final String DISTRIBUTION = "spec.distribution.fullVersion";
    private static final int NODES = 5;
    private static final int ENOUGH_QUESTIONS = 4;
    private static final int FEWEST_PODS = 2;
    private static final int VISITORS = 2;
    private static final int CONNECT_MILLIS = 2000;

    private final Walk walk;

    UpgradeSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step(
                        "a release two minors on, and an older one, are refused with those that would do",
                        "",
                        this::refusals),
                new Step(
                        "the cluster goes from 1.18 to 1.19, machine by machine; kubectl and the application go on",
                        "",
                        this::upgrade),
                new Step("the guest's API and all its nodes are of the new release", "", this::arrived));
    }

    private Kubectl guest() {
        return walk.guest(Walk.CLUSTER);
    }

    private Outcome patch(String version) throws InterruptedException {
        return walk.supervisor()
                .run(
                        List.of(
                                "patch",
                                "tkc",
                                Walk.CLUSTER,
                                "--type=merge",
                                "-p",
                                "{\"spec\":{\"distribution\":{\"version\":\"" + version + "\",\"fullVersion\":null}}}"),
                        "");
    }

    private void refusals() throws InterruptedException {
        patch("v1.20").fails().complains(DISTRIBUTION, "one minor version further at a time", "v1.19.16+kantoku.1");
        patch("v1.18.5").fails().complains(DISTRIBUTION, "cannot go back", "v1.19.16+kantoku.1");
        TrialFailure.unless(
                !serves("certificates.k8s.io/v1"), "a guest of 1.18 serves certificates.k8s.io/v1, which came in 1.19");
    }

    private boolean serves(String version) throws InterruptedException {
        return guest().run("api-versions").succeeds().lines().contains(version);
    }

    /** The pods' budget is what keeps them there while nodes are emptied. */
    private void upgrade() throws InterruptedException {
        guest().apply("""
                apiVersion: policy/v1beta1
                kind: PodDisruptionBudget
                metadata:
                  name: web
                spec:
                  minAvailable: 2
                  selector:
                    matchLabels:
                      app: web
                """).succeeds();
        if (!walk.trial().isLab()) {
            replaceMachines();
            return;
        }
        String address = guest().get("service web")
                .at("/status/loadBalancer/ingress/0/ip")
                .asText();
        Await.until(Walk.SOON, "the application answers before its cluster is upgraded", () -> reached(address));
        try (Visitors visitors =
                Visitors.to(address, walk.servicePort(), walk.trial().inside(), VISITORS)) {
            replaceMachines();
            visitors.lostNone();
        }
    }

    private Optional<String> reached(String address) {
        try (SocketChannel channel = walk.trial().inside().socket()) {
            channel.socket()
                    .connect(new InetSocketAddress(InetAddress.ofLiteral(address), walk.servicePort()), CONNECT_MILLIS);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    private void replaceMachines() throws InterruptedException {
        patch("v1.19").succeeds();
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger explained = new AtomicInteger();
        Await.until(Walk.LONG, "the cluster has reached 1.19", () -> {
            Outcome pods =
                    guest().run("get deployment web --request-timeout=20s -o jsonpath={.status.availableReplicas}");
            fatal(pods.exit() == 0, "kubectl was not answered: " + pods.err());
            fatal(Integer.parseInt("0" + pods.text()) >= FEWEST_PODS, "only " + pods.text() + " pods are available");
            JsonNode status = walk.supervisor().get("tkc " + Walk.CLUSTER).path("status");
            boolean done = status.path("phase").asText().equals("running")
                    && status.path("version").asText().startsWith("v1.19.");
            if (!done) {
                Outcome why = walk.trial().kantoku("explain", "tkc/" + Walk.NAMESPACE + "/" + Walk.CLUSTER);
                asked.incrementAndGet();
                explained.addAndGet(why.out().contains("RollingUpdateInProgress") ? 1 : 0);
            }
            return done
                    ? Optional.empty()
                    : Optional.of(status.path("conditions").toPrettyString());
        });
        // machines that take no time to boot may all be replaced before the answer to the first or second question
        TrialFailure.unless(
                explained.get() > 0 || asked.get() < ENOUGH_QUESTIONS, "explain never told of the rolling update");
    }

    /** What must not happen even once, unlike what is waited for. */
    private static void fatal(boolean good, String what) {
        if (!good) {
            throw new IllegalStateException(what);
        }
    }

    private void arrived() throws InterruptedException {
        guest().run("version").succeeds().says("v1.19.16+kantoku.1");
        TrialFailure.unless(serves("certificates.k8s.io/v1"), "the guest's API lacks what came in 1.19");
        Outcome nodes = guest().run("get node --no-headers").succeeds();
        TrialFailure.unless(
                nodes.lines().size() == NODES
                        && nodes.lines().stream()
                                .allMatch(line -> line.contains(" Ready ") && line.contains("v1.19.16+kantoku.1")),
                "not all nodes are Ready and of 1.19:\n" + nodes.text());
        Kubectl kubectl = walk.supervisor();
        kubectl.run("get tkc").succeeds().says("v1.19.16+kantoku.1");
        kubectl.run("get kubeadmcontrolplanes").succeeds().says("VERSION", "v1.19.16+kantoku.1");
        JsonNode events = kubectl.get("events --field-selector involvedObject.name=" + Walk.CLUSTER);
        TrialFailure.unless(
                events.toString().contains("ReplacingControlPlaneMachine")
                        && events.toString().contains("from running to updating"),
                "no Events tell of the update");
        guest().run("rollout status deployment/web --timeout=50s").succeeds();
        guest().run("delete pdb web").succeeds();
    }
}
