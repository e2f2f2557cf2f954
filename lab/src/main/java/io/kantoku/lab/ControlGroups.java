package io.kantoku.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The control groups of the machine, by a path that is the same in all hierarchies: {@code /kantoku/x}. Version 1 has a hierarchy
 * per controller, version 2 has one; a machine with both counts as version 1, as runc sees it. Thread-safe.
 */
public final class ControlGroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Duration ENDING = Duration.ofSeconds(5);

    private ControlGroups() {}

    /** Whether there is one hierarchy for all controllers. */
    public static boolean unified() {
        return Files.exists(ROOT.resolve("cgroup.controllers"));
    }

    /** Where a control group is, for a controller such as {@code memory} or {@code cpu}. */
    public static Path directory(String controller, String path) {
        Path hierarchy = unified() ? ROOT : ROOT.resolve(controller);
        return hierarchy.resolve(path.substring(1));
    }

    /** Makes a control group in which processes are found again; limits are its users' affair. */
    public static void create(String path) {
        try {
            for (Path hierarchy : counting()) {
                Files.createDirectories(hierarchy.resolve(path.substring(1)));
            }
        } catch (IOException e) {
            throw new LabException(
                    LabException.Code.KERNEL,
                    "cannot make the control group " + path + ": " + e.getMessage() + "; real containers need root",
                    e);
        }
    }

    /** A shell command that moves the shell into a control group that {@link #create} made. */
    public static String enter(String path) {
        StringBuilder command = new StringBuilder();
        for (Path hierarchy : counting()) {
            command.append("echo $$ > '")
                    .append(hierarchy.resolve(path.substring(1)).resolve("cgroup.procs"))
                    .append("' && ");
        }
        return command.append(":").toString();
    }

    /** The processes in a control group and all groups below it. */
    public static Set<Long> processes(String path) {
        Set<Long> processes = new LinkedHashSet<>();
        for (Path hierarchy : hierarchies()) {
            for (Path group : deepestFirst(hierarchy.resolve(path.substring(1)))) {
                try {
                    Files.readAllLines(group.resolve("cgroup.procs"), StandardCharsets.US_ASCII)
                            .forEach(line -> processes.add(Long.parseLong(line)));
                } catch (IOException _) {
                    // The group has gone meanwhile.
                }
            }
        }
        return processes;
    }

    /**
     * Kills all that is in a control group and removes it with all groups below; does nothing when there is none.
     *
     * @throws LabException when something in it does not end
     */
    public static void remove(String path) {
        if (path.length() < 2 || !path.startsWith("/") || path.contains("..")) {
            throw new IllegalArgumentException("not a control group of ours: " + path);
        }
        long deadline = System.nanoTime() + ENDING.toNanos();
        while (true) {
            Set<Long> living = kill(path);
            Optional<IOException> failure = living.isEmpty() ? removeDirectories(path) : Optional.empty();
            if (living.isEmpty() && failure.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new LabException(
                        LabException.Code.KERNEL,
                        "the control group " + path + " cannot be removed: "
                                + failure.map(IOException::getMessage).orElse("still running: " + living));
            }
            pause();
        }
    }

    /** Sends SIGKILL; those that have not gone by now. */
    private static Set<Long> kill(String path) {
        List<ProcessId> living = new ArrayList<>();
        processes(path).forEach(pid -> ProcessId.of(pid).ifPresent(living::add));
        // In the group still: a pid that was used again since the list was read is not.
        Set<Long> still = processes(path);
        for (ProcessId id : living) {
            try (ProcessDescriptor process = ProcessDescriptor.open(id).orElse(null)) {
                if (process != null && still.contains(id.pid())) {
                    process.signal(Signal.KILL);
                }
            }
        }
        Set<Long> left = new LinkedHashSet<>();
        living.stream().filter(ProcessId::alive).forEach(id -> left.add(id.pid()));
        return left;
    }

    private static Optional<IOException> removeDirectories(String path) {
        IOException failure = null;
        for (Path hierarchy : hierarchies()) {
            for (Path group : deepestFirst(hierarchy.resolve(path.substring(1)))) {
                try {
                    Files.deleteIfExists(group);
                } catch (IOException e) { // a process is still ending in it
                    failure = e;
                }
            }
            removeEmptyAbove(hierarchy, hierarchy.resolve(path.substring(1)));
        }
        return Optional.ofNullable(failure);
    }

    /** The groups above were made for this one, and others may have joined it. */
    private static void removeEmptyAbove(Path hierarchy, Path group) {
        for (Path above = group.getParent(); above != null && !above.equals(hierarchy); above = above.getParent()) {
            try {
                Files.deleteIfExists(above);
            } catch (IOException _) {
                return; // in use
            }
        }
    }

    /** Whether the control group is in any hierarchy. */
    public static boolean exists(String path) {
        return hierarchies().stream().anyMatch(hierarchy -> Files.exists(hierarchy.resolve(path.substring(1))));
    }

    /** Bytes of memory that all processes of a control group use. */
    public static OptionalLong memory(String path) {
        return number(directory("memory", path).resolve(unified() ? "memory.current" : "memory.usage_in_bytes"));
    }

    private static OptionalLong number(Path file) {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** Where processes are entered to be found again: one hierarchy is enough, a second counts memory. */
    private static List<Path> counting() {
        return unified() ? List.of(ROOT) : List.of(ROOT.resolve("pids"), ROOT.resolve("memory"));
    }

    private static List<Path> hierarchies() {
        if (unified()) {
            return List.of(ROOT);
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(ROOT, Files::isDirectory)) {
            directories.forEach(found::add);
        } catch (IOException e) {
            throw new LabException(LabException.Code.KERNEL, "cannot list control groups: " + e.getMessage(), e);
        }
        return found;
    }

    private static List<Path> deepestFirst(Path group) {
        List<Path> found = new ArrayList<>();
        collect(group, found);
        return found;
    }

    private static void collect(Path group, List<Path> found) {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(group, Files::isDirectory)) {
            for (Path below : directories) {
                if (!Files.isSymbolicLink(below)) {
                    collect(below, found);
                }
            }
            found.add(group);
        } catch (NoSuchFileException _) {
            // Nothing to find.
        } catch (IOException e) {
            throw new LabException(LabException.Code.KERNEL, "cannot list " + group + ": " + e.getMessage(), e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException(LabException.Code.KERNEL, "interrupted while processes end", e);
        }
    }
}
