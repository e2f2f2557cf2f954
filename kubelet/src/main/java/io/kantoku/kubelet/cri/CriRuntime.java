package io.kantoku.kubelet.cri;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A container runtime. Calls block; each is a {@link GrpcException} with the runtime's own words when it fails. Thread-safe.
 *
 * @see <a href="https://github.com/kubernetes/cri-api">CRI, runtime.v1</a>
 */
public final class CriRuntime {
    private static final String RUNTIME = "runtime.v1.RuntimeService/";
    private static final String IMAGES = "runtime.v1.ImageService/";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SANDBOX_LIMIT = Duration.ofMinutes(2);
    private static final Duration PULL_LIMIT = Duration.ofMinutes(10);

    private final GrpcChannel channel;

    public CriRuntime(GrpcChannel channel) {
        this.channel = channel;
    }

    /** The runtime's name and version, as {@code containerd://1.6.20}. */
    public String version() {
        ProtoMessage answer = call(RUNTIME + "Version", new ProtoWriter(), LIMIT);
        return answer.text(2) + "://" + answer.text(3);
    }

    /** What keeps the runtime from working, by condition ({@code RuntimeReady}, {@code NetworkReady}); empty when nothing does. */
    public Map<String, String> problems() {
        Map<String, String> problems = new TreeMap<>();
        for (ProtoMessage condition :
                call(RUNTIME + "Status", new ProtoWriter(), LIMIT).message(1).messages(1)) {
            if (!condition.flag(2)) {
                problems.put(condition.text(1), condition.text(3) + ": " + condition.text(4));
            }
        }
        return problems;
    }

    /** Makes and starts a sandbox; its id. */
    public String runSandbox(SandboxSpec spec) {
        ProtoWriter request = new ProtoWriter().message(1, spec.encode()).text(2, spec.handler());
        return call(RUNTIME + "RunPodSandbox", request, SANDBOX_LIMIT).text(1);
    }

    /** Ends what runs in a sandbox and gives its network back. */
    public void stopSandbox(String id) {
        call(RUNTIME + "StopPodSandbox", new ProtoWriter().text(1, id), SANDBOX_LIMIT);
    }

    /** Removes a sandbox with its containers; does nothing when there is none. */
    public void removeSandbox(String id) {
        call(RUNTIME + "RemovePodSandbox", new ProtoWriter().text(1, id), SANDBOX_LIMIT);
    }

