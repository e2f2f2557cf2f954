package io.kantoku.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whether what a ledger names is still on the machine. */
public final class Presence {
    private Presence() {}

    public static boolean stillThere(LedgerEntry entry) {
        return switch (entry) {
            case LedgerEntry.LaunchIntent intent ->
                !ProcessScan.withToken(intent.token()).isEmpty();
            case LedgerEntry.Child child ->
                child.id().alive() || !ProcessScan.withToken(child.token()).isEmpty();
            case LedgerEntry.Namespace namespace -> new NetworkNamespace(namespace.name()).exists();
            case LedgerEntry.Link link ->
                hasNamespace(link.namespace())
                        && Commands.run(ip(link.namespace(), "link", "show", "dev", link.name()))
                                        .code()
                                == 0;
            case LedgerEntry.Route route ->
                hasNamespace(route.namespace())
                        && !Commands.run(ip(
                                        route.namespace(),
                                        "route",
                                        "show",
                                        "exact",
                                        route.destination(),
                                        "proto",
                                        Integer.toString(route.protocol())))
                                .output()
                                .isEmpty();
            case LedgerEntry.PacketFilter filter ->
                hasNamespace(filter.namespace())
                        && Commands.run(nft(filter.namespace(), "list", "table", "ip", filter.table()))
                                        .code()
                                == 0;
            case LedgerEntry.Mount mount -> mounted(mount.path());
            case LedgerEntry.Directory directory -> exists(directory.path());
            case LedgerEntry.File file -> exists(file.path());
            case LedgerEntry.ControlGroup group -> ControlGroups.exists(group.path());
            case LedgerEntry.Containerd containerd -> new ContainerRemains(Path.of(containerd.directory())).present();
        };
    }

    /** A call of {@code ip} in a namespace, {@code ""} for the host's. */
    static List<String> ip(String namespace, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        if (!namespace.isEmpty()) {
            command.addAll(List.of("-n", namespace));
        }
        command.addAll(List.of(arguments));
        return command;
    }

    /** A call of {@code nft} in a namespace, {@code ""} for the host's. */
    static List<String> nft(String namespace, String... arguments) {
        List<String> command = new ArrayList<>();
        if (!namespace.isEmpty()) {
            command.addAll(List.of("nsenter", "--net=" + new NetworkNamespace(namespace).path(), "--"));
        }
        command.add("nft");
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean hasNamespace(String namespace) {
        return namespace.isEmpty() || new NetworkNamespace(namespace).exists();
    }

    private static boolean exists(String path) {
        return Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean mounted(String path) {
        return mounts().anyMatch(escaped(path)::equals);
    }

    /** The mount points below a directory, deepest first, as the kernel writes them. */
    static List<String> mountsBelow(Path directory) {
        String prefix = escaped(directory.toString()) + "/";
        return mounts().filter(path -> path.startsWith(prefix)).toList().reversed();
    }

    private static Stream<String> mounts() {
        try {
            return Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.UTF_8).stream()
                    .map(line -> line.split(" ", -1)[4]);
        } catch (IOException e) {
            throw new LabException(LabException.Code.KERNEL, "cannot read mounts: " + e.getMessage(), e);
        }
    }

    /** What {@link #escaped} was made of. */
    static String unescaped(String path) {
        return path.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    /** As the kernel writes paths in mountinfo. */
    private static String escaped(String path) {
        return path.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }
}
