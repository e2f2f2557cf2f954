package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import io.kantoku.cli.trial.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The other pod network, in a cluster beside the article's, and what people do with pods. */
final class CalicoSteps {
    private static final String CLUSTER = "tkc03";
    private static final int WORKERS = 2;
    private static final int NODES = 1 + WORKERS;
    private static final int FORWARDED = 18080;
    private static final int REQUESTS = 10;

    private final Walk walk;

    CalicoSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step("a cluster that asks for calico gets it", "A10", this::cluster),
                new Step("calico: the first curl of a new EXTERNAL-IP is answered", "A13", this::published),
                new Step("calico: pods reach each other across nodes; headless names of a StatefulSet", "", this::pods),
                new Step("kubectl cp and port-forward", "", this::streams),
                new Step("the cluster with calico is deleted", "", this::deleted));
    }

    private Kubectl guest() {
        return walk.guest(CLUSTER);
    }

    private void cluster() throws InterruptedException {
        walk.supervisor()
                .apply(ClusterSteps.withCni(CLUSTER, WORKERS, "calico"))
                .succeeds();
        walk.supervisor()
                .run("wait tkc/" + CLUSTER + " --for=jsonpath={.status.phase}=running --timeout=50s")
                .succeeds();
        walk.login(walk.devops(), "--insecure-skip-tls-verify", "--tanzu-kubernetes-cluster-name", CLUSTER)
                .succeeds();
        Await.until(Walk.LONG, "all nodes are Ready", () -> Walk.nodesMissing(guest(), NODES));
        guest().run("get -n kube-system configmap calico-config").succeeds();
    }

    private void published() throws InterruptedException {
        guest().run("create deployment web --image=demo:1 --replicas=3").succeeds();
        guest().run("rollout status deployment/web --timeout=50s").succeeds();
        guest().run("expose deployment web --port=80 --target-port=8080 --type=LoadBalancer")
                .succeeds();
        String address = guest().run(
                        "wait service/web --for=jsonpath={.status.loadBalancer.ingress[0].ip} --timeout=30s"
                                + " -o jsonpath={.status.loadBalancer.ingress[0].ip}")
                .succeeds()
                .text();
        for (int i = 0; i < REQUESTS; i++) {
            walk.trial()
                    .shell()
                    .run(List.of("curl", "-sS", "--max-time", "5", "http://" + address))
                    .succeeds()
                    .says("Hello from web-");
        }
    }

    private void pods() throws InterruptedException {
        Map<String, JsonNode> byNode = new TreeMap<>();
        for (JsonNode pod : guest().get("pods -l app=web").path("items")) {
            byNode.putIfAbsent(pod.at("/spec/nodeName").asText(), pod);
        }
        TrialFailure.unless(byNode.size() == WORKERS, "the pods are not spread over the nodes: " + byNode.keySet());
        List<JsonNode> apart = List.copyOf(byNode.values());
        String from = apart.getFirst().at("/metadata/name").asText();
        JsonNode to = apart.getLast();
        ask(
                from,
                to.at("/status/podIP").asText() + ":8080",
                to.at("/metadata/name").asText());
        guest().apply("""
                        apiVersion: v1
                        kind: Service
                        metadata:
                          name: db
                        spec:
                          clusterIP: None
                          selector:
                            app: db
                          ports:
                          - port: 8080
                        ---
                        apiVersion: apps/v1
                        kind: StatefulSet
                        metadata:
                          name: db
                        spec:
                          serviceName: db
                          replicas: 2
                          selector:
                            matchLabels:
                              app: db
                          template:
                            metadata:
                              labels:
                                app: db
                            spec:
                              containers:
                              - name: db
                                image: demo:1
                        """).succeeds();
        guest().run("rollout status statefulset/db --timeout=50s").succeeds();
        for (String member : List.of("db-0", "db-1")) {
            Await.until(Walk.SOON, member + " answers to its name", () -> {
                ask(from, member + ".db.default.svc.cluster.local:8080", member);
                return Optional.empty();
            });
        }
    }

    private void ask(String from, String address, String answering) throws InterruptedException {
        guest().run("exec " + from + " -- timeout 5 wget -qO- http://" + address)
                .succeeds()
                .says("Hello from " + answering);
    }

    private void streams() throws IOException, InterruptedException {
        Path sent = walk.trial().write("sent", "carried to a pod and back\n");
        Path back = walk.trial().directory().resolve("back");
        guest().run("cp " + sent + " default/db-0:/tmp/carried").succeeds();
        guest().run("exec db-0 -- cat /tmp/carried").succeeds().says("carried to a pod and back");
        guest().run("cp default/db-0:/tmp/carried " + back).succeeds();
        TrialFailure.unless(Files.mismatch(sent, back) < 0, "what came back from the pod is something else");
        Outcome forwarded = guest().shell()
                .run(List.of("sh", "-c", """
                                kubectl --context "$0" port-forward pod/db-1 "$1":8080 >&2 &
                                forwarding=$!
                                for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                                  curl -s --max-time 5 "http://127.0.0.1:$1" && break
                                  sleep 0.5
                                done
                                kill $forwarding
                                """, CLUSTER, String.valueOf(FORWARDED)), "", Duration.ofMinutes(1));
        forwarded.says("Hello from db-1");
    }

    private void deleted() throws InterruptedException {
        walk.supervisor().run("delete tkc " + CLUSTER + " --timeout=60s").succeeds();
        Await.until(Walk.SOON, "its machines are gone", () -> {
            List<String> left = walk.machines().stream()
                    .filter(name -> name.startsWith(CLUSTER + "-"))
                    .toList();
            return left.isEmpty() ? Optional.empty() : Optional.of(left.toString());
        });
    }
}
