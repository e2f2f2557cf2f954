package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.VsphereException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
        if (!Files.exists(disk, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(disk, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
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
