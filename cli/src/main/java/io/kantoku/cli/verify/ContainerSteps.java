package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.TrialFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What only containers can show: an application that answers, and goes on answering. */
final class ContainerSteps {
    private static final int REQUESTS = 40;
    private static final String WEB = "deploy/web";

    private static final String SERVICE = "web.default.svc.cluster.local";

    private final Walk walk;

    ContainerSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step("curl of the EXTERNAL-IP is answered by every pod, through HAProxy", "A13", this::answers),
                new Step("kubectl logs, logs -f and exec", "", this::streams),
                new Step("pods find the Service by its name and reach it; nodes reach pods", "", this::names),
                new Step("scaling and deleting pods moves the traffic without a failed request", "", this::moving),
                new Step("a NetworkPolicy blocks and its removal opens again", "A9", this::policy),
                new Step("an image that nobody has is said to be missing, in the registry's words", "", this::missing),
                new Step("a worker is switched off: NotReady, its pods run elsewhere", "", this::worker),
                new Step("HAProxy is killed and comes back by itself", "", this::balancer),
                new Step("kill -9 of the server: traffic goes on, no container is started anew", "", this::server));
    }

    private Kubectl guest() {
        return walk.guest(Walk.CLUSTER);
    }

    private String external() throws InterruptedException {
        return guest().get("service web")
                .at("/status/loadBalancer/ingress/0/ip")
                .asText();
    }

    /** The pod that answers a request; empty when none does. */
    private Optional<String> ask(String address) throws InterruptedException {
        Outcome outcome = walk.trial().shell().run(List.of("curl", "-sS", "--max-time", "5", "http://" + address));
        return outcome.exit() == 0 && outcome.text().startsWith("Hello from ")
                ? Optional.of(outcome.text().substring("Hello from ".length()))
                : Optional.empty();
    }

    private Set<String> pods() throws InterruptedException {
        Set<String> names = new TreeSet<>();
        for (JsonNode pod : guest().get("pods -l app=web").path("items")) {
            if (!pod.path("metadata").has("deletionTimestamp")) {
                names.add(pod.at("/metadata/name").asText());
            }
        }
        return names;
    }

    private void answers() throws InterruptedException {
        String address = external();
        Await.until(Walk.SOON, "every pod answers at " + address, () -> {
            Set<String> heard = new TreeSet<>();
            for (int i = 0; i < REQUESTS / 4; i++) {
                ask(address).ifPresent(heard::add);
            }
            Set<String> wanted = pods();
            return heard.equals(wanted) ? Optional.empty() : Optional.of("heard " + heard + " of " + wanted);
        });
    }

    private void streams() throws InterruptedException {
        Outcome exec = guest().run(List.of("exec", "-i", WEB, "--", "cat"), "through the API server\n");
        exec.succeeds().says("through the API server");
        String pod = guest().run("exec " + WEB + " -- hostname").succeeds().text();
        TrialFailure.unless(pods().contains(pod), "exec went to " + pod + ", which is none of " + pods());
        guest().run(
                        List.of(
                                "run",
                                "count",
                                "--image=demo:1",
                                "--restart=Never",
                                "--command",
                                "--",
                                "sh",
                                "-c",
                                "for i in 1 2 3; do echo line $i; sleep 1; done"),
                        "")
                .succeeds();
        guest().run("wait pod/count --for=jsonpath={.status.startTime} --timeout=30s")
                .succeeds();
        Await.until(Walk.SOON, "the container of pod count has been started", () -> {
            JsonNode state = guest().get("pod count").at("/status/containerStatuses/0/state");
            return state.has("running") || state.has("terminated") ? Optional.empty() : Optional.of(state.toString());
        });
        guest().run("logs -f count").succeeds().says("line 1", "line 2", "line 3");
        guest().run("wait pod/count --for=jsonpath={.status.phase}=Succeeded --timeout=30s")
                .succeeds();
        guest().run("delete pod count --wait=false").succeeds();
    }

    private void names() throws InterruptedException {
        guest().run("exec " + WEB + " -- timeout 5 wget -qO- http://" + SERVICE)
                .succeeds()
                .says("Hello from ");
        guest().run("exec " + WEB + " -- telnet web 80").succeeds().says("Connected to web");
        guest().run("exec " + WEB + " -- nslookup kubernetes.default.svc.cluster.local")
                .succeeds();
    }

    /** Requests from another thread until told to end; what failed, if anything. */
    private final class Traffic implements AutoCloseable {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Queue<String> failed = new ConcurrentLinkedQueue<>();
        private final AtomicInteger sent = new AtomicInteger();
        private final Thread thread;

        Traffic(String address) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    while (!ended.get()) {
                        Outcome outcome = walk.trial()
                                .shell()
                                .run(List.of("curl", "-sS", "--max-time", "5", "http://" + address));
                        int number = sent.incrementAndGet();
                        if (outcome.exit() != 0) {
                            failed.add(
                                    "request " + number + ": " + outcome.err().strip());
                        }
                        Thread.sleep(20);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        void wasUnharmed() {
            TrialFailure.unless(failed.isEmpty(), "requests failed, of " + sent.get() + ": " + failed);
            TrialFailure.unless(sent.get() > 0, "no request was sent");
        }

        @Override
        public void close() throws InterruptedException {
            ended.set(true);
            thread.join();
        }
    }

    private void moving() throws InterruptedException {
        try (Traffic traffic = new Traffic(external())) {
            guest().run("scale " + WEB + " --replicas=5").succeeds();
            guest().run("rollout status deployment/web --timeout=50s").succeeds();
            guest().run("scale " + WEB + " --replicas=3").succeeds();
            guest().run("delete pod " + pods().iterator().next()).succeeds();
            guest().run("rollout status deployment/web --timeout=50s").succeeds();
            traffic.wasUnharmed();
        }
        answers();
    }

    private void policy() throws InterruptedException {
        guest().run("run client --image=demo:1 --restart=Never -- sleep 600").succeeds();
        guest().run("wait pod/client --for=condition=Ready --timeout=50s").succeeds();
        guest().run("exec client -- timeout 5 wget -qO- http://" + SERVICE)
                .succeeds()
                .says("Hello from ");
        guest().apply("""
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata:
                          name: nobody
                        spec:
                          podSelector:
                            matchLabels:
                              app: web
                          policyTypes: [Ingress]
                        """).succeeds();
        Await.until(Walk.SOON, "the policy blocks the client", () -> {
            Outcome outcome = guest().run("exec client -- timeout 2 wget -qO- http://" + SERVICE);
            return outcome.exit() == 0 ? Optional.of("it is answered: " + outcome.text()) : Optional.empty();
        });
        guest().run("delete networkpolicy nobody").succeeds();
        Await.until(Walk.SOON, "the client is answered again", () -> {
            Outcome outcome = guest().run("exec client -- timeout 2 wget -qO- http://" + SERVICE);
            return outcome.exit() == 0 ? Optional.empty() : Optional.of(outcome.err());
        });
        guest().run("delete pod client --grace-period=1").succeeds();
    }

    private void missing() throws InterruptedException {
        guest().run("run absent --image=registry.invalid/none:1 --restart=Never")
                .succeeds();
        Await.until(Walk.SOON, "the pod says that its image cannot be had", () -> {
            JsonNode waiting = guest().get("pod absent").at("/status/containerStatuses/0/state/waiting");
            boolean said = List.of("ErrImagePull", "ImagePullBackOff")
                    .contains(waiting.path("reason").asText());
            return said ? Optional.empty() : Optional.of("it says " + waiting);
        });
        guest().run("describe pod absent").succeeds().says("registry.invalid/none:1", "Failed");
        guest().run("delete pod absent --grace-period=0 --force").succeeds();
    }

    private void worker() throws InterruptedException {
        guest().run(
                        List.of(
                                "patch",
                                "deployment",
                                "web",
                                "-p",
                                "{\"spec\":{\"template\":{\"spec\":{\"tolerations\":["
                                        + tolerance("not-ready")
                                        + ","
                                        + tolerance("unreachable")
                                        + "]}}}}"),
                        "")
                .succeeds();
        guest().run("rollout status deployment/web --timeout=50s").succeeds();
        String node =
                guest().get("pods -l app=web").at("/items/0/spec/nodeName").asText();
        walk.trial().kantoku("vm", "stop", "--hard", node).succeeds();
        Await.until(Walk.LONG, node + " is not Ready", () -> {
            Outcome line = guest().run("get node " + node + " --no-headers").succeeds();
            return line.text().contains("NotReady") ? Optional.empty() : Optional.of(line.text());
        });
        Await.until(Walk.LONG, "three pods are Ready on other nodes", () -> {
            List<String> ready = new ArrayList<>();
            for (JsonNode pod : guest().get("pods -l app=web").path("items")) {
                boolean elsewhere = !pod.at("/spec/nodeName").asText().equals(node);
                for (JsonNode condition : pod.at("/status/conditions")) {
                    if (elsewhere
                            && condition.path("type").asText().equals("Ready")
                            && condition.path("status").asText().equals("True")) {
                        ready.add(pod.at("/metadata/name").asText());
                    }
                }
            }
            return ready.size() >= 3 ? Optional.empty() : Optional.of("only " + ready);
        });
        String address = external();
        Await.until(Walk.SOON, REQUESTS + " requests in a row are answered", () -> {
            for (int i = 0; i < REQUESTS; i++) {
                if (ask(address).isEmpty()) {
                    return Optional.of("request " + i + " is not");
                }
            }
            return Optional.empty();
        });
        Outcome started = walk.trial().kantoku("vm", "start", node);
        if (started.exit() != 0) {
            started.complains("is powered on already");
        }
        int nodes = guest().get("node").path("items").size();
        Await.until(Walk.LONG, "all nodes are Ready again", () -> Walk.nodesMissing(guest(), nodes));
    }

    private static String tolerance(String what) {
        return "{\"key\":\"node.kubernetes.io/" + what
                + "\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":1}";
    }

    private void balancer() throws InterruptedException {
        JsonNode status = walk.trial().kantoku("status", "-o", "json").json();
        long pid = status.at("/haproxy/pid").asLong();
        ProcessHandle.of(pid)
                .orElseThrow(() -> new TrialFailure("status names no process of HAProxy: " + status))
                .destroyForcibly();
        String address = externalOnceServed();
        Await.until(Walk.SOON, "HAProxy answers again", () -> {
            JsonNode now = walk.trial().kantoku("status", "-o", "json").json();
            return now.at("/haproxy/pid").asLong() != pid && ask(address).isPresent()
                    ? Optional.empty()
                    : Optional.of(now.path("haproxy").toString());
        });
    }

    /** Asks until the API answers: it is behind HAProxy too. */
    private String externalOnceServed() throws InterruptedException {
        String[] found = {""};
        Await.until(Walk.SOON, "the API answers", () -> {
            found[0] = external();
            return found[0].isEmpty() ? Optional.of("no address") : Optional.empty();
        });
        return found[0];
    }

    private Map<String, String> containers() throws InterruptedException {
        Map<String, String> ids = new TreeMap<>();
        for (JsonNode pod : guest().get("pods -l app=web").path("items")) {
            JsonNode container = pod.at("/status/containerStatuses/0");
            ids.put(
                    pod.at("/metadata/name").asText(),
                    container.path("containerID").asText() + " restarts "
                            + container.path("restartCount").asText());
        }
        return ids;
    }

    private void server() throws InterruptedException {
        guest().run("rollout status deployment/web --timeout=50s").succeeds();
        Map<String, String> before = containers();
        try (Traffic traffic = new Traffic(external())) {
            ProcessHandle server = ProcessHandle.of(walk.trial().pid()).orElseThrow();
            var ended = server.onExit();
            server.destroyForcibly();
            ended.join();
            walk.trial().up().succeeds();
            int nodes = 0;
            while (nodes == 0) {
                nodes = guest().get("node").path("items").size();
            }
            int all = nodes;
            Await.until(Walk.LONG, "all nodes are Ready", () -> Walk.nodesMissing(guest(), all));
            traffic.wasUnharmed();
        }
        TrialFailure.unless(
                containers().equals(before), "containers before: " + before + ", and after: " + containers());
    }
}
