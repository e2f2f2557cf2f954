package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apiserver.registry.TablePrinter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Pods, with the summary of their containers' states that kubectl shows as STATUS: the phase, unless an init container has
 * not finished or a container says more.
 */
final class PodTable implements TablePrinter {
    /** The minor from which on the table says how long ago the last restart was. */
    private static final int TIMES_OF_RESTARTS = 22;

    private static final List<Column> COLUMNS = List.of(
            Table.NAME,
            new Column("Ready", "string", "", "How many containers are ready, of how many.", 0),
            new Column("Status", "string", "", "The pod's phase, or what keeps its containers from running.", 0),
            new Column("Restarts", "string", "", "How often containers were restarted, and when last.", 0),
            new Column("Age", "string", "", Table.AGE, 0),
            new Column("IP", "string", "", "The pod's first address.", 1),
            new Column("Node", "string", "", "The node the pod was given to.", 1),
            new Column("Nominated Node", "string", "", "The node on which the scheduler makes room.", 1),
            new Column("Readiness Gates", "string", "", "How many readiness gates are true, of how many.", 1));

    private final boolean timesOfRestarts;

    PodTable() {
        this(true);
    }

    private PodTable(boolean timesOfRestarts) {
        this.timesOfRestarts = timesOfRestarts;
    }

    @Override
    public TablePrinter ofRelease(int minor) {
        return new PodTable(minor >= TIMES_OF_RESTARTS);
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public List<Object> cells(ObjectNode pod, Instant now) {
        Summary summary = new Summary(pod);
        return List.of(
                Tree.text(pod, "metadata", "name"),
                summary.ready + "/" + summary.total,
                summary.reason,
                timesOfRestarts ? summary.restarts(now) : Long.toString(summary.restarts),
                Times.since(Tree.at(pod, "metadata", "creationTimestamp"), now),
                Texts.orNone(Tree.text(Tree.at(pod, "status", "podIPs").path(0), "ip")),
                Texts.orNone(Tree.text(pod, "spec", "nodeName")),
                Texts.orNone(Tree.text(pod, "status", "nominatedNodeName")),
                readinessGates(pod));
    }

    private static String readinessGates(ObjectNode pod) {
        List<ObjectNode> gates = Tree.objects(pod, "spec", "readinessGates");
        if (gates.isEmpty()) {
            return Texts.NONE;
        }
        long open = gates.stream()
                .filter(gate -> condition(pod, Tree.text(gate, "conditionType")))
                .count();
        return open + "/" + gates.size();
    }

    private static boolean condition(JsonNode pod, String type) {
        return Tree.objects(pod, "status", "conditions").stream()
                .anyMatch(condition -> Tree.text(condition, "type").equals(type)
                        && Tree.text(condition, "status").equals("True"));
    }

    /** What the states of a pod's containers add up to. */
    private static final class Summary {
        private final ObjectNode pod;
        private final Set<String> sidecars = new HashSet<>();
        private int total;
        private int ready;
        private long restarts;
        private Instant lastRestart = Instant.MIN;
        private long sidecarRestarts;
        private Instant sidecarRestart = Instant.MIN;
        private String reason;

        Summary(ObjectNode pod) {
            this.pod = pod;
            total = Tree.objects(pod, "spec", "containers").size();
            for (ObjectNode init : Tree.objects(pod, "spec", "initContainers")) {
                if (Tree.text(init, "restartPolicy").equals("Always")) {
                    sidecars.add(Tree.text(init, "name"));
                    total++;
                }
            }
            String phase = Tree.text(pod, "status", "phase");
            String given = Tree.text(pod, "status", "reason");
            reason = given.isEmpty() ? phase : given;
            for (ObjectNode condition : Tree.objects(pod, "status", "conditions")) {
                if (Tree.text(condition, "type").equals("PodScheduled")
                        && Tree.text(condition, "reason").equals("SchedulingGated")) {
                    reason = "SchedulingGated";
                }
            }
            if (!initializing() || condition(pod, "Initialized")) {
                mainContainers();
            }
            if (Tree.has(pod, "metadata", "deletionTimestamp")) {
                if (given.equals("NodeLost")) {
                    reason = "Unknown";
                } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                    reason = "Terminating";
                }
            }
        }

        private boolean initializing() {
            int index = 0;
            for (ObjectNode status : Tree.objects(pod, "status", "initContainerStatuses")) {
                boolean sidecar = sidecars.contains(Tree.text(status, "name"));
                count(status);
                if (sidecar) {
                    sidecarRestarts += Tree.number(status, "restartCount");
                    sidecarRestart = later(sidecarRestart, status);
                }
                JsonNode terminated = Tree.at(status, "state", "terminated");
                if (!Tree.absent(terminated) && Tree.number(terminated, "exitCode") == 0) {
                    index++;
                    continue;
                }
                if (sidecar && Tree.flag(status, "started")) {
                    ready += Tree.flag(status, "ready") ? 1 : 0;
                    index++;
                    continue;
                }
                reason = "Init:" + waitingFor(status, index);
                return true;
            }
            return false;
        }

        private String waitingFor(ObjectNode status, int index) {
            JsonNode terminated = Tree.at(status, "state", "terminated");
            if (!Tree.absent(terminated)) {
                return ending(terminated);
            }
            String waiting = Tree.text(status, "state", "waiting", "reason");
            return waiting.isEmpty() || waiting.equals("PodInitializing")
                    ? index + "/" + Tree.at(pod, "spec", "initContainers").size()
                    : waiting;
        }

        /** Counts the main containers; of the init containers only the sidecars' restarts stay counted. */
        private void mainContainers() {
            restarts = sidecarRestarts;
            lastRestart = sidecarRestart;
            boolean running = false;
            for (ObjectNode status :
                    Tree.objects(pod, "status", "containerStatuses").reversed()) {
                count(status);
                String waiting = Tree.text(status, "state", "waiting", "reason");
                JsonNode terminated = Tree.at(status, "state", "terminated");
                if (!waiting.isEmpty()) {
                    reason = waiting;
                } else if (!Tree.absent(terminated)) {
                    reason = ending(terminated);
                } else if (Tree.flag(status, "ready") && Tree.has(status, "state", "running")) {
                    running = true;
                    ready++;
                }
            }
            if (reason.equals("Completed") && running) {
                reason = condition(pod, "Ready") ? "Running" : "NotReady";
            }
        }

        private void count(ObjectNode status) {
            restarts += Tree.number(status, "restartCount");
            lastRestart = later(lastRestart, status);
        }

        private static Instant later(Instant than, ObjectNode status) {
            Instant finished = Times.read(Tree.at(status, "lastState", "terminated", "finishedAt"))
                    .orElse(Instant.MIN);
            return finished.isAfter(than) ? finished : than;
        }

        private static String ending(JsonNode terminated) {
            String reason = Tree.text(terminated, "reason");
            if (!reason.isEmpty()) {
                return reason;
            }
            long signal = Tree.number(terminated, "signal");
            return signal != 0 ? "Signal:" + signal : "ExitCode:" + Tree.number(terminated, "exitCode");
        }

        String restarts(Instant now) {
            return restarts == 0 || lastRestart.equals(Instant.MIN)
                    ? Long.toString(restarts)
                    : restarts + " (" + Times.age(Duration.between(lastRestart, now)) + " ago)";
        }
    }
}