    public Optional<Sandbox> sandbox(String id) {
        try {
            return Optional.of(Sandbox.ofStatus(call(RUNTIME + "PodSandboxStatus", new ProtoWriter().text(1, id), LIMIT)
                    .message(1)));
        } catch (GrpcException e) {
            if (e.code() == GrpcException.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The sandboxes with these labels. */
    public List<Sandbox> sandboxes(Map<String, String> labels) {
        ProtoWriter filter = new ProtoWriter().message(1, new ProtoWriter().map(3, labels));
        return call(RUNTIME + "ListPodSandbox", filter, LIMIT).messages(1).stream()
                .map(Sandbox::ofList)
                .toList();
    }

    /** Makes a container; its id. */
    public String createContainer(String sandbox, ContainerSpec spec, SandboxSpec sandboxSpec) {
        return call(
                        RUNTIME + "CreateContainer",
                        new ProtoWriter()
                                .text(1, sandbox)
                                .message(2, spec.encode())
                                .message(3, sandboxSpec.encode()),
                        SANDBOX_LIMIT)
                .text(1);
    }

    public void startContainer(String id) {
        call(RUNTIME + "StartContainer", new ProtoWriter().text(1, id), SANDBOX_LIMIT);
    }

    /** Gives a running container other limits. */
    public void updateContainer(String id, ContainerSpec.Resources resources) {
        call(RUNTIME + "UpdateContainerResources", new ProtoWriter().text(1, id).message(2, resources.encode()), LIMIT);
    }

    /** Asks a container to end (SIGTERM, or its image's signal), and kills it after the grace period. */
    public void stopContainer(String id, Duration grace) {
        ProtoWriter request = new ProtoWriter().text(1, id).number(2, grace.toSeconds());
        try {
            call(RUNTIME + "StopContainer", request, grace.plus(SANDBOX_LIMIT));
        } catch (GrpcException e) {
            if (e.code() != GrpcException.Code.NOT_FOUND) {
                throw e;
            }
        }
    }

    public void removeContainer(String id) {
        call(RUNTIME + "RemoveContainer", new ProtoWriter().text(1, id), SANDBOX_LIMIT);
    }

    /** The containers with these labels. */
    public List<ContainerRef> containers(Map<String, String> labels) {
        ProtoWriter filter = new ProtoWriter().message(1, new ProtoWriter().map(4, labels));
        return call(RUNTIME + "ListContainers", filter, LIMIT).messages(1).stream()
                .map(ContainerRef::of)
                .toList();
    }

    public Optional<Container> container(String id) {
        try {
            return Optional.of(Container.of(call(RUNTIME + "ContainerStatus", new ProtoWriter().text(1, id), LIMIT)
                    .message(1)));
        } catch (GrpcException e) {
            if (e.code() == GrpcException.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** How a command in a container ended. */
    @SuppressWarnings("ArrayRecordComponent") // results are not compared
    public record CommandResult(int exitCode, byte[] stdout, byte[] stderr) {}

    /** Runs a command in a container to its end; {@link GrpcException.Code#DEADLINE_EXCEEDED} when it takes too long. */
    public CommandResult exec(String container, List<String> command, Duration limit) {
        ProtoWriter request = new ProtoWriter()
                .text(1, container)
                .texts(2, command)
                .number(3, Math.max(1, limit.plusMillis(999).toSeconds()));
        ProtoMessage answer = call(RUNTIME + "ExecSync", request, limit.plusSeconds(5));
        return new CommandResult((int) answer.number(3), answer.bytes(1), answer.bytes(2));
    }

    /** Where the runtime's streaming server will run a command. */
    public URI execUrl(
            String container, List<String> command, boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        ProtoWriter request = new ProtoWriter()
                .text(1, container)
                .texts(2, command)
                .flag(3, tty)
                .flag(4, stdin)
                .flag(5, stdout)
                .flag(6, stderr);
        return URI.create(call(RUNTIME + "Exec", request, LIMIT).text(1));
    }

    /** Where the runtime's streaming server has the streams of a container. */
    public URI attachUrl(String container, boolean stdin, boolean stdout, boolean stderr, boolean tty) {
        ProtoWriter request = new ProtoWriter()
                .text(1, container)
                .flag(2, stdin)
                .flag(3, tty)
                .flag(4, stdout)
                .flag(5, stderr);
        return URI.create(call(RUNTIME + "Attach", request, LIMIT).text(1));
    }

    /** Where the runtime's streaming server forwards connections to a pod. */
    public URI portForwardUrl(String sandbox, List<Integer> ports) {
        ProtoWriter request = new ProtoWriter().text(1, sandbox);
        ports.forEach(port -> request.number(2, port));
        return URI.create(call(RUNTIME + "PortForward", request, LIMIT).text(1));
    }

    /** Makes the runtime open a container's log anew, after the old file has been renamed. */
    public void reopenLog(String container) {
        call(RUNTIME + "ReopenContainerLog", new ProtoWriter().text(1, container), LIMIT);
    }

    /** What all containers with these labels use. */
    public List<Use> uses(Map<String, String> labels) {
        ProtoWriter filter = new ProtoWriter().message(1, new ProtoWriter().map(3, labels));
        return call(RUNTIME + "ListContainerStats", filter, LIMIT).messages(1).stream()
                .map(Use::of)
                .toList();
    }

    /** An image by name or id, when the runtime has it. */
    public Optional<Image> image(String name) {
        ProtoWriter request = new ProtoWriter().message(1, new ProtoWriter().text(1, name));
        ProtoMessage image = call(IMAGES + "ImageStatus", request, LIMIT).message(1);
        return image.text(1).isEmpty() ? Optional.empty() : Optional.of(Image.of(image));
    }

    public List<Image> images() {
        return call(IMAGES + "ListImages", new ProtoWriter(), LIMIT).messages(1).stream()
                .map(Image::of)
                .toList();
    }

    /** Credentials for a registry; never printed. */
    public record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "Credentials[" + user + "]";
        }
    }

    /** Fetches an image from its registry; the runtime's id of it. */
    public String pullImage(String name, Optional<Credentials> credentials) {
        ProtoWriter request = new ProtoWriter().message(1, new ProtoWriter().text(1, name));
        credentials.ifPresent(known ->
                request.message(2, new ProtoWriter().text(1, known.user()).text(2, known.password())));
        return call(IMAGES + "PullImage", request, PULL_LIMIT).text(1);
    }

    /** Removes an image under all its names. */
    public void removeImage(String name) {
        call(IMAGES + "RemoveImage", new ProtoWriter().message(1, new ProtoWriter().text(1, name)), LIMIT);
    }

    private ProtoMessage call(String method, ProtoWriter request, Duration limit) {
        return new ProtoMessage(channel.call(method, request.toBytes(), limit));
    }
}
