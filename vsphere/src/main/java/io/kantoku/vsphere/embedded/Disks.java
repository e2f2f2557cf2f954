package io.kantoku.vsphere.embedded;

import io.kantoku.lab.FileTrees;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VsphereException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The directories that stand for the machines' disks, one for each, readable by the owner only. */
final class Disks {
    private final Path root;

    Disks(Path root) {
        this.root = root;
    }

    Path of(MoRef vm) {
        return root.resolve(vm.toString());
    }

    /** The machine's directory, made if it is missing. */
    Path ensure(MoRef vm) {
        try {
            return Files.createDirectories(
                    of(vm), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw failed("make", of(vm), e);
        }
    }

    void delete(MoRef vm) {
        Path disk = of(vm);
        try {
            FileTrees.remove(disk);
        } catch (IOException e) {
            throw failed("delete", disk, e);
        }
    }

    /** Deletes the disks of machines that are not among these: a crash came between the machine's end and its disk's. */
    void sweep(Set<MoRef> machines) {
        if (!Files.isDirectory(root)) {
            return;
        }
        List<String> names;
        try (Stream<Path> found = Files.list(root)) {
            names = found.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw failed("list", root, e);
        }
        names.stream()
                .filter(name -> name.matches("vm-\\d{1,18}"))
                .map(MoRef::parse)
                .filter(vm -> !machines.contains(vm))
                .forEach(this::delete);
    }

    private static VsphereException failed(String operation, Path path, IOException cause) {
        return new VsphereException(
                VsphereException.Code.INTERNAL,
                "cannot " + operation + " the machine disk " + path + ": " + cause.getMessage()
                        + "; check the disk and the permissions of the state directory",
                cause);
    }
}
