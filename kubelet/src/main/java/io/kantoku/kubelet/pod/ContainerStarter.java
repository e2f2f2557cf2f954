package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Container;
import io.kantoku.kubelet.cri.ContainerSpec;
import io.kantoku.kubelet.cri.ContainerSpec.Mount;
import io.kantoku.kubelet.cri.GrpcException;
import io.kantoku.kubelet.cri.Image;
import io.kantoku.kubelet.cri.Sandbox;
import io.kantoku.kubelet.cri.SandboxSpec;
import io.kantoku.kubelet.volume.AtomicFiles;
import io.kantoku.lab.GroupLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the sandbox and the containers of one pod, and remembers what each of them waits for. Owned by the pod's worker. */
final class ContainerStarter {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerStarter.class);
    private static final String NO_SANDBOX = "FailedCreatePodSandBox";
    private static final Duration HOOK_LIMIT = Duration.ofMinutes(10);
    private static final Duration ATTACH_PATIENCE = Duration.ofMinutes(2);

    private final PodHost host;
    private final PodDirectory directory;
    private final References references;
    private final PodVolumes volumes;
    private final ContainerEnding ending;
    private final Consumer<String> made;
    private final RestartBackoff restarts = new RestartBackoff();
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Retries retries;
    private final ContainerImages images;
    private Optional<Instant> awaited = Optional.empty();

    /** {@code made} hears the id of each sandbox and container. */
    ContainerStarter(
            PodHost host, PodDirectory directory, KubeObject pod, ContainerEnding ending, Consumer<String> made) {
        this.host = host;
        this.directory = directory;
        this.ending = ending;
        this.made = made;
        this.references = new References(host.client(), pod.namespace());
        this.retries = new Retries(host.clock());
        this.images = new ContainerImages(host, references, retries);
        this.volumes = new PodVolumes(
                directory,
                references,
                new TokenSource(host.client()),
                new PersistentVolumes(host.client(), host.nodeName(), host.layout()));
    }

    /** Why containers do not run, by name. */
    Map<String, Waiting> waiting() {
        return Map.copyOf(waiting);
    }

    /** When something that failed is to be tried again. */
    Optional<Instant> retry() {
        return retries.next();
    }

    /** Makes the volumes of a running pod have what they shall have now. */
    void refreshVolumes(KubeObject pod, String podIp) {
        try {
            volumes.prepare(pod, fields(pod, podIp), host.clock().instant());
        } catch (VolumeException | AttachmentException e) {
            host.event(pod, "", "Warning", "FailedMount", String.valueOf(e.getMessage()));
        }
    }

    void removeVolumes() throws IOException {
        volumes.remove();
    }

    /** Whether the sandbox is there. */
    boolean makeSandbox(KubeObject pod, int attempt) {
        if (!retries.due("")) {
            return false;
        }
        if (!pod.at("spec", "hostNetwork").asBoolean() && !host.networkReady().getAsBoolean()) {
            host.event(
                    pod,
                    "",
                    "Warning",
                    "NetworkNotReady",
                    "network is not ready: container runtime network not ready: NetworkReady=false");
            retries.failed("");
            return false;
        }
        try {
            volumes.prepare(pod, fields(pod, ""), host.clock().instant());
            SandboxSpec spec = sandboxSpec(pod, attempt);
            Files.createDirectories(Path.of(spec.logDirectory()));
            made.accept(host.cri().runSandbox(spec));
            limit(pod, spec.cgroupParent());
            succeeded("");
            awaited = Optional.empty();
            return true;
        } catch (AttachmentException e) {
            await(pod, e);
            return false;
        } catch (VolumeException e) {
            host.event(pod, "", "Warning", "FailedMount", String.valueOf(e.getMessage()));
        } catch (ConfigurationException e) {
            refused(pod, e);
        } catch (GrpcException e) {
            host.event(pod, "", "Warning", NO_SANDBOX, "Failed to create pod sandbox: " + e.described());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the pod's directory for logs or its control group cannot be made: " + e.getMessage(), e);
        }
        retries.failed("");
        return false;
    }

    /** The pod's group; that of all pods which request nothing gets what others leave. */
    private void limit(KubeObject pod, String group) throws IOException {
        QosClass quality = QosClass.of(pod);
        if (quality == QosClass.BEST_EFFORT) {
            new GroupLimits(ContainerSpecs.shares(0), 0, 0).apply(host.layout().podsGroup() + quality.group());
        }
        PodLimits.of(pod).set(group);
    }

    private void refused(KubeObject pod, ConfigurationException e) {
        if (e.reason().equals(NO_SANDBOX)) {
            host.event(pod, "", "Warning", NO_SANDBOX, "Failed to create pod sandbox: " + e.getMessage());
            return;
        }
        Waiting why = new Waiting(e.reason(), String.valueOf(e.getMessage()));
        PodContainer.all(pod).forEach(container -> waiting.put(container.name(), why));
        host.event(pod, "", "Warning", "Failed", "Error: " + e.getMessage());
    }

    private SandboxSpec sandboxSpec(KubeObject pod, int attempt) {
        return SandboxSpecs.of(
                pod,
                attempt,
                host.layout(),
                host.clusterDomain(),
                host.clusterDns().apply(pod.namespace()),
                references.runtimeHandler(pod));
    }

    private PodFields fields(KubeObject pod, String podIp) {
        String ip = pod.at("spec", "hostNetwork").asBoolean() ? host.hostIp() : podIp;
        return new PodFields(pod, ip, host.hostIp(), host.accounts().allocatable());
    }

    /** Whether the container was started. */
    boolean start(KubeObject pod, ObservedPod observed, PodContainer container, int attempt) {
        Instant now = host.clock().instant();
        String name = container.name();
        Optional<Container> before = observed.newest(name);
        if (!retries.due(name) || (before.isPresent() && backsOff(pod, container, before.get(), now))) {
            return false;
        }
        try {
            Image image = images.of(pod, container, Optional.ofNullable(waiting.get(name)), now);
            String id = create(pod, observed, container, attempt, image);
            launch(pod, observed, container, id);
            succeeded(name);
            removeOld(observed, name);
            return true;
        } catch (ConfigurationException e) {
            boolean pull = e.reason().startsWith("ErrImage") || e.reason().startsWith("ImagePull");
            waiting.put(name, new Waiting(e.reason(), String.valueOf(e.getMessage())));
            if (!pull) {
                host.event(pod, container.fieldPath(), "Warning", "Failed", "Error: " + e.getMessage());
                retries.failed(name);
            }
        } catch (AttachmentException e) {
            await(pod, e);
        } catch (VolumeException e) {
            host.event(pod, "", "Warning", "FailedMount", String.valueOf(e.getMessage()));
            retries.failed(name);
        }
        return false;
    }

    /** Nothing is tried again at a time: the attachment wakes the pod's worker. Says so when it takes long, as upstream does. */
    private void await(KubeObject pod, AttachmentException e) {
        Instant now = host.clock().instant();
        Instant since = awaited.orElse(now);
        boolean tell = !now.isBefore(since.plus(ATTACH_PATIENCE));
        if (tell) {
            host.event(pod, "", "Warning", "FailedMount", String.valueOf(e.getMessage()));
        }
        awaited = Optional.of(tell ? now : since);
    }

    private boolean backsOff(KubeObject pod, PodContainer container, Container ended, Instant now) {
        Instant since = ended.finished().getEpochSecond() > 0 ? ended.finished() : ended.created();
        String key = container.name() + " " + container.image(); // another image begins anew
        Optional<Duration> delay = restarts.current(key, since, now);
        if (delay.isEmpty()) {
            restarts.next(key, now);
            return false;
        }
        String full = pod.name() + "_" + pod.namespace() + "(" + pod.uid() + ")";
        Waiting before = waiting.put(
                container.name(),
                new Waiting(
                        "CrashLoopBackOff",
                        "back-off " + text(delay.get()) + " restarting failed container=" + container.name() + " pod="
                                + full));
        retries.at(container.name(), since.plus(delay.get()));
        if (before == null || !before.reason().equals("CrashLoopBackOff")) {
            host.event(
                    pod,
                    container.fieldPath(),
                    "Warning",
                    "BackOff",
                    "Back-off restarting failed container " + container.name() + " in pod " + full);
        }
        return true;
    }

    /** As Go prints a duration: {@code 10s}, {@code 2m40s}. */
    private static String text(Duration duration) {
        long minutes = duration.toMinutes();
        return (minutes > 0 ? minutes + "m" : "") + duration.toSecondsPart() + "s";
    }

    private String create(KubeObject pod, ObservedPod observed, PodContainer container, int attempt, Image image) {
        Sandbox sandbox = observed.sandbox().orElseThrow();
        PodFields fields = fields(pod, observed.podIp());
        List<KubeObject> services = pod.at("spec", "enableServiceLinks").asBoolean(true)
                ? host.services().apply(pod.namespace())
                : host.services().apply("");
        Map<String, Path> paths = volumes.prepare(pod, fields, host.clock().instant());
        Map<String, String> environment = new Environment(fields, references, paths).of(container.json(), services);
        List<Mount> mounts = mounts(pod, container, attempt, fields, environment, paths);
        ContainerSpec spec =
                ContainerSpecs.of(pod, container, attempt, observed, image, environment, mounts, host.memoryBytes());
        try {
            String id = host.cri().createContainer(sandbox.id(), spec, sandboxSpec(pod, sandbox.attempt()));
            made.accept(id); // before its first event
            host.event(pod, container.fieldPath(), "Normal", "Created", "Container created");
            return id;
        } catch (GrpcException e) {
            throw new ConfigurationException("CreateContainerError", String.valueOf(e.getMessage()));
        }
    }

    private List<Mount> mounts(
            KubeObject pod,
            PodContainer container,
            int attempt,
            PodFields fields,
            Map<String, String> environment,
            Map<String, Path> paths) {
        try {
            Files.createDirectories(directory.root());
            Files.writeString(directory.hosts(), HostsFile.text(pod, fields.podIp(), host.clusterDomain()));
            Path message = directory.terminationMessage(container.name(), attempt);
            Files.createDirectories(message.getParent());
            Files.write(message, new byte[0]);
            AtomicFiles.setMode(message, 0666);
            return ContainerMounts.of(pod, container.json(), paths, environment, directory.hosts(), message);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "CreateContainerConfigError", "failed to prepare the files of the container: " + e.getMessage());
        }
    }

    private void launch(KubeObject pod, ObservedPod observed, PodContainer container, String id) {
        try {
            host.cri().startContainer(id);
        } catch (GrpcException e) {
            host.event(pod, container.fieldPath(), "Warning", "Failed", "Error: " + e.getMessage());
            throw new ConfigurationException("RunContainerError", String.valueOf(e.getMessage()));
        }
        host.event(pod, container.fieldPath(), "Normal", "Started", "Container started");
        JsonNode hook = container.json().path("lifecycle").path("postStart");
        if (hook.isMissingNode()) {
            return;
        }
        Optional<String> failure = Hooks.run(
                host, hook, container, id, fields(pod, observed.podIp()).podIp(), HOOK_LIMIT);
        if (failure.isPresent()) {
            LOG.atInfo()
                    .setMessage("a hook after the start of a container failed")
                    .addKeyValue("pod", pod.namespacedName())
                    .addKeyValue("container", container.name())
                    .addKeyValue("why", failure.get())
                    .log(); // and not in the Event, as upstream: the hook's words may be secret
            host.event(pod, container.fieldPath(), "Warning", "FailedPostStartHook", "PostStartHook failed");
            ending.end(
                    pod,
                    container,
                    id,
                    Duration.ofSeconds(ContainerSpecs.grace(pod)),
                    "FailedPostStartHook",
                    observed.podIp());
        }
    }

    /** The container before the new one stays, for its state and log. */
    private void removeOld(ObservedPod observed, String name) {
        observed.attempts(name).stream().skip(1).filter(old -> !old.running()).forEach(old -> {
            host.cri().removeContainer(old.id());
            directory.terminationMessage(name, old.attempt()).toFile().delete();
        });
    }

    private void succeeded(String name) {
        retries.succeeded(name);
        waiting.remove(name);
        if (name.isEmpty()) {
            waiting.clear();
        }
    }
}
