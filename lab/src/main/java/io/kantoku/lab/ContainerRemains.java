package io.kantoku.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a containerd whose processes have been killed leaves outside its directory. To be removed only when nothing of it runs.
 *
 * @param directory has {@code state} (containerd's) and {@code namespaces}, in which each file is named as a network namespace of a pod
 */
public record ContainerRemains(Path directory) {
    private static final String SOCKET_SCHEME = "unix://";
    private static final Path SOCKETS = Path.of("/run/containerd/s");

    /** Whether there is anything to remove. */
    public boolean present() {
        return !Presence.mountsBelow(directory).isEmpty()
                || !entries(directory.resolve("namespaces")).isEmpty()
                || !shimSockets().isEmpty();
    }

    /**
     * Unmounts what is mounted below the directory, deletes the pods' network namespaces and the sockets of shims.
     *
     * @throws LabException when something cannot be removed
     */
    public void remove() {
        try {
            for (Path socket : shimSockets()) {
                Files.deleteIfExists(socket);
            }
            List<Path> namespaces = new ArrayList<>();
            for (Path file : entries(directory.resolve("namespaces"))) {
                namespaces.add(new NetworkNamespace(file.getFileName().toString()).path());
            }
            unmount(namespaces);
            for (Path namespace : namespaces) { // as ip netns delete does it
                Files.deleteIfExists(namespace);
                Files.deleteIfExists(directory.resolve("namespaces").resolve(namespace.getFileName()));
            }
        } catch (IOException e) {
            throw new LabException(
                    LabException.Code.KERNEL, "cannot remove what is left of " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Lazily, for a process of somebody else may stand in one, and it has to go nevertheless; all by one command. */
    private void unmount(List<Path> namespaces) {
        List<String> command = new ArrayList<>(List.of("umount", "--lazy"));
        Presence.mountsBelow(directory).forEach(mount -> command.add(Presence.unescaped(mount)));
        List<String> mounted = Presence.mountsBelow(Path.of("/run/netns"));
        namespaces.stream()
                .map(Path::toString)
                .filter(mounted::contains)
                .distinct()
                .forEach(command::add);
        if (command.size() > 2) {
            Commands.check(command);
        }
    }

    /** Each bundle of a shim has a file with the address of its socket. */
    private Set<Path> shimSockets() {
        Set<Path> sockets = new LinkedHashSet<>();
        Path tasks = directory.resolve("state/io.containerd.runtime.v2.task/k8s.io");
        for (Path bundle : entries(tasks)) {
            try {
                String address = Files.readString(bundle.resolve("address"), StandardCharsets.UTF_8)
                        .strip();
                Path socket = Path.of(
                                address.startsWith(SOCKET_SCHEME) ? address.substring(SOCKET_SCHEME.length()) : "/")
                        .normalize();
                if (SOCKETS.equals(socket.getParent()) && Files.exists(socket)) {
                    sockets.add(socket);
                }
            } catch (IOException _) {
                // The bundle is not complete: it has no shim.
            }
        }
        return sockets;
    }

    private static List<Path> entries(Path directory) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            files.forEach(found::add);
        } catch (NoSuchFileException _) {
            // Nothing to find.
        } catch (IOException e) {
            throw new LabException(LabException.Code.KERNEL, "cannot list " + directory + ": " + e.getMessage(), e);
        }
        return found;
    }
}
