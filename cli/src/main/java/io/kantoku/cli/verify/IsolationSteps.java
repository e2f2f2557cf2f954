package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.client.Kubeconfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;

/** A second cluster, and walls between all of them. */
final class IsolationSteps {
    private final Walk walk;

    IsolationSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step("a cluster of one master and one worker that names no CNI gets antrea", "A10", this::small),
                new Step("tokens and certificates of one cluster are refused by the others", "", this::isolation));
    }

    private void small() throws InterruptedException {
        walk.supervisor().apply(ClusterSteps.small(Walk.SMALL_CLUSTER, 1)).succeeds();
        walk.supervisor()
                .run("wait tkc/tkc02 --for=jsonpath={.status.phase}=running --timeout=50s")
                .succeeds();
        JsonNode network = walk.supervisor().get("tkc tkc02").at("/spec/settings/network");
        TrialFailure.unless(
                network.at("/cni/name").asText().equals("antrea")
                        && network.at("/pods/cidrBlocks/0").asText().equals("192.168.0.0/16")
                        && network.at("/services/cidrBlocks/0").asText().equals("10.96.0.0/12"),
                "the defaults of the network were not written back: " + network);
        walk.login(walk.devops(), "--insecure-skip-tls-verify", "--tanzu-kubernetes-cluster-name", Walk.SMALL_CLUSTER)
                .succeeds();
        Await.until(Walk.LONG, "both nodes are Ready", () -> Walk.nodesMissing(walk.guest(Walk.SMALL_CLUSTER), 2));
    }

    private void isolation() throws IOException, InterruptedException {
        String first = walk.guestVip(Walk.CLUSTER);
        String second = walk.guestVip(Walk.SMALL_CLUSTER);
        // A login to a guest cluster gives a token for that cluster and for the Supervisor; this one is for the latter
        // only.
        Kubeconfig.User supervisor = user("kubeconfig-trusting", walk.vip());
        refused("a token for the Supervisor", supervisor, first);
        refused("a token for the Supervisor", supervisor, second);
        refused("the token of tkc01", user("kubeconfig", first), second);
        refused("the token of tkc02", user("kubeconfig", second), first);
        refused("tkc01's administrator", administrator(Walk.CLUSTER), second);
        refused("tkc02's administrator", administrator(Walk.SMALL_CLUSTER), walk.vip());
        allowed("tkc01's administrator", administrator(Walk.CLUSTER), first);
        Outcome account = walk.guest(Walk.CLUSTER).run("create token default").succeeds();
        refused("a service account of tkc01", Kubeconfig.User.token(account.text()), second);
        walk.guest(Walk.SMALL_CLUSTER).run("get deployment web").fails().complains("NotFound");
    }

    private Kubeconfig.User user(String file, String host) throws IOException {
        Kubeconfig config =
                Kubeconfig.parse(Files.readString(walk.trial().directory().resolve(file)));
        return config.user("wcp:" + host + ":" + Walk.LOGIN)
                .orElseThrow(() -> new TrialFailure("the kubeconfig has no user for " + host));
    }

    /** The one in the Secret that whoever may edit the namespace can read. */
    private Kubeconfig.User administrator(String cluster) throws InterruptedException {
        String secret = walk.supervisor()
                .get("secret " + cluster + "-kubeconfig")
                .at("/data/value")
                .asText();
        Kubeconfig config = Kubeconfig.parse(new String(Base64.getDecoder().decode(secret), StandardCharsets.UTF_8));
        String name = config.context(config.current()).orElseThrow().user();
        return config.user(name).orElseThrow();
    }

    private Outcome as(Kubeconfig.User user, String host) throws IOException, InterruptedException {
        Kubeconfig config = Kubeconfig.of("x", new Kubeconfig.Cluster("https://" + host + ":6443", "", true), user);
        walk.trial().write("kubeconfig-isolation", config.write());
        Kubectl kubectl = walk.trial().kubectl("kubeconfig-isolation");
        return kubectl.run("get --raw /api/v1/namespaces/default/configmaps");
    }

    private void refused(String who, Kubeconfig.User user, String host) throws IOException, InterruptedException {
        Outcome outcome = as(user, host);
        if (outcome.exit() == 0) {
            throw new TrialFailure(who + " is let in at " + host);
        }
        outcome.complains("Unauthorized");
    }

    private void allowed(String who, Kubeconfig.User user, String host) throws IOException, InterruptedException {
        Outcome outcome = as(user, host);
        TrialFailure.unless(outcome.exit() == 0, who + " is not let in at " + host + ": " + outcome.err());
    }
}
