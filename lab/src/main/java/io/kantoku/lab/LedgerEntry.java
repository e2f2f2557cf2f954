package io.kantoku.lab;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** One thing on the machine that Kantoku made and has to remove; identity enough to find it again after a crash. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LedgerEntry.LaunchIntent.class, name = "launch-intent"),
    @JsonSubTypes.Type(value = LedgerEntry.Child.class, name = "child"),
    @JsonSubTypes.Type(value = LedgerEntry.Namespace.class, name = "namespace"),
    @JsonSubTypes.Type(value = LedgerEntry.Link.class, name = "link"),
    @JsonSubTypes.Type(value = LedgerEntry.Route.class, name = "route"),
    @JsonSubTypes.Type(value = LedgerEntry.PacketFilter.class, name = "packet-filter"),
    @JsonSubTypes.Type(value = LedgerEntry.Mount.class, name = "mount"),
    @JsonSubTypes.Type(value = LedgerEntry.Directory.class, name = "directory"),
    @JsonSubTypes.Type(value = LedgerEntry.File.class, name = "file"),
    @JsonSubTypes.Type(value = LedgerEntry.ControlGroup.class, name = "control-group"),
    @JsonSubTypes.Type(value = LedgerEntry.Containerd.class, name = "containerd")
})
public sealed interface LedgerEntry {
    /**
     * A process that is about to be started; its pid is not known yet.
     *
     * @param token in the environment of the process and all its descendants, see {@link Processes#TOKEN_VARIABLE}
     * @param command never holds a secret: every user of the machine can read it in {@code /proc}
     */
    record LaunchIntent(String token, String role, List<String> command) implements LedgerEntry {
        public LaunchIntent {
            command = List.copyOf(command);
        }
    }

    /**
     * A process that was started.
     *
     * @param startTime in clock ticks since boot, so that a pid that is used again is not mistaken for it
     * @param program the path that was executed
     * @param role what it is to Kantoku, unique among living children: {@code haproxy-0}
     */
    record Child(String token, long pid, long startTime, String program, String role) implements LedgerEntry {
        public ProcessId id() {
            return new ProcessId(pid, startTime);
        }
    }

    /** A named network namespace. */
    record Namespace(String name) implements LedgerEntry {}

    /**
     * A network interface.
     *
     * @param namespace {@code ""} for the host's
     */
    record Link(String namespace, String name) implements LedgerEntry {}

    /**
     * A route.
     *
     * @param namespace {@code ""} for the host's
     * @param destination in CIDR form, or {@code default}
     * @param protocol Kantoku's own routing protocol number
     */
    record Route(String namespace, String destination, int protocol) implements LedgerEntry {}

    /**
     * A table of nftables, of the family {@code ip}.
     *
     * @param namespace {@code ""} for the host's
     */
    record PacketFilter(String namespace, String table) implements LedgerEntry {}

    /** A mount point. */
    record Mount(String path) implements LedgerEntry {}

    /** A directory that is Kantoku's with everything in it. */
    record Directory(String path) implements LedgerEntry {}

    /** A file or socket outside such a directory. */
    record File(String path) implements LedgerEntry {}

    /**
     * A control group with all groups below it and everything that runs in them.
     *
     * @param path the same in all hierarchies
     */
    record ControlGroup(String path) implements LedgerEntry {}

    /**
     * What a containerd leaves behind outside its directories: mounts below them, network namespaces of pods, sockets of shims. See
     * {@link ContainerRemains} for what the directory has.
     */
    record Containerd(String directory) implements LedgerEntry {}
}
