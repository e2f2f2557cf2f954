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

/** Makes the sandbox and the containers of one pod, and remembers what each of them waits for. Owned by the pod's worker. */
final class ContainerStarter {
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);
    private static final Duration HOOK_LIMIT = Duration.ofMinutes(10);
    private static final Duration ATTACH_PATIENCE = Duration.ofMinutes(2);

    private final PodHost host;
    private final PodDirectory directory;
    private final References references;
    private final PodVolumes volumes;
    private final ContainerEnding ending;
    private final Consumer<String> made;
    private final RestartBackoff restarts = new RestartBackoff();
    private final RestartBackoff pulls = new RestartBackoff();
    private final Map<String, Instant> failedPulls = new HashMap<>();
    private final Map<String, String> pullErrors = new HashMap<>();
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Map<String, Instant> retries = new HashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private Optional<Instant> awaited = Optional.empty();

    /** {@code made} hears the id of each sandbox and container. */
    ContainerStarter(
            PodHost host, PodDirectory directory, KubeObject pod, ContainerEnding ending, Consumer<String> made) {
        this.host = host;
        this.directory = directory;
        this.ending = ending;
        this.made = made;
        this.references = new References(host.client(), pod.namespace());
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
        return retries.values().stream().min(Instant::compareTo);
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
        if (!due("")) {
            return false;
        }
        if (!pod.at("spec", "hostNetwork").asBoolean() && !host.networkReady().getAsBoolean()) {
            host.event(
                    pod,
                    "",
                    "Warning",
                    "NetworkNotReady",
                    "network is not ready: container runtime network not ready: NetworkReady=false");
            failed("");
            return false;
        }
        try {
            volumes.prepare(pod, fields(pod, ""), host.clock().instant());
            SandboxSpec spec = sandboxSpec(pod, attempt);
            Files.createDirectories(Path.of(spec.logDirectory()));
            made.accept(host.cri().runSandbox(spec));
            succeeded("");
            awaited = Optional.empty();
            return true;
        } catch (AttachmentException e) {
            await(pod, e);
            return false;
        } catch (VolumeException e) {
            host.event(pod, "", "Warning", "FailedMount", String.valueOf(e.getMessage()));
        } catch (ConfigurationException e) {
            PodContainer.all(pod)
                    .forEach(container ->
                            waiting.put(container.name(), new Waiting(e.reason(), String.valueOf(e.getMessage()))));
            host.event(pod, "", "Warning", "Failed", "Error: " + e.getMessage());
        } catch (GrpcException e) {
            host.event(pod, "", "Warning", "FailedCreatePodSandBox", "Failed to create pod sandbox: " + e.described());
        } catch (IOException e) {
            throw new UncheckedIOException("the directory for the pod's logs cannot be made: " + e.getMessage(), e);
        }
        failed("");
        return false;
    }

    private SandboxSpec sandboxSpec(KubeObject pod, int attempt) {
        return SandboxSpecs.of(pod, attempt, host.layout(), host.clusterDns().apply(pod.namespace()));
    }

    private PodFields fields(KubeObject pod, String podIp) {
        String ip = pod.at("spec", "hostNetwork").asBoolean() ? host.hostIp() : podIp;
        return new PodFields(pod, ip, host.hostIp(), host.cpus(), host.memoryBytes());
    }

    /** Whether the container was started. */
    boolean start(KubeObject pod, ObservedPod observed, PodContainer container, int attempt) {
        Instant now = host.clock().instant();
        String name = container.name();
        Optional<Container> before = observed.newest(name);
        if (!due(name) || (before.isPresent() && backsOff(pod, container, before.get(), now))) {
            return false;
        }
        try {
            Image image = image(pod, container, now);
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
                failed(name);
            }
        } catch (AttachmentException e) {
            await(pod, e);
        } catch (VolumeException e) {
            host.event(pod, "", "Warning", "FailedMount", String.valueOf(e.getMessage()));
            failed(name);
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
        Optional<Duration> delay = restarts.current(container.name(), since, now);
        if (delay.isEmpty()) {
            restarts.next(container.name(), now);
            return false;
        }
        String full = pod.name() + "_" + pod.namespace() + "(" + pod.uid() + ")";
        Waiting before = waiting.put(
                container.name(),
                new Waiting(
                        "CrashLoopBackOff",
                        "back-off " + text(delay.get()) + " restarting failed container=" + container.name() + " pod="
                                + full));
        retries.put(container.name(), since.plus(delay.get()));
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

    private Image image(KubeObject pod, PodContainer container, Instant now) {
        String image = container.image();
        Instant since = failedPulls.getOrDefault(image, Instant.EPOCH);
        Optional<Duration> delay = pulls.current(image, since, now);
        if (delay.isPresent()) {
            String message = "Back-off pulling image \"" + image + "\"";
            Waiting before = waiting.get(container.name());
            if (before == null || !before.reason().equals("ImagePullBackOff")) {
                host.event(pod, container.fieldPath(), "Normal", "BackOff", message);
                host.event(pod, container.fieldPath(), "Warning", "Failed", "Error: ImagePullBackOff");
            }
            retries.put(container.name(), since.plus(delay.get()));
            throw new ConfigurationException(
                    "ImagePullBackOff", message + ": ErrImagePull: " + pullErrors.getOrDefault(image, ""));
        }
        try {
            ImagePuller.Fetched fetched = host.images()
                    .fetch(
                            pod,
                            container,
                            references,
                            () -> host.event(
                                    pod,
                                    container.fieldPath(),
                                    "Normal",
                                    "Pulling",
                                    "Pulling image \"" + image + "\""));
            switch (fetched) {
                case ImagePuller.Fetched.Present _ ->
                    host.event(
                            pod,
                            container.fieldPath(),
                            "Normal",
                            "Pulled",
                            "Container image \"" + image + "\" already present on machine");
                case ImagePuller.Fetched.Pulled pulled ->
                    host.event(
                            pod,
                            container.fieldPath(),
                            "Normal",
                            "Pulled",
                            "Successfully pulled image \"" + image + "\" in " + pulled.millis() + "ms ("
                                    + pulled.millis() + "ms including waiting). Image size: "
                                    + pulled.image().size() + " bytes.");
            }
            failedPulls.remove(image);
            pulls.reset(image);
            return fetched.image();
        } catch (ConfigurationException e) {
            pullFailed(pod, container, e, now);
            throw e;
        }
    }

    private void pullFailed(KubeObject pod, PodContainer container, ConfigurationException e, Instant now) {
        String image = container.image();
        pullErrors.put(image, String.valueOf(e.getMessage()));
        boolean pulled = e.reason().equals("ErrImagePull");
        host.event(
                pod,
                container.fieldPath(),
                "Warning",
                pulled ? "Failed" : e.reason().equals("InvalidImageName") ? "InspectFailed" : e.reason(),
                pulled ? "Failed to pull image \"" + image + "\": " + e.getMessage() : String.valueOf(e.getMessage()));
        host.event(pod, container.fieldPath(), "Warning", "Failed", "Error: " + e.reason());
        if (pulled) {
            failedPulls.put(image, host.clock().instant());
            pulls.next(image, now);
            retries.put(container.name(), host.clock().instant().plusSeconds(1)); // to say that it backs off
        } else {
            failed(container.name());
        }
    }

    private String create(KubeObject pod, ObservedPod observed, PodContainer container, int attempt, Image image) {
        Sandbox sandbox = observed.sandbox().orElseThrow();
        PodFields fields = fields(pod, observed.podIp());
        List<KubeObject> services = pod.at("spec", "enableServiceLinks").asBoolean(true)
                ? host.services().apply(pod.namespace())
                : host.services().apply("");
        Map<String, String> environment = new Environment(fields, references).of(container.json(), services);
        Map<String, Path> paths = volumes.prepare(pod, fields, host.clock().instant());
        List<Mount> mounts = mounts(pod, container, attempt, fields, environment, paths);
        ContainerSpec spec = ContainerSpecs.of(
                pod, container, attempt, sandbox.id(), image, environment, mounts, host.memoryBytes());
        try {
            String id = host.cri().createContainer(sandbox.id(), spec, sandboxSpec(pod, sandbox.attempt()));
            made.accept(id); // before its first event
            host.event(pod, container.fieldPath(), "Normal", "Created", "Created container: " + container.name());
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
        host.event(pod, container.fieldPath(), "Normal", "Started", "Started container " + container.name());
        JsonNode hook = container.json().path("lifecycle").path("postStart");
        if (hook.isMissingNode()) {
            return;
        }
        Optional<String> failure = Hooks.run(
                host, hook, container, id, fields(pod, observed.podIp()).podIp(), HOOK_LIMIT);
        if (failure.isPresent()) {
            host.event(
                    pod,
                    container.fieldPath(),
                    "Warning",
                    "FailedPostStartHook",
                    "PostStartHook failed: " + failure.get());
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

    private boolean due(String name) {
        Instant retry = retries.get(name);
        return retry == null || !host.clock().instant().isBefore(retry);
    }

    private void failed(String name) {
        int count = failures.merge(name, 1, Integer::sum);
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(count - 1, 10));
        retries.put(name, host.clock().instant().plus(pause.compareTo(LONGEST_RETRY) < 0 ? pause : LONGEST_RETRY));
    }

    private void succeeded(String name) {
        failures.remove(name);
        retries.remove(name);
        waiting.remove(name);
        if (name.isEmpty()) {
            waiting.clear();
        }
    }
}
