package io.kantoku.vsphere.embedded;

import io.kantoku.lab.FileTrees;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VsphereException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is on the disks that belong to no machine: a directory each in the datastore's folder {@code fcd}, as vSphere names it. A machine
 * sees the disks that are attached to it as links in the directory {@link #ATTACHED} of its own disk, each named by its disk's id.
 */
final class DiskDirectories {
    /** Where a machine finds its disks; what {@code /dev/disk/by-id} is to a real one. */
    static final String ATTACHED = "attached";

    private static final String FOLDER = "fcd";

    /** The root directory of a new file system. */
    private static final Set<PosixFilePermission> EMPTY = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path root;
    private final Disks machines;

    /** @param root of the datastore */
    DiskDirectories(Path root, Disks machines) {
        this.root = root.resolve(FOLDER);
        this.machines = machines;
    }

    /** Its content, which its file system's own root directory has below it. */
    private Path of(UUID disk) {
        return root.resolve(disk.toString());
    }

    void make(UUID disk) {
        run("make", of(disk), path -> {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!Files.isDirectory(path)) {
                Files.createDirectory(path, PosixFilePermissions.asFileAttribute(EMPTY));
            }
        });
    }

    void delete(UUID disk) {
        run("delete", of(disk), FileTrees::remove);
    }

    void attach(UUID disk, MoRef vm) {
        Path link = link(disk, vm);
        run("attach", link, path -> {
            Path directory = machines.ensure(vm).resolve(ATTACHED);
            Files.createDirectories(directory);
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(path, directory.relativize(of(disk)));
            }
        });
    }

    void detach(UUID disk, MoRef vm) {
        run("detach", link(disk, vm), Files::deleteIfExists);
    }

    private Path link(UUID disk, MoRef vm) {
        return machines.of(vm).resolve(ATTACHED).resolve(disk.toString());
    }

    /** Deletes what is left of disks that are not among these: a crash came between the record's end and the directory's. */
    void sweep(Set<UUID> disks) {
        if (!Files.isDirectory(root)) {
            return;
        }
        Set<String> kept = disks.stream().map(UUID::toString).collect(Collectors.toSet());
        run("list", root, path -> {
            List<Path> left;
            try (Stream<Path> found = Files.list(path)) {
                left = found.filter(each -> !kept.contains(each.getFileName().toString()))
                        .toList();
            }
            for (Path each : left) {
                FileTrees.remove(each);
            }
        });
    }

    private interface FileAction {
        void on(Path path) throws IOException;
    }

    private static void run(String operation, Path path, FileAction action) {
        try {
            action.on(path);
        } catch (IOException e) {
            throw new VsphereException(
                    VsphereException.Code.INTERNAL,
                    "cannot " + operation + " the disk " + path + ": " + e.getMessage()
                            + "; check the disk and the permissions of the state directory",
                    e);
        }
    }
}
