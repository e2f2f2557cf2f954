package io.kantoku.kubelet.cri;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a container is to be ({@code ContainerConfig}).
 *
 * @param attempt how many containers of this name the pod had before
 * @param image the runtime's id of the image, which is present
 * @param command {@code []} for the image's
 * @param arguments {@code []} for the image's
 * @param logPath relative to the sandbox's log directory
 */
public record ContainerSpec(
        String name,
        int attempt,
        String image,
        List<String> command,
        List<String> arguments,
        String workingDirectory,
        Map<String, String> environment,
        List<Mount> mounts,
        Map<String, String> labels,
        Map<String, String> annotations,
        String logPath,
        boolean stdin,
        boolean stdinOnce,
        boolean tty,
        Resources resources,
        Security security) {

    /**
     * A directory or file of the node in the container.
     *
     * @param propagation {@code 0} private, {@code 1} from the host to the container
     */
    public record Mount(String containerPath, String hostPath, boolean readOnly, int propagation) {
        public static Mount of(String containerPath, String hostPath, boolean readOnly) {
            return new Mount(containerPath, hostPath, readOnly, 0);
        }
    }

    /**
     * Limits of its control group.
     *
     * @param cpuQuotaMicros per 100 ms period; 0 for no limit
     * @param memoryBytes 0 for no limit
     * @param oomScore from -1000 to 1000
     */
    public record Resources(long cpuShares, long cpuQuotaMicros, long memoryBytes, int oomScore) {
        static final long PERIOD_MICROS = 100_000;

        ProtoWriter encode() {
            return new ProtoWriter()
                    .number(1, cpuQuotaMicros > 0 ? PERIOD_MICROS : 0)
                    .number(2, cpuQuotaMicros)
                    .number(3, cpuShares)
                    .number(4, memoryBytes)
                    .number(5, oomScore);
        }
    }

    /**
     * Who it is and what it may do.
     *
     * @param seccompDefault whether the runtime's default profile filters its system calls
     */
    public record Security(
            SandboxSpec.Namespaces namespaces,
            OptionalLong user,
            OptionalLong group,
            List<Long> groups,
            boolean readOnlyRoot,
            boolean noNewPrivileges,
            List<String> addedCapabilities,
            List<String> droppedCapabilities,
            boolean seccompDefault,
            List<String> maskedPaths,
            List<String> readOnlyPaths) {
        public Security {
            groups = List.copyOf(groups);
            addedCapabilities = List.copyOf(addedCapabilities);
            droppedCapabilities = List.copyOf(droppedCapabilities);
            maskedPaths = List.copyOf(maskedPaths);
            readOnlyPaths = List.copyOf(readOnlyPaths);
        }

        private ProtoWriter encode() {
            ProtoWriter writer = new ProtoWriter()
                    .message(1, new ProtoWriter().texts(1, addedCapabilities).texts(2, droppedCapabilities))
                    .message(3, namespaces.encode());
            user.ifPresent(id -> writer.message(5, new ProtoWriter().number(1, id)));
            writer.flag(7, readOnlyRoot);
            groups.forEach(id -> writer.number(8, id));
            writer.flag(11, noNewPrivileges);
            group.ifPresent(id -> writer.message(12, new ProtoWriter().number(1, id)));
            return writer.texts(13, maskedPaths)
                    .texts(14, readOnlyPaths)
                    .message(15, new ProtoWriter().number(1, seccompDefault ? 0 : 1));
        }
    }

    public ContainerSpec {
        command = List.copyOf(command);
        arguments = List.copyOf(arguments);
        mounts = List.copyOf(mounts);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    ProtoWriter encode() {
        ProtoWriter writer = new ProtoWriter()
                .message(1, new ProtoWriter().text(1, name).number(2, attempt))
                .message(2, new ProtoWriter().text(1, image))
                .texts(3, command)
                .texts(4, arguments)
                .text(5, workingDirectory)
                .map(6, environment);
        for (Mount mount : mounts) {
            writer.message(
                    7,
                    new ProtoWriter()
                            .text(1, mount.containerPath())
                            .text(2, mount.hostPath())
                            .flag(3, mount.readOnly())
                            .number(5, mount.propagation()));
        }
        return writer.map(9, labels)
                .map(10, annotations)
                .text(11, logPath)
                .flag(12, stdin)
                .flag(13, stdinOnce)
                .flag(14, tty)
                .message(15, new ProtoWriter().message(1, resources.encode()).message(2, security.encode()));
    }

    /** Never the environment: it may hold secrets. */
    @Override
    public String toString() {
        return "ContainerSpec[" + name + " of " + image + "]";
    }
}
