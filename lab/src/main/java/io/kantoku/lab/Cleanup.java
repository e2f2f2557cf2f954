package io.kantoku.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes everything that a ledger names, with nothing to go by but the ledger. */
public final class Cleanup {
    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

    /** A path with fewer names is nobody's to remove. */
    private static final int SHORTEST_PATH = 2;

    private Cleanup() {}

    /** What was done; what is left has the reason and is still in the ledger. */
    public record Report(List<LedgerEntry> removed, List<Leftover> left) {
        public Report {
            removed = List.copyOf(removed);
            left = List.copyOf(left);
        }
    }

    /** Something that could not be removed. */
    public record Leftover(LedgerEntry entry, String reason) {}

    /**
     * Ends the processes first, all at once, then removes the rest, youngest first. A process is ended only if it is certainly the
     * one that was started: by start time, or by the token in its environment.
     *
     * @param grace how long processes may take to end before they are killed
     */
    public static Report run(Ledger ledger, Duration grace) {
        List<LedgerEntry> youngestFirst = ledger.entries().reversed();
        killControlGroups(youngestFirst);
        endProcesses(youngestFirst, grace);
        List<LedgerEntry> removed = new ArrayList<>();
        List<Leftover> left = new ArrayList<>();
        for (LedgerEntry entry : youngestFirst) {
            try {
                if (Presence.stillThere(entry)) {
                    remove(entry);
                }
                ledger.forget(entry);
                removed.add(entry);
            } catch (LabException | IOException e) {
                left.add(new Leftover(entry, String.valueOf(e.getMessage())));
                LOG.atWarn()
                        .setMessage("could not remove")
                        .addKeyValue("entry", entry)
                        .setCause(e)
                        .log();
            }
        }
        return new Report(removed, left);
    }

    /** What runs in a control group is not asked: containers and their shims hold no state of ours, and wait for each other. */
    private static void killControlGroups(List<LedgerEntry> entries) {
        for (LedgerEntry entry : entries) {
            if (entry instanceof LedgerEntry.ControlGroup group) {
                try {
                    ControlGroups.remove(group.path());
                } catch (LabException e) { // reported when its turn comes
                    LOG.atDebug()
                            .setMessage("control group is not empty yet")
                            .addKeyValue("path", group.path())
                            .setCause(e)
                            .log();
                }
            }
        }
    }

    private static void endProcesses(List<LedgerEntry> entries, Duration grace) {
        List<ProcessDescriptor> living = open(entries);
        try {
            living.forEach(process -> process.signal(Signal.TERM));
            await(living, grace);
        } finally {
            living.forEach(ProcessDescriptor::close);
        }
        // Whatever ignores the request, or was started meanwhile by one of them.
        List<ProcessDescriptor> stubborn = open(entries);
        try {
            stubborn.forEach(process -> process.signal(Signal.KILL));
            await(stubborn, grace);
        } finally {
            stubborn.forEach(ProcessDescriptor::close);
        }
    }

    private static List<ProcessDescriptor> open(List<LedgerEntry> entries) {
        Set<ProcessId> processes = new LinkedHashSet<>();
        for (LedgerEntry entry : entries) {
            switch (entry) {
                case LedgerEntry.Child child -> {
                    processes.add(child.id());
                    processes.addAll(ProcessScan.withToken(child.token()));
                }
                case LedgerEntry.LaunchIntent intent -> processes.addAll(ProcessScan.withToken(intent.token()));
                case LedgerEntry.Namespace _, LedgerEntry.Link _, LedgerEntry.Route _ -> {}
                case LedgerEntry.PacketFilter _ -> {}
                case LedgerEntry.Mount _, LedgerEntry.Directory _, LedgerEntry.File _ -> {}
                case LedgerEntry.ControlGroup _, LedgerEntry.Containerd _ -> {}
            }
        }
        List<ProcessDescriptor> living = new ArrayList<>();
        processes.forEach(process -> ProcessDescriptor.open(process).ifPresent(living::add));
        return living;
    }

    private static void await(List<ProcessDescriptor> processes, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        processes.forEach(process -> process.awaitExit(Duration.ofNanos(deadline - System.nanoTime())));
    }

    private static void remove(LedgerEntry entry) throws IOException {
        switch (entry) {
            case LedgerEntry.Child child ->
                throw new LabException(
                        LabException.Code.KERNEL, "process " + child.pid() + " (" + child.role() + ") cannot be ended");
            case LedgerEntry.LaunchIntent intent ->
                throw new LabException(
                        LabException.Code.KERNEL, "the process of " + intent.role() + " cannot be ended");
            case LedgerEntry.Namespace namespace -> Commands.check(List.of("ip", "netns", "delete", namespace.name()));
            case LedgerEntry.Link link ->
                Commands.check(Presence.ip(link.namespace(), "link", "delete", "dev", link.name()));
            case LedgerEntry.Route route ->
                Commands.check(Presence.ip(
                        route.namespace(),
                        "route",
                        "delete",
                        route.destination(),
                        "proto",
                        Integer.toString(route.protocol())));
            case LedgerEntry.PacketFilter filter ->
                Commands.check(Presence.nft(filter.namespace(), "delete", "table", "ip", filter.table()));
            case LedgerEntry.Mount mount -> Commands.check(List.of("umount", mount.path()));
            case LedgerEntry.Directory directory -> FileTrees.remove(deletable(directory.path()));
            case LedgerEntry.File file -> Files.deleteIfExists(deletable(file.path()));
            case LedgerEntry.ControlGroup group -> ControlGroups.remove(group.path());
            case LedgerEntry.Containerd containerd -> new ContainerRemains(deletable(containerd.directory())).remove();
        }
    }

    private static Path deletable(String path) throws IOException {
        Path normal = Path.of(path).normalize();
        if (!normal.isAbsolute() || normal.getNameCount() < SHORTEST_PATH) {
            throw new IOException("refusing to remove " + path + ": not an absolute path below a directory of its own");
        }
        return normal;
    }
}
