package io.kantoku.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.cli.trial.Await;
import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.TrialFailure;
import java.util.List;
import java.util.Optional;

/** Persistent volumes: a StatefulSet with a claim, whose disk follows its pod from node to node. */
final class VolumeSteps {
    private static final String CLAIM = "data-keeper-0";
    private static final String POD = "keeper-0";

    private final Walk walk;
    private String onSupervisor = "";

    VolumeSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step(
                        "a StatefulSet's claim is bound: a disk on the Supervisor, a volume in the guest",
                        "",
                        this::bound),
                new Step("the disk follows its pod to another node, with what is on it", "", this::follows),
                new Step("a larger claim makes the disk larger; a deleted one takes it away", "", this::ends));
    }

    private Kubectl guest() {
        return walk.guest(Walk.CLUSTER);
    }

    private void bound() throws InterruptedException {
        guest().apply("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: keeper}
                spec:
                  serviceName: keeper
                  selector: {matchLabels: {app: keeper}}
                  template:
                    metadata: {labels: {app: keeper}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: keeper
                        image: demo:1
                        command: [sh, -c, "exec httpd -f -p 8080 -h /data"]
                        volumeMounts: [{name: data, mountPath: /data}]
                  volumeClaimTemplates:
                  - metadata: {name: data}
                    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """).succeeds();
        guest().run("rollout status statefulset/keeper --timeout=50s").succeeds();
        JsonNode claim = guest().get("pvc " + CLAIM);
        JsonNode volume = guest().get("pv " + claim.at("/spec/volumeName").asText());
        onSupervisor = volume.at("/spec/csi/volumeHandle").asText();
        JsonNode source = walk.supervisor().get("pvc " + onSupervisor);
        TrialFailure.unless(
                source.at("/status/phase").asText().equals("Bound")
                        && source.at("/status/capacity/storage").asText().equals("1Gi")
                        && onSupervisor.endsWith(claim.at("/metadata/uid").asText()),
                "the claim on the Supervisor is not a bound one of 1Gi: " + source);
    }

    private String node() throws InterruptedException {
        return guest().get("pod " + POD).at("/spec/nodeName").asText();
    }

    private void follows() throws InterruptedException {
        if (walk.trial().isLab()) {
            guest().run(List.of("exec", POD, "--", "sh", "-c", "echo kept > /data/file"), "")
                    .succeeds();
        }
        String before = node();
        guest().run("cordon " + before).succeeds();
        guest().run("delete pod " + POD).succeeds();
        Await.until(Walk.SOON, POD + " runs on another node", () -> {
            JsonNode pods = guest().get("pod -l app=keeper").path("items");
            JsonNode pod = pods.path(0);
            boolean moved = pod.at("/status/phase").asText().equals("Running")
                    && !pod.at("/spec/nodeName").asText().equals(before);
            return moved ? Optional.empty() : Optional.of(pods.toPrettyString());
        });
        Await.until(Walk.SOON, "the disk is attached to the node of " + POD + " only", () -> {
            JsonNode attachments = guest().get("volumeattachment").path("items");
            boolean followed = attachments.size() == 1
                    && attachments.at("/0/spec/nodeName").asText().equals(node())
                    && attachments.at("/0/status/attached").asBoolean();
            return followed ? Optional.empty() : Optional.of(attachments.toPrettyString());
        });
        if (walk.trial().isLab()) {
            guest().run("exec " + POD + " -- cat /data/file").succeeds().says("kept");
        }
        guest().run("uncordon " + before).succeeds();
    }

    private void ends() throws InterruptedException {
        guest().run(
                        List.of(
                                "patch",
                                "pvc",
                                CLAIM,
                                "-p",
                                "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}}}"),
                        "")
                .succeeds();
        Await.until(Walk.SOON, "the claims have 2Gi", () -> {
            String size =
                    guest().get("pvc " + CLAIM).at("/status/capacity/storage").asText();
            String source = walk.supervisor()
                    .get("pvc " + onSupervisor)
                    .at("/status/capacity/storage")
                    .asText();
            return size.equals("2Gi") && source.equals("2Gi")
                    ? Optional.empty()
                    : Optional.of("the guest's has " + size + ", the Supervisor's " + source);
        });
        guest().run("delete statefulset keeper").succeeds();
        guest().run("delete pvc " + CLAIM + " --timeout=50s").succeeds();
        Await.until(Walk.SOON, "no volume is left", () -> {
            JsonNode volumes = guest().get("pv").path("items");
            JsonNode claims = walk.supervisor().get("pvc").path("items");
            return volumes.isEmpty() && claims.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            volumes.size() + " volumes in the guest, " + claims.size() + " claims on the Supervisor");
        });
    }
}
