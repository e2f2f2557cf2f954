package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.CriRuntime;
import io.kantoku.kubelet.cri.GrpcException;
import io.kantoku.kubelet.cri.Sandbox;
import io.kantoku.kubelet.cri.Use;
import io.kantoku.kubelet.server.ContainerLog;
import io.kantoku.kubelet.server.NodeUsage;
import io.kantoku.kubelet.server.NodeUsage.ContainerUsage;
import io.kantoku.kubelet.server.NodeUsage.PodUsage;
import io.kantoku.kubelet.server.NodeUsage.Usage;
import io.kantoku.kubelet.server.PodStreams;
import io.kantoku.kubelet.server.StreamRefusal;
import io.kantoku.lab.ControlGroups;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Logs, streams and figures of the containers of one node, from its workers and its runtime. Thread-safe. */
public final class CriStreams implements PodStreams {
    private final PodHost host;
    private final Supplier<Collection<PodWorker>> workers;
    private final Instant started;

    public CriStreams(PodHost host, Supplier<Collection<PodWorker>> workers) {
        this.host = host;
        this.workers = workers;
        this.started = host.clock().instant();
    }

    @Override
    public List<KubeObject> pods() {
        return workers.get().stream()
                .filter(worker -> !worker.over())
                .map(PodWorker::pod)
                .toList();
    }

    private PodWorker worker(String namespace, String pod) {
        return workers.get().stream()
                .filter(worker -> worker.pod().name().equals(pod))
                .filter(worker -> worker.pod().namespace().equals(namespace))
                .findFirst()
                .orElseThrow(() -> new StreamRefusal(404, "pod \"" + pod + "\" not found"));
    }

    @Override
    public ContainerLog log(ContainerName name, boolean previous) {
        PodWorker worker = worker(name.namespace(), name.pod());
        List<Container> attempts = worker.observed().attempts(name.container()).stream()
                .filter(container -> container.state() != Container.State.CREATED)
                .toList();
        if (previous) {
            Container before = attempts.stream()
                    .skip(
                            attempts.stream()
                                            .findFirst()
                                            .filter(Container::running)
                                            .isPresent()
                                    ? 1
                                    : 0)
                    .findFirst()
                    .orElseThrow(() -> new StreamRefusal(
                            400,
                            "previous terminated container \"" + name.container() + "\" in pod \"" + name.pod()
                                    + "\" not found"));
            return new ContainerLog(file(worker, before), () -> false);
        }
        Container present = attempts.stream()
                .findFirst()
                .orElseThrow(() -> new StreamRefusal(
                        400,
                        "container \"" + name.container() + "\" in pod \"" + name.pod() + "\" is waiting to start: "
                                + waiting(worker, name.container())));
        return new ContainerLog(file(worker, present), () -> runs(worker, present.id()));
    }

    private Path file(PodWorker worker, Container container) {
        return SandboxSpecs.logDirectory(host.layout(), worker.pod())
                .resolve(container.name())
                .resolve(container.attempt() + ".log");
    }

    private static boolean runs(PodWorker worker, String id) {
        return !worker.over()
                && worker.observed().containers().stream()
                        .anyMatch(container -> container.id().equals(id) && container.running());
    }

    private static String waiting(PodWorker worker, String container) {
        for (String list : new String[] {"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"}) {
            for (JsonNode status : worker.pod().at("status", list)) {
                if (status.path("name").asText().equals(container)) {
                    String reason =
                            status.path("state").path("waiting").path("reason").asText("ContainerCreating");
                    return reason.equals("ErrImagePull") || reason.equals("ImagePullBackOff")
                            ? "trying and failing to pull image"
                            : reason;
                }
            }
        }
        return "ContainerCreating";
    }

    private Container running(ContainerName name) {
        return worker(name.namespace(), name.pod())
                .observed()
                .newest(name.container())
                .filter(Container::running)
                .orElseThrow(() -> new StreamRefusal(404, "container not found (\"" + name.container() + "\")"));
    }

    @Override
    public URI exec(ContainerName container, List<String> command, Standard streams) {
        String id = running(container).id();
        return asked(() ->
                host.cri().execUrl(id, command, streams.stdin(), streams.stdout(), streams.stderr(), streams.tty()));
    }

    @Override
    public URI attach(ContainerName container, Standard streams) {
        String id = running(container).id();
        return asked(
                () -> host.cri().attachUrl(id, streams.stdin(), streams.stdout(), streams.stderr(), streams.tty()));
    }

    @Override
    public URI portForward(String namespace, String pod, List<Integer> ports) {
        Sandbox sandbox = worker(namespace, pod)
                .observed()
                .sandbox()
                .orElseThrow(() -> new StreamRefusal(404, "pod \"" + pod + "\" does not run"));
        return asked(() -> host.cri().portForwardUrl(sandbox.id(), ports));
    }

    @Override
    public CommandResult run(ContainerName container, List<String> command, Duration timeout) {
        String id = running(container).id();
        CriRuntime.CommandResult result = asked(() -> host.cri().exec(id, command, timeout));
        return new CommandResult(result.exitCode(), result.stdout(), result.stderr());
    }

    private static <T> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (GrpcException e) {
            int status = switch (e.code()) {
                case NOT_FOUND -> 404;
                case DEADLINE_EXCEEDED -> 504;
                default -> 500;
            };
            throw new StreamRefusal(status, e.described());
        }
    }

    @Override
    public ObjectNode configuration() {
        return NodeConfiguration.of(host);
    }

    @Override
    public NodeUsage usage() {
        Instant now = host.clock().instant();
        Map<String, Use> uses = new HashMap<>();
        asked(() -> host.cri().uses(Map.of())).forEach(use -> uses.put(use.container(), use));
        List<PodUsage> pods = new ArrayList<>();
        long cpu = 0;
        for (PodWorker worker : workers.get()) {
            Optional<PodUsage> usage = usage(worker, uses, now);
            if (usage.isPresent()) {
                pods.add(usage.get());
                cpu += usage.get().usage().cpuNanos();
            }
        }
        long memory = ControlGroups.memory(host.layout().controlGroup()).orElse(0);
        return new NodeUsage(host.nodeName(), new Usage(now, started, cpu, memory), pods);
    }

    private static Optional<PodUsage> usage(PodWorker worker, Map<String, Use> uses, Instant now) {
        KubeObject pod = worker.pod();
        List<ContainerUsage> containers = new ArrayList<>();
        long cpu = 0;
        long memory = 0;
        Instant since = now;
        for (Container container : worker.observed().containers()) {
            Use use = uses.get(container.id());
            if (use != null && container.running()) {
                containers.add(new ContainerUsage(
                        container.name(),
                        new Usage(use.time(), container.started(), use.cpuNanos(), use.memoryBytes())));
                cpu += use.cpuNanos();
                memory += use.memoryBytes();
                since = container.started().isBefore(since) ? container.started() : since;
            }
        }
        return containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new PodUsage(
                        pod.namespace(), pod.name(), pod.uid(), new Usage(now, since, cpu, memory), containers));
    }
}
