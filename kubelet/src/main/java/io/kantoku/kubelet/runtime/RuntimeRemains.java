package io.kantoku.kubelet.runtime;

import io.kantoku.kubelet.NodeException;
import io.kantoku.lab.ContainerRemains;
import io.kantoku.lab.ControlGroups;
import io.kantoku.lab.Ledger;
import io.kantoku.lab.LedgerEntry;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Ends everything of a node's runtime that is not on its disk. */
final class RuntimeRemains {
    private RuntimeRemains() {}

    static void remove(RuntimeLayout layout, Ledger ledger) {
        ControlGroups.remove(layout.controlGroup());
        new ContainerRemains(layout.directory()).remove();
        try {
            removeTree(layout.state());
            removeTree(layout.run());
        } catch (IOException e) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "what is left of the container runtime cannot be removed: " + e.getMessage(),
                    e);
        }
        ledger.forget(new LedgerEntry.ControlGroup(layout.controlGroup()));
        ledger.forget(new LedgerEntry.Containerd(layout.directory().toString()));
        ledger.forget(new LedgerEntry.Directory(layout.run().toString()));
    }

    /** Follows no links. */
    private static void removeTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
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
    }
}
