package io.kantoku.kubelet.runtime;

import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.cri.CriRuntime;
import io.kantoku.kubelet.cri.GrpcChannel;
import io.kantoku.kubelet.cri.GrpcClient;
import io.kantoku.kubelet.cri.GrpcException;
import io.kantoku.kubelet.cri.RuntimeEvents;
import io.kantoku.lab.ChildProcess;
import io.kantoku.lab.ControlGroups;
import io.kantoku.lab.LaunchSpec;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.LedgerEntry;
import io.kantoku.lab.NetworkNamespace;
import io.kantoku.lab.Processes;
import io.kantoku.lab.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containerd of one node: a child process in the machine's network namespace that is started again when it ends, and found again
 * by a restarted Kantoku. Containers live through both. Thread-safe.
 */
public final class Containerd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Containerd.class);
    private static final Duration STARTING = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
    private static final Duration BEFORE_RESTART = Duration.ofMillis(500);

    /** Mostly there is no name server to be reached, and who pulls an image should hear of it soon. */
    private static final String IMPATIENT = "timeout:1 attempts:2";

    private final RuntimeLayout layout;
    private final NetworkNamespace namespace;
    private final Processes processes;
    private final Ledger ledger;
    private final GrpcChannel calls;
    private final GrpcChannel events;
    private final CriRuntime cri;
    private volatile boolean closed;
    private volatile Optional<ChildProcess> child = Optional.empty();

    public Containerd(
            RuntimeLayout layout, NetworkNamespace namespace, Processes processes, Ledger ledger, GrpcClient grpc) {
        this.layout = layout;
        this.namespace = namespace;
        this.processes = processes;
        this.ledger = ledger;
        this.calls = grpc.channel(layout.socket());
        this.events = grpc.channel(layout.socket());
        this.cri = new CriRuntime(calls);
    }

    public CriRuntime cri() {
        return cri;
    }

    public RuntimeLayout layout() {
        return layout;
    }

    /**
     * Finds the containerd of an earlier life, or starts one, and waits until it answers.
     *
     * @throws NodeException when it does not come up; the message has the end of its log
     */
    public void start() {
        prepare();
        Optional<ChildProcess> adopted = processes.adopt(layout.role());
        ChildProcess running = adopted.orElseGet(this::launch);
        supervise(running);
        awaitAnswer(running);
        LOG.atInfo()
                .setMessage("containerd answers")
                .addKeyValue("node", layout.id())
                .addKeyValue("adopted", adopted.isPresent())
                .log();
    }

    private void prepare() {
        ledger.record(new LedgerEntry.ControlGroup(layout.controlGroup()));
        ledger.record(new LedgerEntry.Containerd(layout.directory().toString()));
        ledger.record(new LedgerEntry.Directory(layout.run().toString()));
        ControlGroups.create(layout.runtimeGroup());
        try {
            Files.createDirectories(layout.run());
            Files.createDirectories(layout.directory());
            CniPrograms.install(layout);
            Files.writeString(layout.configuration(), ContainerdConfig.text(layout, snapshotter()));
        } catch (IOException e) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "cannot prepare the container runtime in " + layout.directory() + ": " + e.getMessage(),
                    e);
        }
    }

    /** Overlays cannot be laid over an overlay, as the root of a container is. */
    String snapshotter() throws IOException {
        return Files.getFileStore(layout.directory()).type().equals("overlay") ? "native" : "overlayfs";
    }

    private ChildProcess launch() {
        String program = "exec containerd --config \"$0\"";
        return processes.launch(LaunchSpec.of(
                        layout.role(),
                        List.of(
                                "/bin/sh",
                                "-c",
                                ControlGroups.enter(layout.runtimeGroup()) + " && " + program,
                                layout.configuration().toString()),
                        layout.directory(),
                        layout.log())
                .with(Map.of("RES_OPTIONS", IMPATIENT))
                .in(namespace));
    }

    private void supervise(ChildProcess running) {
        child = Optional.of(running);
        running.onExit(_ -> restart());
    }

    private void restart() {
        if (closed) {
            return;
        }
        LOG.atWarn()
                .setMessage("containerd ended and is started again; containers go on")
                .addKeyValue("node", layout.id())
                .log();
        try {
            Thread.sleep(BEFORE_RESTART);
            synchronized (this) {
                if (!closed) {
                    supervise(launch());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitAnswer(ChildProcess running) {
        long deadline = System.nanoTime() + STARTING.toNanos();
        while (true) {
            try {
                if (Files.exists(layout.socket())) {
                    cri.version();
                    return;
                }
            } catch (GrpcException e) {
                LOG.atTrace()
                        .setMessage("containerd does not answer yet")
                        .setCause(e)
                        .log();
            }
            if (!running.alive() || System.nanoTime() > deadline) {
                throw new NodeException(
                        NodeException.Code.BAD_CONFIGURATION,
                        "the container runtime of the node does not come up; the end of " + layout.log() + ": "
                                + endOfLog());
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NodeException(NodeException.Code.JOIN_FAILED, "interrupted while containerd starts", e);
            }
        }
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(layout.log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (IOException e) {
            return "(there is none: " + e.getMessage() + ")";
        }
    }

    /** Takes the images of an archive in; they can be used when this returns. */
    public void importArchive(Path archive, String name) {
        Path output = layout.directory().resolve("import.log");
        try {
            Process process = new ProcessBuilder(importing(archive))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (process.waitFor() != 0) {
                    throw new NodeException(
                            NodeException.Code.BAD_CONFIGURATION,
                            "the image " + name + " cannot be imported: "
                                    + Files.readString(output).strip());
                }
            } finally {
                process.destroyForcibly(); // it would wait for ever for a containerd that has gone
            }
        } catch (IOException e) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "the image " + name + " cannot be imported: " + e.getMessage() + "; is containerd installed?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeException(NodeException.Code.JOIN_FAILED, "interrupted during an import", e);
        }
        awaitImage(name);
    }

    /** In the node's control group, so that it ends with the node also when nobody is left who waits for it. */
    private List<String> importing(Path archive) throws IOException {
        String program = "exec ctr --address \"$0\" --namespace k8s.io images import --snapshotter \"$1\" \"$2\"";
        return List.of(
                "/bin/sh",
                "-c",
                ControlGroups.enter(layout.runtimeGroup()) + " && " + program,
                layout.socket().toString(),
                snapshotter(),
                archive.toString());
    }

    /** CRI hears of an import by an event. */
    private void awaitImage(String name) {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (cri.image(name).isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new NodeException(
                        NodeException.Code.BAD_CONFIGURATION, "the imported archive has no image " + name);
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NodeException(NodeException.Code.JOIN_FAILED, "interrupted during an import", e);
            }
        }
    }

    /** Reports ids of sandboxes and containers that change, until {@link #close}; {@code connected} after each (re)connection. */
    public void follow(Runnable connected, Consumer<String> changed) {
        while (!closed) {
            try {
                RuntimeEvents.follow(events, connected, changed);
            } catch (GrpcException e) {
                LOG.atDebug()
                        .setMessage("events of containerd were interrupted")
                        .addKeyValue("node", layout.id())
                        .addKeyValue("why", e.getMessage())
                        .log();
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Stops watching; containerd and all containers go on, for the next life of this process. */
    @Override
    public synchronized void close() {
        closed = true;
        events.close();
        calls.close();
    }

    /** Kills containerd and all containers, as a power cut does; what is on the machine's disk stays. */
    public void end() {
        close();
        child.ifPresent(running -> running.signal(Signal.KILL));
        RuntimeRemains.remove(layout, ledger);
    }
}
